import { NO_DIGEST } from "./bytes";
import type { Anchor, MemberId, ServiceId } from "./bytes";
import { listed } from "./directory";
import type { Directory } from "./directory";
import { bool, exactly, hexOf, listOf, object, text } from "./format";
import type { Code, Format, Of } from "./format";
import { characters, wellFormed, write } from "./json";
import type { Json } from "./json";
import { anyMeans, anyNames, meaningsOf } from "./units";
import type { StandardsTeams } from "./units";

// The code lists of R7.
export const MODES = ["anonymous", "confidential", "named"] as const;
export const CHANNELS = ["web", "plain", "telephone"] as const;
export const ANSWERS = ["", "yes", "no", "unknown"] as const;
export const PATTERNS = ["", "once", "repeated", "continuing", "unknown"] as const;
export const BASES = ["", "first_hand", "told", "overheard", "inferred", "other"] as const;
export const KINDS = [
  "",
  "officer",
  "staff",
  "special",
  "pcso",
  "volunteer",
  "contractor",
  "former",
  "other",
  "unknown",
] as const;
export const RANKS = [
  "",
  "constable",
  "sergeant",
  "inspector",
  "chief_inspector",
  "superintendent",
  "chief_superintendent",
  "commander",
  "deputy_assistant_commissioner",
  "assistant_commissioner",
  "deputy_commissioner",
  "commissioner",
  "staff_grade",
  "unknown",
] as const;
export const RELATIONS = [
  "",
  "line_manager",
  "supervisor",
  "peer",
  "subordinate",
  "tutor",
  "trainer",
  "partner",
  "other",
  "none",
  "unknown",
] as const;
export const CHARACTERISTICS = [
  "age",
  "disability",
  "gender_reassignment",
  "marriage",
  "pregnancy",
  "race",
  "religion",
  "sex",
  "sexual_orientation",
] as const;
export const INVOLVEMENTS = ["", "victim", "witness", "other"] as const;
export const CONCERNS = [
  "sexual_misconduct",
  "abuse_of_position",
  "sexual_harassment",
  "bullying",
  "harassment",
  "discrimination",
  "excessive_force",
  "stop_and_search",
  "domestic_abuse",
  "theft_fraud",
  "disclosure",
  "data_misuse",
  "drugs",
  "association",
  "organised_crime",
  "social_media",
  "perverting_justice",
  "bribery",
  "neglect",
  "failure_to_report",
  "reprisal",
  "health_safety",
  "culture",
  "other",
] as const;
/** The circumstances that are asked about, each an answer (R5). */
export const CIRCUMSTANCES = [
  "on_duty",
  "online",
  "private_messages",
  "described_as_banter",
] as const;
export type Mode = (typeof MODES)[number];
export type Channel = (typeof CHANNELS)[number];
export type Answer = (typeof ANSWERS)[number];
export type Pattern = (typeof PATTERNS)[number];
export type Basis = (typeof BASES)[number];
export type Kind = (typeof KINDS)[number];
export type Rank = (typeof RANKS)[number];
export type Relation = (typeof RELATIONS)[number];
export type Involvement = (typeof INVOLVEMENTS)[number];
export type Concern = (typeof CONCERNS)[number];
export type Characteristic = (typeof CHARACTERISTICS)[number];

/** The most characters of `what_happened`, and of every other text (R8). */
export const LONGEST_ACCOUNT = 50_000;
export const LONGEST_TEXT = 5_000;
/** The most subjects, and the most others (R4). */
export const MOST_PEOPLE = 40;

// A reader shows a code that it does not know as it stands (R8).
const kindCode: Format<Code<Kind>> = text;
const rankCode: Format<Code<Rank>> = text;
const relationCode: Format<Code<Relation>> = text;
const answerCode: Format<Code<Answer>> = text;
const channelCode: Format<Code<Channel>> = text;
const modeCode: Format<Code<Mode>> = text;
const concernCode: Format<Code<Concern>> = text;
const characteristicCode: Format<Code<Characteristic>> = text;
const patternCode: Format<Code<Pattern>> = text;
const basisCode: Format<Code<Basis>> = text;
const involvementCode: Format<Code<Involvement>> = text;

const subject = object({
  name: text,
  description: text,
  kind: kindCode,
  rank: rankCode,
  acting: bool,
  unit: text,
  relation: relationCode,
  senior: answerCode,
  reads_reports: answerCode,
  probationer: answerCode,
});
const other = object({ who: text, rank: rankCode, unit: text, why: text, reason: text });
const bindings = { version: exactly(1), service: hexOf<ServiceId>(32), anchor: hexOf<Anchor>(32) };
const parties = {
  subjects: listOf(subject),
  others: listOf(other),
  exclude: object({ units: listOf(text), members: listOf(hexOf<MemberId>(16)), other: text }),
};
const body = {
  channel: channelCode,
  language: text,
  mode: modeCode,
  name: text,
  contact: text,
  concerns: listOf(concernCode),
  characteristics: listOf(characteristicCode),
  what_happened: text,
  when: text,
  where: text,
  pattern: patternCode,
  circumstances: object({
    on_duty: answerCode,
    online: answerCode,
    private_messages: answerCode,
    described_as_banter: answerCode,
  }),
  basis: basisCode,
  basis_detail: text,
  evidence: object({ what: text, at_risk: answerCode, how: text }),
  told: object({ whom: text, outcome: text }),
  danger: object({ now: answerCode, detail: text }),
  support: object({ wanted: answerCode, detail: text }),
  informed: answerCode,
  reporter: object({
    kind: kindCode,
    rank: rankCode,
    unit: text,
    probationer: answerCode,
    role: involvementCode,
  }),
  access_needs: text,
};
const identity = { name: text, contact: text, unit: text };

