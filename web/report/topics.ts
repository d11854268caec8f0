import { errors, report } from "../../text/en.json";
import { IDENTITY_FRAME, LARGEST_MESSAGE_FRAME } from "../protocol/framing";
import {
  LONGEST_ACCOUNT,
  LONGEST_TEXT,
  emptyOther,
  emptySubject,
  sizeOf,
} from "../protocol/report";
import { characters, wellFormed } from "../protocol/json";
import type { FieldError } from "../ui/parts";
import { fill } from "../ui/text";
import { excludeOf, fieldId, partsOf, textAt } from "./draft";
import type { Draft, TextPath } from "./draft";

/** One topic of the report: one task, one page. */
export type Topic =
  | "known"
  | "what"
  | "kind"
  | "when"
  | "subjects"
  | "others"
  | "basis"
  | "evidence"
  | "told"
  | "danger"
  | "about_you"
  | "support"
  | "readers";

/** The groups of the task list, in order. */
export const GROUPS: readonly { readonly title: string; readonly topics: readonly Topic[] }[] = [
  { title: report.group_report, topics: ["known", "what", "kind", "when", "subjects"] },
  { title: report.group_more, topics: ["others", "basis", "evidence", "told", "danger"] },
  { title: report.group_you, topics: ["about_you", "support"] },
  { title: report.group_readers, topics: ["readers"] },
];

/** The texts that each topic asks for. People's texts are listed by {@link personPaths}. */
const TEXTS: Readonly<Record<Topic, readonly TextPath[]>> = {
  known: ["mode", "identity.name", "identity.contact", "identity.unit", "name", "contact"],
  what: ["what_happened"],
  kind: [],
  when: [
    "when",
    "where",
    "pattern",
    "circumstances.on_duty",
    "circumstances.online",
    "circumstances.private_messages",
    "circumstances.described_as_banter",
  ],
  subjects: [],
  others: [],
  basis: ["basis", "basis_detail"],
  evidence: ["evidence.what", "evidence.at_risk", "evidence.how"],
  told: ["told.whom", "told.outcome"],
  danger: ["danger.now", "danger.detail"],
  about_you: [
    "reporter.kind",
    "reporter.rank",
    "reporter.unit",
    "reporter.probationer",
    "reporter.role",
  ],
  support: ["support.wanted", "support.detail", "informed", "language", "access_needs"],
  readers: ["route", "other_units", "exclude.other"],
};

/** The list of people that a topic is about. */
export type People = "subjects" | "others";

/** The texts about one person. */
export function personPaths(people: People, place: number): TextPath[] {
  const empty = people === "subjects" ? emptySubject() : emptyOther();
  return Object.entries(empty)
    .filter(([, value]) => typeof value === "string")
    .map(([name]) => `${people}.${place}.${name}` as TextPath);
}

/** The title of a topic's task. */
export function topicTitle(topic: Topic): string {
  return report[`task_${topic}`];
}

/** Whether anything of a topic has been answered. */
export function answered(draft: Draft, topic: Topic): boolean {
  if (TEXTS[topic].some((path) => textAt(draft, path).trim() !== "")) return true;
  if (topic === "kind") return draft.concerns.length > 0;
  if (topic === "subjects" || topic === "others") return draft[topic].length > 0;
  if (topic === "readers") {
    const { exclude, force_units } = draft;
    return [exclude.members, exclude.units, force_units].some((chosen) => chosen.length > 0);
  }
  return false;
}

/** Whether anything at all has been typed or chosen. */
export function anythingTyped(draft: Draft): boolean {
  return GROUPS.some(({ topics }) => topics.some((topic) => answered(draft, topic)));
}

