/** What the page shows of a case's records and procedure. */
import type { CaseId } from "../../protocol";
import type { RecordName } from "../../protocol/record-file";
import type { Conflict } from "../record/compare";
import type { ContentOf, Revision } from "../record/content";
import type { Trouble } from "../trouble";
import type { LettingInView } from "../triage/job";
import type { OpenedWork } from "./opening";

/** A draft of a record, over the revision that it was begun from. */
export type RecordDraft<R extends RecordName = RecordName> = {
  /** The number of that revision, 0 for none, and what it says. */
  readonly base: number;
  readonly before: ContentOf<R>;
  readonly content: ContentOf<R>;
  /** What it was put together with, where somebody else saved that revision meanwhile. */
  readonly over?: Over<R>;
};
export type RecordDrafts = { readonly [R in RecordName]?: RecordDraft<R> };

/** What somebody else saved while a draft was written: who, and over what. */
export type Over<R extends RecordName = RecordName> = {
  readonly label: string;
  readonly before: ContentOf<R>;
  /** What was written and gave way to what is saved. */
  readonly yielded: readonly Conflict[];
};

/** Revisions of a record, fetched to be compared. */
export type HistoryView = {
  readonly record: RecordName;
  readonly revisions: readonly Revision[];
  readonly from: number;
  readonly to: number;
};

/** The work on the open case. */
export type WorkView = {
  /** Null until it was fetched. */
  readonly opened: OpenedWork | null;
  readonly trouble: Trouble | null;
  /** The record that is shown. */
  readonly record: RecordName;
  /** A field to move to, as a path in the record. */
  readonly target: string | null;
  readonly saving: RecordName | null;
  readonly saveTrouble: Trouble | null;
  /** The record that somebody else saved meanwhile: what both wrote is to be put together. */
  readonly merging: RecordName | null;
  readonly history: HistoryView | null;
  /** What is being done: the code of an act, or of a longer job. */
  readonly acting: string | null;
  readonly actTrouble: Trouble | null;
  /** Why a part was not given: it is said beside the choice of who is to have it. */
  readonly assignTrouble: Trouble | null;
  /** Something that went well and is said once. */
  readonly done: string | null;
  /** How far letting members in has come; null where that was not begun. */
  readonly lettingIn: LettingInView | null;
};

export const emptyWork: WorkView = {
  opened: null,
  trouble: null,
  record: "danger",
  target: null,
  saving: null,
  saveTrouble: null,
  merging: null,
  history: null,
  acting: null,
  actTrouble: null,
  assignTrouble: null,
  done: null,
  lettingIn: null,
};

/** Nothing that went well or wrong is said any more: it is about what is not shown now. */
export const nothingSaid = { actTrouble: null, assignTrouble: null, done: null } as const;

/** Drafts of records by case. They outlast the case being closed, and a session that ends by itself. */
export type AllRecordDrafts = ReadonlyMap<CaseId, RecordDrafts>;

/** Whether any record was written and not saved. */
export function anyDrafted(drafts: AllRecordDrafts): boolean {
  return [...drafts.values()].some((one) => Object.keys(one).length > 0);
}
