/** The ids of the record's elements: by record and path, so that links and the focus find them. */
import type { RecordName } from "../content";

/** Of a field, an entry or a list. Ids of entries come from others, so nothing else than letters,
 * digits, hyphens and underscores stays as it is. */
export function elementId(record: RecordName, place: string): string {
  const plain = place.replace(/[^A-Za-z0-9_-]/gu, (one) =>
    one === "/" ? "-" : `_${(one.codePointAt(0) ?? 0).toString(16)}_`,
  );
  return `rec-${record}${plain === "" ? "" : `-${plain}`}`;
}

/** Of the button that adds an entry to a list. */
export function addId(record: RecordName, list: string): string {
  return `${elementId(record, list)}-add`;
}

/** Of the heading of a section. */
export function sectionId(record: RecordName, section: string): string {
  return `${elementId(record, "")}--${section}`;
}

/** Of the summary of what keeps a record from being saved. */
export function problemsId(record: RecordName): string {
  return `${elementId(record, "")}--problems`;
}

/** The heading over what somebody else changed meanwhile. */
export function togetherId(record: RecordName): string {
  return `${elementId(record, "")}--together`;
}