/** What is wrong within one topic, in the order of its fields. */
export function checkTopic(draft: Draft, topic: Topic): FieldError[] {
  const found: FieldError[] = [];
  if (topic === "what" && draft.what_happened.trim() === "") {
    found.push({ id: "what_happened", message: errors.what_happened });
  }
  if (topic === "known" && draft.mode === "confidential" && draft.identity.name.trim() === "") {
    found.push({ id: "identity-name", message: errors.identity_name });
  }
  if (topic === "known" && draft.mode === "named" && draft.name.trim() === "") {
    found.push({ id: "name", message: errors.name });
  }
  const paths =
    topic === "subjects" || topic === "others"
      ? draft[topic].flatMap((_, place) => personPaths(topic, place))
      : TEXTS[topic].filter((path) => isAsked(draft, path));
  const long = tooLongIn(draft, paths);
  return [...found, ...long, ...(long.length === 0 ? tooLargeIn(draft, topic) : [])];
}

/** What is wrong with one person: nothing said at all, or too much. */
export function checkPerson(draft: Draft, people: People, place: number): FieldError[] {
  const paths = personPaths(people, place);
  if (paths.every((path) => textAt(draft, path).trim() === "")) {
    const [first] = paths;
    const message = people === "subjects" ? errors.subject_empty : errors.other_empty;
    return [{ id: fieldId(first ?? people), message }];
  }
  const long = tooLongIn(draft, paths);
  if (long.length > 0 || !peopleTooLarge(draft)) return long;
  return [{ id: fieldId(longest(draft, paths)), message: errors.people_too_long }];
}

/** The first topic that keeps the report from being sent, with what is wrong in it. */
export function firstWrong(draft: Draft): { topic: Topic; errors: FieldError[] } | null {
  for (const { topics } of GROUPS) {
    for (const topic of topics) {
      const found = checkTopic(draft, topic);
      if (found.length > 0) return { topic, errors: found };
    }
  }
  return null;
}

/** Whether a field is on the page: name and contact are asked for as the mode has it. */
function isAsked(draft: Draft, path: TextPath): boolean {
  if (path.startsWith("identity.")) return draft.mode === "confidential";
  return (path !== "name" && path !== "contact") || draft.mode === "named";
}

function tooLongIn(draft: Draft, paths: readonly TextPath[]): FieldError[] {
  return paths.flatMap((path) => {
    const most = path === "what_happened" ? LONGEST_ACCOUNT : LONGEST_TEXT;
    const value = textAt(draft, path);
    if (value.length <= most || characters(wellFormed(value)) <= most) return [];
    const max = most.toLocaleString("en-GB");
    return [{ id: fieldId(path), message: fill(errors.too_long, { max }) }];
  });
}

/** What is too much in all for the place where it is sealed (R3, C7), shown where most of it is. */
function tooLargeIn(draft: Draft, topic: Topic): FieldError[] {
  if (topic === "known") {
    const { identity } = partsOf(draft);
    if (sizeOf(identity) <= IDENTITY_FRAME) return [];
    const id = fieldId(longest(draft, ["identity.name", "identity.contact", "identity.unit"]));
    return [{ id, message: errors.identity_too_long }];
  }
  if (!peopleTooLarge(draft) || topic !== largest(draft)) return [];
  const id =
    topic === "readers" ? fieldId(longest(draft, ["exclude.other", "other_units"])) : topic;
  return [{ id, message: errors.people_too_long }];
}

function peopleTooLarge(draft: Draft): boolean {
  return sizeOf(partsOf(draft).parties) > LARGEST_MESSAGE_FRAME;
}

/** Where most of what is said about people stands. */
function largest(draft: Draft): Topic {
  const size = (of: unknown): number => JSON.stringify(of).length;
  const { subjects, others } = draft;
  const exclude = excludeOf(draft);
  const most = Math.max(size(subjects), size(others), size(exclude));
  if (size(subjects) === most) return "subjects";
  return size(others) === most ? "others" : "readers";
}

function longest(draft: Draft, paths: readonly TextPath[]): TextPath {
  return paths.reduce((most, path) =>
    textAt(draft, path).length > textAt(draft, most).length ? path : most,
  );
}
