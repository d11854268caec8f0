/**
 * What the parts of the record are given. They fetch, seal and sign nothing themselves. `Records` and
 * what it opens stand side by side in an element of the class `rec-with-list`; `RecordPrint` stands
 * alone, and while it is on the page nothing else is printed.
 */
import type { JSX } from "preact";
import type { Day, MemberId } from "../../../protocol";
import type { ContentOf, Contents, RecordName, Revision } from "../content";
import type { Conflict } from "../compare";
import type { Lack } from "../rules";
import type { Casework } from "../settings";

/** What every part of the record looks up. Keep it the same object for as long as nothing in it
 * changes: entries are drawn again when it does. */
export type Around = {
  readonly reference: string;
  readonly force: string;
  readonly me: MemberId;
  readonly today: Day;
  readonly casework: Casework;
  /** All records as last saved: for the names of allegations, the ranks of subjects and the rules. */
  readonly contents: Contents;
  /** The reporter has said since who they are. */
  readonly revealed?: boolean;
  /** Members by id, with the label they are shown by; also those who left. */
  readonly members: readonly { readonly member: MemberId; readonly label: string }[];
  /** Teams that an allegation can be given to, but for those that the reporter left out, and those of which nobody works
   * on cases. */
  readonly teams: readonly OneTeam[];
};

/** A team as an allegation is given to it. */
export type OneTeam = {
  readonly team: string;
  readonly name: string;
  /** The reporter left out everybody of it. */
  readonly leftOut?: boolean;
  /** Somebody of it works on cases. */
  readonly works?: boolean;
};

/** How a record stands in the procedure: from the service's answer. */
export type Standing = {
  /** The signed revision, 0 for none; who signed it, and the second signature. */
  readonly signed: number;
  readonly by: MemberId | "";
  readonly second: MemberId | "";
  readonly done: boolean;
};

/** `Records`: the list of the eleven with their marks, down the side of the record. */
export type RecordsProps = {
  readonly around: Around;
  readonly current: RecordName;
  readonly standing: Readonly<Partial<Record<RecordName, Standing>>>;
  /** The number of the latest revision of each record that has one. */
  readonly revisions: Readonly<Partial<Record<RecordName, number>>>;
  /** Records that hold a draft which is not saved. */
  readonly drafted: readonly RecordName[];
  readonly onOpen: (record: RecordName) => void;
};

/** `RecordView`: one record as a document, edited in place. Give it `key={record}`. */
export type RecordViewProps<R extends RecordName = RecordName> = {
  readonly record: R;
  readonly around: Around;
  /** The latest revision; null while there is none. */
  readonly latest: Revision<R> | null;
  readonly standing: Standing | null;
  /** Why this member may not write it, as a sentence; null if they may. */
  readonly readOnly: string | null;
  /** What was written and not saved, kept by the desk while another part is shown. A draft that is
   * another object than the one last told to `onDraft` takes the place of what is on the page. */
  readonly draft: ContentOf<R> | null;
  /** Told shortly after each change, and at once when the part goes; null when the changes are dropped. */
  readonly onDraft: (draft: ContentOf<R> | null) => void;
  /** Ctrl+Enter or the button. The page shows `saving` until the desk gives another `latest`. */
  readonly onSave: (content: ContentOf<R>) => void;
  readonly saving: boolean;
  /** A sentence about the last attempt to save. */
  readonly trouble: string | null;
  /** A field to move to: the target of a link in "still missing"; told back once it is done. */
  readonly target: string | null;
  readonly onTarget: () => void;
  /** Shows the earlier revisions; null where there are none. */
  readonly onHistory: (() => void) | null;
  /** What the report says, for a record that is not begun; null where it says nothing for it. */
  readonly proposal?: ContentOf<R> | null;
};

/** `Merging`: what two members changed in the same place, before the second saves. */
export type MergingProps<R extends RecordName = RecordName> = {
  readonly record: R;
  readonly around: Around;
  readonly conflicts: readonly Conflict[];
  /** What gives way without being asked about. */
  readonly yielded: readonly Conflict[];
  /** Who saved first, and their revision with what is wrong with it. */
  readonly theirs: {
    readonly label: string;
    readonly revision: number;
    readonly warnings: readonly string[];
  };
  /** For each conflict, by its place: whose text is taken. */
  readonly onMerge: (picks: readonly ("mine" | "theirs" | "both")[]) => void;
  readonly onLeave: () => void;
};

/** `Together`: what somebody else changed, over a draft that was put together with it and is not saved. */
export type TogetherProps<R extends RecordName = RecordName> = {
  readonly record: R;
  readonly around: Around;
  readonly theirs: { readonly label: string; readonly revision: number };
  /** What they changed, from one to the other. */
  readonly before: ContentOf<R>;
  readonly after: ContentOf<R>;
  readonly yielded: readonly Conflict[];
};

/** `Comparison`: two revisions of a record beside each other. */
export type ComparisonProps<R extends RecordName = RecordName> = {
  readonly record: R;
  readonly around: Around;
  /** All that were fetched, oldest first. */
  readonly revisions: readonly Revision<R>[];
  /** The numbers that are compared; the earlier is 0 for "nothing". */
  readonly from: number;
  readonly to: number;
  readonly onPick: (from: number, to: number) => void;
  readonly onClose: () => void;
};

/** `Lacking`: what is still missing, each a link to its field. */
export type LackingProps = {
  readonly lacks: readonly Lack[];
  readonly onGo: (lack: Lack) => void;
};

/** `RecordPrint`: the whole record as it is printed. */
export type RecordPrintProps = {
  readonly around: Around;
  readonly revisions: { readonly [R in RecordName]?: Revision<R> };
  readonly standing: Readonly<Partial<Record<RecordName, Standing>>>;
  /** The protective marking, for the head of every page. */
  readonly marking: string;
  /** Whether who reported, and their own words, are printed with it. */
  readonly original: boolean;
  /** Whether chronology and notes, which are private to the readers, are printed with it. */
  readonly notes: boolean;
  /** What is kept of a record besides its content, printed after it. */
  readonly besides?: Readonly<Partial<Record<RecordName, JSX.Element>>>;
};
