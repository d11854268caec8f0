/** Writes revisions of records: drafts, saving, and what happens when somebody else saved first. */
import type { CaseId } from "../../protocol";
import { NO_REVISION, writeRevision } from "../../protocol/record-file";
import type { RecordHead, RecordName } from "../../protocol/record-file";
import { Refusal } from "../calling";
import { today } from "../days";
import type { Desk } from "../desk";
import { nameOf } from "../people";
import { merge, picked, same } from "../record/compare";
import type { Pick as Picked } from "../record/compare";
import { emptyContent } from "../record/content";
import type { ContentOf } from "../record/content";
import { proposalFor, withNote, withReprisal } from "../record/proposal";
import { noCasework } from "../record/settings";
import { recordWords } from "../record/words";
import { hasRevealed } from "../revealed";
import type { Session } from "../session";
import { Troubled } from "../trouble";
import { fill, words } from "../words";
import type { MergeView, RecordDraft, RecordDrafts } from "./state";
import { contentOf, contentsOf, failed, loadWork, setWork, signedBy } from "./work";

/** Keeps what is being written in a record; null drops it. */
export function draftRecord<R extends RecordName>(
  desk: Desk,
  of: CaseId,
  name: R,
  content: ContentOf<R> | null,
): void {
  const begun = desk.state.recordDrafts.get(of)?.[name];
  const opened = desk.state.open?.work.opened ?? null;
  const base = begun?.base ?? opened?.records[name]?.revision ?? 0;
  const before = begun?.before ?? contentOf(opened, name);
  putDraft(desk, of, name, content === null ? null : { base, before, content });
}

/** Begins an allegation of reprisal in the triage record, over what is written there or saved, or else over what
 * the report says. Gives its place in the record. */
export function draftReprisal(
  desk: Desk,
  session: Session,
  of: CaseId,
  summary: string,
): string | null {
  const { state } = desk;
  const work = state.open?.work.opened ?? null;
  if (work === null) return null;
  const casework = state.casework ?? noCasework;
  const begun = state.recordDrafts.get(of)?.triage?.content;
  const saved = work.records.triage === undefined ? null : contentOf(work, "triage");
  const { vault, opened } = session;
  const told = {
    parties: opened?.parties.content ?? null,
    body: opened?.body.content ?? null,
    revealed: opened !== null && hasRevealed(opened),
  };
  const writing = {
    me: vault.member,
    label: vault.label,
    today: today(),
    reference: state.open?.reference ?? "",
    casework,
    contents: contentsOf(work),
  };
  const before = begun ?? saved ?? proposalFor("triage", told, writing) ?? emptyContent("triage");
  const { content, id } = withReprisal(before, summary, casework);
  if (content !== before) draftRecord(desk, of, "triage", content);
  return `allegations/${id}/summary`;
}

/** Begins a note with these words, over what is written there or saved; gives its place in the record. */
export function draftNote(
  desk: Desk,
  { vault }: Session,
  of: CaseId,
  begins: string,
): string | null {
  const { state } = desk;
  const work = state.open?.work.opened ?? null;
  if (work === null) return null;
  const before = state.recordDrafts.get(of)?.notes?.content ?? contentOf(work, "notes");
  const { content, id } = withNote(before, begins, { me: vault.member, today: today() });
  if (content !== before) draftRecord(desk, of, "notes", content);
  return `notes/${id}/text`;
}

/** Seals and sends a revision of a record. Where somebody saved another first, what both wrote is put
 * together; what both changed is asked about, and nothing is lost. */
