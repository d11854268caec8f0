import type { CaseId } from "../../protocol";
import type { Act } from "../../protocol/act";
import type { ConflictKind } from "../../protocol/conflict";
import type { RecordName } from "../../protocol/record-file";
import { setDraft } from "../casework";
import { declareFound } from "../declaring";
import type { Desk } from "../desk";
import type { Pick as Picked } from "../record/compare";
import type { ContentOf } from "../record/content";
import type { Session } from "../session";
import type { Draft, State } from "../state";
import { setOpenAside } from "../triage/aside";
import type { AsideDraft } from "../triage/aside";
import { letInAll, pauseLettingIn, renewKeys } from "../triage/job";
import { setAside } from "../triage/several";
import { words } from "../words";
import { loadDue } from "./due";
import { draftNote, draftRecord, draftReprisal, saveRecord, takeTogether } from "./saving";
import type { Together } from "./saving";
import { nothingSaid } from "./state";
import type { WorkView } from "./state";
import { act, setWork, showHistory, signOff } from "./work";

/** What a member can ask of the work on cases: of the open one, where it says nothing else. Without a
 * session or an open case nothing happens. */
export class Working {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Signs and sends an act, with words under seal. True when it was done. What is opened again is still closed
   * for its reporter: the message that says otherwise is begun. */
  async act(what: Act, text = ""): Promise<boolean> {
    const of = this.#desk.state.open?.case;
    const acting = this.#inOpen((session, one) => act(this.#desk, session, one, what, text));
    const done = (await acting) ?? false;
    if (done && what.do === "reopen" && this.#desk.state.open?.case === of) {
      this.beginMessage({ kind: "stage", stage: "" });
      const { open } = this.#desk.state;
      if (open !== null) this.#desk.change({ open: { ...open, done: words.work.done.reopen } });
    }
    return done;
  }

  /** Keeps what is being written in a record; null drops it. The last keys are told when the case is left already. */
  draftRecord<R extends RecordName>(of: CaseId, name: R, content: ContentOf<R> | null): void {
    draftRecord(this.#desk, of, name, content);
  }

  saveRecord<R extends RecordName>(name: R, content: ContentOf<R>): void {
    void this.#inOpen((session, of) => saveRecord(this.#desk, session, of, name, content));
  }

  /** Goes on with a draft that is put together with what somebody else saved. */
  takeTogether<R extends RecordName>(name: R, both: Together<R>, picks: readonly Picked[]): void {
    this.#inOpen((session, of) => takeTogether(this.#desk, session, of, name, both, picks));
  }

  /** Signs a record off, or with the one who did. True when it was done. */
  async signOff(name: RecordName, second: boolean, text: string): Promise<boolean> {
    const done = this.#inOpen((session, of) =>
      signOff(this.#desk, session, of, name, second, text),
    );
    return (await done) ?? false;
  }

  /** Begins an allegation of reprisal, as a check-in tells it, and shows it. */
  draftReprisal(summary: string): void {
    const place = this.#inOpen((session, of) => draftReprisal(this.#desk, session, of, summary));
    this.showRecord("triage", place);
  }

  /** Begins the note that says why a check-in makes no allegation, and shows it. */
  draftNote(begins: string): void {
    const place = this.#inOpen((session, of) => draftNote(this.#desk, session, of, begins));
    this.showRecord("notes", place);
  }

  /** Shows a record, and a field of it: itself, where it was compared. What was said once is not said of another. */
  showRecord(record: RecordName, target: string | null = null): void {
    const { open } = this.#desk.state;
    if (open === null) return;
    const tab = record === "notes" ? "notes" : "record";
    const work = { ...open.work, ...nothingSaid, record, target, history: null };
    this.#desk.change({ open: { ...open, tab, done: null, work } });
  }

  showRevisions(record: RecordName): void {
    void this.#inOpen((session, of) => showHistory(this.#desk, session, of, record));
  }

  /** Changes what the page shows of the work. */
  set(part: Partial<WorkView>): void {
    this.#inOpen((_, of) => setWork(this.#desk, of, part));
  }

  setPrinting(printing: boolean): void {
    const { open } = this.#desk.state;
    if (open !== null) this.#desk.change({ open: { ...open, printing } });
  }

  /** Lets in who is still to be let in of the teams that it is routed to. */
  letInAll(): void {
    void this.#inOpen((session, of) => letInAll(this.#desk, session, of));
  }

  pauseLettingIn(): void {
    this.#inOpen((_, of) => pauseLettingIn(this.#desk, of));
  }

  /** Gives it keys that those who are barred do not have. */
  renewKeys(): void {
    void this.#inOpen((session, of) => renewKeys(this.#desk, session, of));
  }

  /** Begins a message. */
  beginMessage(part: Partial<Draft>): void {
    this.#inOpen((_, of) => {
      setDraft(this.#desk, of, { ...part, trouble: null });
      this.#desk.showTab("conversation");
    });
  }

  /** Begins the message that closes it. */
  writeClosing(): void {
    this.beginMessage({ kind: "stage", stage: "closed" });
  }

  /** Sets aside the reports that are chosen in the list. */
  setSeveralAside(draft: AsideDraft): void {
    const { session } = this.#desk;
    if (session !== null) void setAside(this.#desk, session, draft);
  }

  /** Tells the reporter and sets the open case aside. True when it was done. */
  async setAside(draft: AsideDraft): Promise<boolean> {
    const done = this.#inOpen((session, of) => setOpenAside(this.#desk, session, of, draft));
    return (await done) ?? false;
  }

  /** Declares a conflict that was found in the open case. */
  declareFound(kinds: readonly ConflictKind[], detail: string): void {
    void this.#inOpen((session, of) => declareFound(this.#desk, session, of, { kinds, detail }));
  }

  /** Fetches what is due; the next page of the same list with `more`. */
  loadDue(wanted: Pick<State["due"], "list" | "within">, more = false): void {
    const { session } = this.#desk;
    if (session !== null) void loadDue(this.#desk, session, wanted, more);
  }

  #inOpen<T>(run: (session: Session, of: CaseId) => T): T | null {
    const { session, state } = this.#desk;
    return session === null || state.open === null ? null : run(session, state.open.case);
  }
}
