/** The answers of the calls about records, acts and the procedure, read as strictly as any document (N5).
 * Only the desk imports this. */
import { CLOCKS, PARTS } from "./act";
import type { CaseId, Digest, MemberId } from "./bytes";
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
import type { Json } from "./json";
import { STAGES } from "./message";
import { CHECKPOINTS, RECORDS } from "./record-file";
import type { RecordName } from "./record-file";
import { require } from "./refused";

const caseFormat = hexOf<CaseId>(32);
const memberFormat = hexOf<MemberId>(16);

/** An object whose names are not the protocol's: lists of codes by the name of each. */
function named<T>(item: Format<T>): Format<Readonly<Record<string, T>>> {
  return (value) => {
    require(value instanceof Map, "N5", "this is not an object");
    const made = Object.create(null) as Record<string, T>;
    for (const [name, member] of value as ReadonlyMap<string, Json>) made[name] = item(member);
    return made;
  };
}

/** An object of which members may be left out, and are false, empty or the empty text then. */
const when = (value: Json): RoutingWhen => {
  require(value instanceof Map, "N5", "this is not an object");
  const found = value as ReadonlyMap<string, Json>;
  const said = (name: string): boolean => found.has(name) && bool(found.get(name) ?? null);
  const named = (name: string): string => (found.has(name) ? text(found.get(name) ?? null) : "");
  return {
    categories: found.has("categories") ? listOf(text)(found.get("categories") ?? null) : [],
    gravity: named("gravity"),
    characteristics: said("characteristics"),
    professional_standards: said("professional_standards"),
    rank_from: named("rank_from"),
    rank_to: named("rank_to"),
    unknown_subject: said("unknown_subject"),
    no_subject: said("no_subject"),
    bcu: said("bcu"),
  };
};
export type RoutingWhen = {
  readonly categories: readonly string[];
  readonly gravity: string;
  readonly characteristics: boolean;
  readonly professional_standards: boolean;
  readonly rank_from: string;
  readonly rank_to: string;
  readonly unknown_subject: boolean;
  readonly no_subject: boolean;
  readonly bcu: boolean;
};

const procedure = object({
  stage: oneOf(STAGES),
  closed: bool,
  aside: bool,
  acts: int,
  acts_digest: hexOf<Digest>(32),
  teams: listOf(teamFormat),
  bars: listOf(memberFormat),
  assigned: listOf(object({ member: memberFormat, as: oneOf(PARTS), since: dayFormat })),
  checkpoints: listOf(
    object({
      record: oneOf(CHECKPOINTS),
      revision: int,
      signed: int,
      by: orEmpty(memberFormat),
      second: orEmpty(memberFormat),
      done: bool,
    }),
  ),
  clocks: listOf(
    object({
      clock: oneOf(CLOCKS),
      started: orEmpty(dayFormat),
      due: orEmpty(dayFormat),
      paused: bool,
      done: orEmpty(dayFormat),
    }),
  ),
  missing: listOf(object({ what: text, of: text })),
  may: listOf(object({ do: text, why: text })),
});
const revision = object({ stub: b64, file: b64 });
const revisionNumber = object({ revision: int });

const answers = {
  /** `GET /api/1/desk/casework` */
  casework: object({
    clocks: named(int),
    bank_holidays: listOf(dayFormat),
    due_soon: int,
    lists: named(listOf(object({ code: text, label: text, retired: bool }))),
    routing: listOf(object({ when, team: text, reason: text })),
    units: listOf(object({ name: text, team: text })),
    force_units: listOf(text),
  }),
  /** `GET /api/1/desk/cases/{case}/work` */
  work: object({
    case: caseFormat,
    records: listOf(object({ record: oneOf(RECORDS), stub: b64, file: b64 })),
    acts: listOf(object({ signed: b64, file: b64 })),
    conflicts: listOf(object({ member: memberFormat, file: b64 })),
    procedure,
  }),
  /** `GET /api/1/desk/cases/{case}/procedure` */
  procedure,
  /** `GET /api/1/desk/cases/{case}/records/{record}` */
  revisions: object({ revisions: listOf(revision), next: orNull(int) }),
  /** `POST /api/1/desk/cases/{case}/records` */
  kept: revisionNumber,
  /** `POST /api/1/desk/cases/{case}/acts` */
  acted: object({ number: int }),
  /** `GET /api/1/desk/due` */
  due: object({
    rows: listOf(
      object({
        case: caseFormat,
        clock: oneOf(CLOCKS),
        due: dayFormat,
        stage: oneOf(STAGES),
        team: teamFormat,
        teams: listOf(teamFormat),
      }),
    ),
    next: orNull(text),
    overdue: int,
    soon: int,
  }),
};

export type WorkAnswerName = keyof typeof answers;
/** The answer of a call. */
export type WorkAnswerOf<N extends WorkAnswerName> = Of<(typeof answers)[N]>;
/** What a case's records, acts and procedure are served as. */
export type ServedWork = WorkAnswerOf<"work">;
/** Where a case stands, what is missing and what the asking member may do. */
export type Procedure = WorkAnswerOf<"procedure">;
/** The settings of casework. */
export type CaseworkSettings = WorkAnswerOf<"casework">;
export type DueRow = WorkAnswerOf<"due">["rows"][number];

/** Reads the answer of a call. */
export function readWorkAnswer<N extends WorkAnswerName>(
  call: N,
  bytes: Uint8Array,
): WorkAnswerOf<N> {
  const format = answers[call] as Format<unknown>;
  return read(format, bytes) as WorkAnswerOf<N>;
}

const desk = "/api/1/desk";
/** The addresses of these calls. */
export const workPaths = {
  casework: `${desk}/casework`,
  work: (of: CaseId): string => `${desk}/cases/${of}/work`,
  procedure: (of: CaseId): string => `${desk}/cases/${of}/procedure`,
  revisions: (of: CaseId, record: RecordName, after: number, limit = 20): string =>
    `${desk}/cases/${of}/records/${record}?after=${after}&limit=${limit}`,
  records: (of: CaseId): string => `${desk}/cases/${of}/records`,
  acts: (of: CaseId): string => `${desk}/cases/${of}/acts`,
  open: `${desk}/cases/open`,
  due: (list: "mine" | { readonly team: string }, within: number, after: string | null): string => {
    const of = list === "mine" ? "list=mine" : `list=team&team=${list.team}`;
    const from = after === null ? "" : `&after=${after}`;
    return `${desk}/due?${of}&within=${within}${from}&limit=50`;
  },
} as const;
