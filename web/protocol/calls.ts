import type { CaseId, Digest, MemberId } from "./bytes";
import { ROLES, ROUTES } from "./directory";
import {
  b64,
  bool,
  dayFormat,
  hexOf,
  int,
  listOf,
  object,
  oneOf,
  orEmpty,
  orNull,
  read,
  teamFormat,
  text,
} from "./format";
import type { Format, Of } from "./format";
import { parse } from "./json";
import { STAGES } from "./message";
import { Refused } from "./refused";

// The answers of every call, read as strictly as any document (N5).

const caseFormat = hexOf<CaseId>(32);
const memberFormat = hexOf<MemberId>(16);

const deskCase = object({
  case: caseFormat,
  day: dayFormat,
  route: oneOf(ROUTES),
  team: teamFormat,
  stage: oneOf(STAGES),
  statement: b64,
  parties: b64,
  body: b64,
  identity: orNull(b64),
  receipt: b64,
  epochs: listOf(b64),
  changes: listOf(b64),
  grants: listOf(
    object({
      row: orNull(b64),
      member: memberFormat,
      epoch: int,
      live: bool,
      sealed: orNull(b64),
    }),
  ),
  declarations: listOf(b64),
  messages: listOf(object({ stub: b64, file: b64 })),
});

const answers = {
  /** `GET /api/1/directory` */
  directory: object({ genesis: b64, leads: listOf(b64), root: b64 }),
  /** `GET /api/1/desk/directory/leads` */
  leads: object({ genesis: b64, leads: listOf(b64) }),
  /** `PUT /api/1/cases/{case}` (C10) */
  receipt: object({ receipt: b64 }),
  /** `POST /api/1/mailbox/challenge` (B1) */
  challenge: object({ challenge: b64 }),
  /** `POST /api/1/mailbox`, `open` (B4) */
  opened: object({
    case: caseFormat,
    day: dayFormat,
    stage: oneOf(STAGES),
    aside: bool,
    statement: b64,
    receipt: b64,
    changes: listOf(object({ signed: b64, keep: b64 })),
    epochs: listOf(b64),
    rows: listOf(b64),
    to_reporter: listOf(object({ stub: b64, file: orNull(b64) })),
    from_reporter: listOf(b64),
    more: bool,
  }),
  /** `POST /api/1/mailbox`, `post` (B5); and the desk's own messages */
  sequence: object({ sequence: int }),
  /** `POST /api/1/mailbox`, `delete` (B6) */
  deleted: object({ deleted: int }),
  /** `POST /api/1/mailbox`, `change_words` (B7); and the desk's grants */
  number: object({ number: int }),
  /** `POST /api/1/desk/parameters` (A2); weaker ones are refused */
  parameters: object({
    member: memberFormat,
    salt: hexOf<string>(16),
    memory: int,
    passes: int,
    lanes: int,
  }),
  /** `POST /api/1/desk/sign-in` */
  signedIn: object({ member: memberFormat, label: text, vault: b64, pepper: hexOf<string>(32) }),
  /** `GET /api/1/desk/me` */
  me: object({
    member: memberFormat,
    label: text,
    idle_minutes: int,
    roles: listOf(oneOf(ROLES)),
    lead: bool,
    administrator: bool,
    endorsed: bool,
    fresh: bool,
    pinned: bool,
    demonstration: bool,
  }),
  /** `GET /api/1/desk/ring` */
  ring: object({ revision: int, ring: orNull(b64) }),
  /** `PUT /api/1/desk/ring` */
  ringKept: object({ revision: int }),
  /** `GET /api/1/desk/cases?list=new` */
  newCases: object({
    cases: listOf(
      object({
        case: caseFormat,
        day: dayFormat,
        route: oneOf(ROUTES),
        team: teamFormat,
        stage: oneOf(STAGES),
        epoch: int,
        statement: b64,
        parties: b64,
        brief: orNull(b64),
      }),
    ),
    next: orNull(caseFormat),
  }),
  /** `GET /api/1/desk/cases?list=mine` */
  myCases: object({
    cases: listOf(
      object({
        case: caseFormat,
        day: dayFormat,
        route: oneOf(ROUTES),
        team: teamFormat,
        stage: oneOf(STAGES),
        epoch: int,
        to_reporter: int,
        from_reporter: int,
        clock: text,
        due: orEmpty(dayFormat),
        aside: bool,
        teams: listOf(teamFormat),
      }),
    ),
    next: orNull(caseFormat),
  }),
  /** `POST /api/1/desk/cases/{case}/declaration` */
  declared: object({ conflict: bool, stranded: bool }),
  /** `GET /api/1/desk/cases/{case}` */
  deskCase,
  /** `POST /api/1/desk/cases/open` */
  deskCases: object({ cases: listOf(deskCase) }),
  /** `GET /api/1/desk/cases/{case}/access`: who holds which key, without what was reported */
  access: object({
    case: caseFormat,
    statement: b64,
    team: teamFormat,
    stage: oneOf(STAGES),
    epochs: listOf(b64),
    rows: listOf(b64),
    declarations: listOf(b64),
    changes: listOf(b64),
    live: listOf(object({ member: memberFormat, epoch: int })),
    bars: listOf(memberFormat),
    sealed: listOf(object({ epoch: int, sealed: b64 })),
  }),
  /** `POST /api/1/desk/cases/{case}/epochs` */
  epoch: object({ epoch: int }),
  /** `GET /api/1/desk/cases/{case}/openings` */
  openings: object({
    openings: listOf(object({ member: memberFormat, act: text, day: dayFormat, done: bool })),
    next: orNull(int),
  }),
  /** `GET /health` */
  health: object({ status: text }),
};

