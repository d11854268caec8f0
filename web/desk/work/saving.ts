/** Writes revisions of records: drafts, saving, and what happens when somebody else saved first. */
import type { CaseId, MemberId } from "../../protocol";
import { NO_REVISION, writeRevision } from "../../protocol/record-file";
import type { RecordHead, RecordName } from "../../protocol/record-file";
import { Refusal } from "../calling";
import { today } from "../days";
import type { Desk } from "../desk";
import { nameOf } from "../people";
import { alterations } from "../record/append";
import { merge, picked, same } from "../record/compare";
import type { Merge, Pick as Picked } from "../record/compare";
import { emptyContent } from "../record/content";
import type { ContentOf } from "../record/content";
import { proposalFor, withNote, withReprisal } from "../record/proposal";
import { noCasework } from "../record/settings";
import { recordWords } from "../record/words";
import { hasRevealed } from "../revealed";
import type { Session } from "../session";
import { Troubled } from "../trouble";
import { fill, words } from "../words";
import type { OpenedWork } from "./opening";
import type { RecordDraft, RecordDrafts } from "./state";
import { contentOf, contentsOf, failed, loadWork, setWork, signedBy } from "./work";

/** Keeps what is being written in a record; null drops it. */
export function draftRecord<R extends RecordName>(
  desk: Desk,
  of: CaseId,
  name: R,
  content: ContentOf<R> | null,
): void {
  const begun = desk.state.recordDrafts.get(of)?.[name];
  const { open } = desk.state;
  const opened = open?.case === of ? open.work.opened : null;
  const base = opened?.records[name]?.revision ?? 0;
  // Of a case that was left, what was begun is gone on with, and nothing comes back that was dropped.
  if (begun === undefined && opened === null && content !== null) return;
  const from = begun ?? { base, before: contentOf(opened, name) };
  putDraft(desk, of, name, content === null ? null : { ...from, content });
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

/** Seals and sends a revision of a record. Where somebody saved another first, what both wrote is to be put together;
 * nothing is lost, and nothing is saved by that. */
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
    const revision = await keep(desk, session, of, name, content);
    await loadWork(desk, session, of);
    saved(desk, of, name, revision, content);
  } catch (error) {
    if (error instanceof Refusal && error.problem.code === "sequence") {
      return overtaken(desk, session, of, name, content);
    }
    failed(desk, session, error, (trouble) =>
      setWork(desk, of, { saving: null, saveTrouble: trouble }),
    );
  }
}

/** Gives the number of the revision that was kept. */
async function keep<R extends RecordName>(
  desk: Desk,
  session: Session,
  of: CaseId,
  name: R,
  content: ContentOf<R>,
): Promise<number> {
  const record = session.opened?.case === of ? session.opened.record : null;
  const opened = desk.state.open?.work.opened ?? null;
  if (record === null || opened === null) throw new Troubled("work_gone");
  const draft = desk.state.recordDrafts.get(of)?.[name];
  const latest = opened.records[name];
  // Over the revision that was looked at; a later one is a conflict, found here or by the service.
  if (draft !== undefined && draft.base !== (latest?.revision ?? 0)) throw overtakenBy();
  // An honest desk writes nothing that every reader would be warned of (Q3).
  if (alterations(name, contentOf(opened, name), content).length > 0) {
    throw new Troubled("record_altered");
  }
  const head: RecordHead =
    latest === undefined ? NO_REVISION : { revision: latest.revision, digest: latest.digest };
  const made = await writeRevision(record, name, head, content, signedBy(session));
  await session.work.keep(of, made);
  return head.revision + 1;
}

function overtakenBy(): Refusal {
  const problem = { code: "sequence", title: "", status: 409, detail: "", rule: null };
  return new Refusal(problem, null);
}

/** What was saved is a draft no more; what was written while it was on its way still is, over that revision. */
function saved<R extends RecordName>(
  desk: Desk,
  of: CaseId,
  name: R,
  revision: number,
  content: ContentOf<R>,
): void {
  const draft = desk.state.recordDrafts.get(of)?.[name];
  if (draft !== undefined) {
    const more = !same(draft.content, content);
    const rest = { base: revision, before: content, content: draft.content };
    putDraft(desk, of, name, more ? rest : null);
  }
  const done = fill(words.work.saved, { record: recordWords.records[name].name });
  setWork(desk, of, { saving: null, merging: null, done });
}

/** Somebody saved first: what both wrote is looked at before it is put together. The draft stays as it is. */
async function overtaken<R extends RecordName>(
  desk: Desk,
  session: Session,
  of: CaseId,
  name: R,
  content: ContentOf<R>,
): Promise<void> {
  const fetched = await loadWork(desk, session, of);
  const opened = desk.state.open?.work.opened ?? null;
  const latest = opened?.records[name];
  if (!fetched || latest === undefined) {
    setWork(desk, of, { saving: null, saveTrouble: { code: "unreachable" } });
    return;
  }
  // Perhaps it was this very revision, and only the answer was lost.
  const own = latest.author === session.vault.member && latest.content !== null;
  if (own && same(contentOf(opened, name), content)) {
    saved(desk, of, name, latest.revision, content);
    return;
  }
  setWork(desk, of, { saving: null, merging: name });
}

/** A draft put together with what somebody else has saved since it was begun. */
export type Together<R extends RecordName = RecordName> = Merge<R> & {
  readonly revision: number;
  readonly author: MemberId;
  /** What the draft was begun from, and what is saved now. */
  readonly before: ContentOf<R>;
  readonly theirs: ContentOf<R>;
};

/** Puts a draft, as it is now, together with the latest revision; null where there is none to put together. */
export function together<R extends RecordName>(
  opened: OpenedWork | null,
  draft: RecordDraft<R> | null,
  name: R,
): Together<R> | null {
  const latest = opened?.records[name];
  if (latest === undefined || draft === null) return null;
  const { revision, author } = latest;
  const { before, content } = draft;
  const theirs = contentOf(opened, name);
  return { ...merge(name, before, content, theirs), revision, author, before, theirs };
}

/** Takes what was picked where two members changed the same as the draft over the later revision. Whoever wrote it looks
 * at it and saves. */
export function takeTogether<R extends RecordName>(
  desk: Desk,
  { roots }: Session,
  of: CaseId,
  name: R,
  both: Together<R>,
  picks: readonly Picked[],
): void {
  const { revision: base, before, theirs, merged, conflicts, yielded } = both;
  const content = picked(merged, conflicts, picks);
  const over = { label: nameOf(roots.history, both.author), before, yielded };
  putDraft(desk, of, name, { base, before: theirs, content, over });
  setWork(desk, of, { merging: null, saveTrouble: null });
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