/** Each part's format as sealed: its content with version, service and anchor (R4 to R6). */
export const PART_FORMATS = {
  parties: object({ ...bindings, ...parties }),
  body: object({ ...bindings, ...body }),
  identity: object({ ...bindings, ...identity }),
};

type Members<M extends Record<string, Format<unknown>>> = { [K in keyof M]: Of<M[K]> };

/** Somebody the report is about (R4). */
export type Subject = Of<typeof subject>;
/** Somebody who knew and did not report (R4). */
export type Other = Of<typeof other>;
/** Who is named, and who must not see it (R4), without the bindings. */
export type Parties = Members<typeof parties>;
/** Everything else (R5), without the bindings. */
export type Body = Members<typeof body>;
/** A confidential reporter (R6), without the bindings. */
export type IdentityContent = Members<typeof identity>;
export interface PartContents {
  readonly parties: Parties;
  readonly body: Body;
  readonly identity: IdentityContent;
}
export type PartName = keyof PartContents;

/** A subject about whom nothing is answered. */
export function emptySubject(): Subject {
  return {
    name: "",
    description: "",
    kind: "",
    rank: "",
    acting: false,
    unit: "",
    relation: "",
    senior: "",
    reads_reports: "",
    probationer: "",
  };
}

/** Another about whom nothing is answered. */
export function emptyOther(): Other {
  return { who: "", rank: "", unit: "", why: "", reason: "" };
}

/** Parties in which nothing is answered. */
export function emptyParties(): Parties {
  return { subjects: [], others: [], exclude: { units: [], members: [], other: "" } };
}

/** A body in which nothing is answered but channel, mode and language. */
export function emptyBody(channel: Channel = "web", mode: Mode = "anonymous"): Body {
  return {
    channel,
    language: "en",
    mode,
    name: "",
    contact: "",
    concerns: [],
    characteristics: [],
    what_happened: "",
    when: "",
    where: "",
    pattern: "",
    circumstances: { on_duty: "", online: "", private_messages: "", described_as_banter: "" },
    basis: "",
    basis_detail: "",
    evidence: { what: "", at_risk: "", how: "" },
    told: { whom: "", outcome: "" },
    danger: { now: "", detail: "" },
    support: { wanted: "", detail: "" },
    informed: "",
    reporter: { kind: "", rank: "", unit: "", probationer: "", role: "" },
    access_needs: "",
  };
}

/** An identity in which nothing is answered. */
export function emptyIdentity(): IdentityContent {
  return { name: "", contact: "", unit: "" };
}

type LeftOut = Omit<Parties["exclude"], "other">;

/** Whether a reporter wanted a member left out: themselves, or a unit that any team lists them with. */
export function leftOut(directory: Directory, exclude: LeftOut, wanted: MemberId): boolean {
  const units = listed(directory, wanted).flatMap(({ member: one }) => one.units);
  return exclude.members.includes(wanted) || anyNames(meaningsOf(exclude.units, []), units);
}

/** The same for all that a reporter named, where a name may be that of a team, as it is typed, and means the team that is
 * its professional standards unit too, as far as the caller knows which one is. */
export function leavesOut(
  directory: Directory,
  exclude: LeftOut,
  standards: StandardsTeams,
): (wanted: MemberId) => boolean {
  const named = meaningsOf(exclude.units, standards);
  return (wanted) =>
    exclude.members.includes(wanted) ||
    listed(directory, wanted).some(({ team: { team, name: teamName }, member: { units } }) =>
      anyMeans(named, { team, teamName, units }),
    );
}

/** The paths of the texts that are longer than R8 allows, such as `what_happened`. */
export function tooLong(content: Parties | Body | IdentityContent): string[] {
  const found: string[] = [];
  const look = (value: unknown, path: string): void => {
    if (typeof value === "string") {
      const most = path === "what_happened" ? LONGEST_ACCOUNT : LONGEST_TEXT;
      if (value.length > most && characters(wellFormed(value)) > most) found.push(path);
    } else if (typeof value === "object" && value !== null) {
      for (const [name, part] of Object.entries(value)) {
        look(part, path === "" ? name : `${path}.${name}`);
      }
    }
  };
  look(content, "");
  return found;
}

/** The bytes of a part before it is framed, with the length before them (F1): known before any
 * anchor is, as all anchors have one length. */
export function sizeOf(content: Parties | Body | IdentityContent): number {
  const bindings_ = { version: 1, service: NO_DIGEST, anchor: NO_DIGEST };
  return 4 + write({ ...bindings_, ...content }).length;
}

/** A part's content as read, or refused under R9's `format`. */
export function readPart<N extends PartName>(
  name: N,
  document: Json,
): { service: ServiceId; anchor: Anchor; content: PartContents[N] } {
  const whole = PART_FORMATS[name](document);
  const { service, anchor } = whole;
  const content = Object.fromEntries(
    Object.entries(whole).filter(([member]) => !Object.hasOwn(bindings, member)),
  );
  return { service, anchor, content: content as unknown as PartContents[N] };
}