export type AnswerName = keyof typeof answers;
/** The answer of a call. */
export type AnswerOf<N extends AnswerName> = Of<(typeof answers)[N]>;
export type MailboxOpened = AnswerOf<"opened">;
export type DeskCase = AnswerOf<"deskCase">;
export type NewCase = AnswerOf<"newCases">["cases"][number];
export type Access = AnswerOf<"access">;
export type CaseOpening = AnswerOf<"openings">["openings"][number];
export type MyCase = AnswerOf<"myCases">["cases"][number];

/** Reads the answer of a call. */
export function readAnswer<N extends AnswerName>(call: N, bytes: Uint8Array): AnswerOf<N> {
  const format = answers[call] as Format<unknown>;
  return read(format, bytes) as AnswerOf<N>;
}

/** A refusal by the service (P1). */
export interface Problem {
  /** The part of `type` after `urn:rightline:problem:`. */
  readonly code: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The rule that was broken, where one was. */
  readonly rule: string | null;
}

const bare = { type: text, title: text, status: int, detail: text };
const problem = object(bare);
const problemWithRule = object({ ...bare, rule: text });
const URN = "urn:rightline:problem:";

/** Reads a problem document (P1). */
export function readProblem(bytes: Uint8Array): Problem {
  const document = parse(bytes);
  const ruled = document instanceof Map && document.has("rule");
  const found = ruled ? problemWithRule(document) : { ...problem(document), rule: null };
  if (!found.type.startsWith(URN)) throw new Refused("P1", "the problem is of another kind");
  const { type, ...rest } = found;
  return { code: type.slice(URN.length), ...rest };
}

/** The digests and ids that addresses hold. */
export const paths = {
  directory: "/api/1/directory",
  document: (of: Digest): string => `/api/1/directory/documents/${of}`,
  root: (serial: number): string => `/api/1/directory/roots/${serial}`,
  submit: (of: CaseId): string => `/api/1/cases/${of}`,
  challenge: "/api/1/mailbox/challenge",
  mailbox: "/api/1/mailbox",
  parameters: "/api/1/desk/parameters",
  signIn: "/api/1/desk/sign-in",
  signOut: "/api/1/desk/sign-out",
  leads: "/api/1/desk/directory/leads",
  me: "/api/1/desk/me",
  ring: "/api/1/desk/ring",
  cases: (list: "new" | "mine", limit: number, after?: CaseId): string =>
    `/api/1/desk/cases?list=${list}${after === undefined ? "" : `&after=${after}`}&limit=${limit}`,
  deskCase: (of: CaseId): string => `/api/1/desk/cases/${of}`,
  openCases: "/api/1/desk/cases/open",
  declaration: (of: CaseId): string => `/api/1/desk/cases/${of}/declaration`,
  messages: (of: CaseId): string => `/api/1/desk/cases/${of}/messages`,
  grants: (of: CaseId): string => `/api/1/desk/cases/${of}/grants`,
  access: (of: CaseId): string => `/api/1/desk/cases/${of}/access`,
  epochs: (of: CaseId): string => `/api/1/desk/cases/${of}/epochs`,
  openings: (of: CaseId, after: number, limit: number): string =>
    `/api/1/desk/cases/${of}/openings?after=${after}&limit=${limit}`,
} as const;