export async function saveRecord<R extends RecordName>(
  desk: Desk,
  session: Session,
  of: CaseId,
  name: R,
  content: ContentOf<R>,
): Promise<void> {
  const { open } = desk.state;
  const work = open?.work;
  if (open?.case !== of || work?.saving !== null) return;
  draftRecord(desk, of, name, content);
  setWork(desk, of, { saving: name, saveTrouble: null, done: null });
  try {
    await keep(desk, session, of, name, content);
    draftRecord(desk, of, name, null);
    await loadWork(desk, session, of);
    const done = savedText(name);
    setWork(desk, of, { saving: null, merging: null, done });
  } catch (error) {
    if (error instanceof Refusal && error.problem.code === "sequence") {
      return overtaken(desk, session, of, name, content);
    }
    failed(desk, session, error, (trouble) =>
      setWork(desk, of, { saving: null, saveTrouble: trouble }),
    );
  }
}

async function keep<R extends RecordName>(
  desk: Desk,
  session: Session,
  of: CaseId,
  name: R,
  content: ContentOf<R>,
): Promise<void> {
  const record = session.opened?.case === of ? session.opened.record : null;
  const opened = desk.state.open?.work.opened ?? null;
  if (record === null || opened === null) throw new Troubled("work_gone");
  const draft = desk.state.recordDrafts.get(of)?.[name];
  const latest = opened.records[name];
  // Over the revision that was looked at; a later one is a conflict, found here or by the service.
  if (draft !== undefined && draft.base !== (latest?.revision ?? 0)) throw overtakenBy();
  const head: RecordHead =
    latest === undefined ? NO_REVISION : { revision: latest.revision, digest: latest.digest };
  const made = await writeRevision(record, name, head, content, signedBy(session));
  await session.work.keep(of, made);
}

function overtakenBy(): Refusal {
  const problem = { code: "sequence", title: "", status: 409, detail: "", rule: null };
  return new Refusal(problem, null);
}

/** Somebody saved first: both drafts are put together over the revision that both began from. */
async function overtaken<R extends RecordName>(
  desk: Desk,
  session: Session,
  of: CaseId,
  name: R,
  content: ContentOf<R>,
): Promise<void> {
  const fetched = await loadWork(desk, session, of);
  const latest = desk.state.open?.work.opened?.records[name];
  if (!fetched || latest === undefined) {
    setWork(desk, of, { saving: null, saveTrouble: { code: "unreachable" } });
    return;
  }
  const draft = desk.state.recordDrafts.get(of)?.[name];
  const theirs = contentOf(desk.state.open?.work.opened ?? null, name);
  const before = draft?.before ?? emptyContent(name);
  // Perhaps it was this very revision, and only the answer was lost.
  if (latest.author === session.vault.member && same(theirs, content)) {
    draftRecord(desk, of, name, null);
    setWork(desk, of, { saving: null, done: savedText(name) });
    return;
  }
  const { merged, conflicts } = merge(name, before, content, theirs);
  putDraft(desk, of, name, { base: latest.revision, before: theirs, content: merged });
  const label = nameOf(session.roots.history, latest.author);
  const merging = { record: name, conflicts, merged, theirs: { label, revision: latest.revision } };
  setWork(desk, of, { saving: null, merging: merging as unknown as MergeView });
}

function putDraft<R extends RecordName>(
  desk: Desk,
  of: CaseId,
  name: R,
  draft: RecordDraft<R> | null,
): void {
  const all = new Map(desk.state.recordDrafts);
  const others = Object.entries(all.get(of) ?? {}).filter(([one]) => one !== name);
  const kept = Object.fromEntries(others) as RecordDrafts;
  all.set(of, draft === null ? kept : { ...kept, [name]: draft });
  desk.change({ recordDrafts: all });
}

/** Takes what was picked where two members changed the same, and saves it. */
export async function saveMerged(
  desk: Desk,
  session: Session,
  of: CaseId,
  picks: readonly Picked[],
): Promise<void> {
  const merging = desk.state.open?.work.merging ?? null;
  if (merging === null) return;
  const { record, merged, conflicts } = merging;
  setWork(desk, of, { merging: null });
  await saveRecord(desk, session, of, record, picked(merged, conflicts, picks));
}

function savedText(name: RecordName): string {
  return fill(words.work.saved, { record: recordWords.records[name].name });
}
