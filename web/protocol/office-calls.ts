/** The answers of the calls of leads, administrators and auditors: accounts, invitations, the service,
 * publishing, the recovery, the audit trail. Only the desk imports this. */
import type { CaseId, Digest, MemberId, VerifyingKey } from "./bytes";
import { ROUTES } from "./directory";
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
import { PURPOSES } from "./people-calls";

/** What an account can be in (section 12). */
export const ACCOUNT_STATES = ["enrolling", "enrolled", "suspended"] as const;
export type AccountState = (typeof ACCOUNT_STATES)[number];

const memberFormat = hexOf<MemberId>(16);

const answers = {
  /** `GET /api/1/desk/accounts`; `created` is empty for accounts older than that note. */
  accounts: object({
    accounts: listOf(
      object({
        member: memberFormat,
        label: text,
        state: oneOf(ACCOUNT_STATES),
        founding: orEmpty(oneOf(["lead", "administrator"])),
        endorsed: bool,
        lead: bool,
        roles: listOf(text),
        teams: listOf(text),
        factors: int,
        sessions: int,
        created: orEmpty(dayFormat),
        replaces: orEmpty(memberFormat),
        application: orNull(b64),
      }),
    ),
    next: orNull(memberFormat),
  }),
  /** `GET /api/1/desk/invitations` */
  invitations: object({
    invitations: listOf(
      object({
        id: hexOf<string>(16),
        label: text,
        purpose: oneOf(PURPOSES),
        replaces: orEmpty(memberFormat),
        until: int,
        by: orEmpty(memberFormat),
      }),
    ),
    next: orNull(hexOf<string>(16)),
  }),
  /** `GET /api/1/desk/stranded`: cases that nobody is left to work on. */
  stranded: object({
    cases: listOf(object({ case: hexOf<CaseId>(32), day: dayFormat })),
    next: orNull(hexOf<CaseId>(32)),
  }),
  /** `POST /api/1/desk/invitations`; the secret is in no other answer. */
  invited: object({ secret: hexOf<string>(32), until: int }),
  /** `GET /api/1/desk/service` */
  service: object({
    version: text,
    database: oneOf(["sqlite", "postgres"]),
    database_bytes: int,
    free_bytes: orNull(int),
    counts: object({ cases: int, messages: int, members: int, sessions: int, audit: int }),
    founded: bool,
    pinned: bool,
    /** The key that signs receipts at this service now, which a root names (D3). */
    service_key: hexOf<VerifyingKey>(32),
    teams: listOf(
      object({
        team: teamFormat,
        name: text,
        route: orEmpty(oneOf([...ROUTES, "custodians"])),
        published: bool,
        readers: int,
      }),
    ),
    units: listOf(text),
  }),
  /** `POST /api/1/desk/directory`; 0 while there is no root. */
  published: object({ serial: int }),
  /** `GET /api/1/desk/recovery` */
  votes: object({ votes: listOf(object({ lead: memberFormat, signed: b64 })) }),
  /** `GET /api/1/desk/audit` */
  audit: object({
    rows: listOf(b64),
    head: object({ number: int, digest: hexOf<Digest>(32) }),
    next: orNull(int),
  }),
  /** `GET /api/1/desk/audit/heads` */
  heads: object({ heads: listOf(b64) }),
};

export type OfficeAnswerName = keyof typeof answers;
/** The answer of a call of leads, administrators or auditors. */
export type OfficeAnswerOf<N extends OfficeAnswerName> = Of<(typeof answers)[N]>;
export type Account = OfficeAnswerOf<"accounts">["accounts"][number];
export type Invitation = OfficeAnswerOf<"invitations">["invitations"][number];
export type StrandedCases = OfficeAnswerOf<"stranded">;
export type ServiceFacts = OfficeAnswerOf<"service">;
export type ProposedTeam = ServiceFacts["teams"][number];
export type AuditPage = OfficeAnswerOf<"audit">;

/** Which rows of the trail are asked for: those after a number, and of them those that fit. */
export type AuditWanted = {
  readonly after: number;
  readonly limit: number;
  readonly who?: MemberId | "";
  readonly case?: CaseId | "";
  readonly act?: string;
};

/** Gives the reader of one answer. */
export function officeAnswer<N extends OfficeAnswerName>(
  call: N,
): (bytes: Uint8Array) => OfficeAnswerOf<N> {
  const format = answers[call] as Format<unknown>;
  return (bytes) => read(format, bytes) as OfficeAnswerOf<N>;
}

/** The part of a list after a row. */
function following(after: string | null): string {
  return after === null ? "" : `?after=${after}`;
}

export const officePaths = {
  accounts: (after: MemberId | null): string => `/api/1/desk/accounts${following(after)}`,
  account: (of: MemberId, act: "suspend" | "restore" | "end-sessions"): string =>
    `/api/1/desk/accounts/${of}/${act}`,
  invite: "/api/1/desk/invitations",
  invitations: (after: string | null): string => `/api/1/desk/invitations${following(after)}`,
  withdrawal: (id: string): string => `/api/1/desk/invitations/${id}/withdraw`,
  service: "/api/1/desk/service",
  stranded: "/api/1/desk/stranded",
  publish: "/api/1/desk/directory",
  recovery: "/api/1/desk/recovery",
  audit: ({ after, limit, who = "", case: of = "", act = "" }: AuditWanted): string => {
    const narrowed = Object.entries({ who, case: of, act }).filter(([, value]) => value !== "");
    const query = [`after=${after}`, `limit=${limit}`];
    for (const [name, value] of narrowed) query.push(`${name}=${encodeURIComponent(value)}`);
    return `/api/1/desk/audit?${query.join("&")}`;
  },
  heads: "/api/1/desk/audit/heads",
  auditExport: "/api/1/desk/audit/export",
} as const;
