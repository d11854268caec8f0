/** Fetches and opens what members keep of the open case, and signs what is done in it. */
import { NO_DIGEST, Refused } from "../../protocol";
import type { CaseId, Day, MemberId } from "../../protocol";
import { signAct } from "../../protocol/act";
import type { Act } from "../../protocol/act";
import { CHECKPOINTS, NO_REVISION, openRevisions } from "../../protocol/record-file";
import type { Content, RecordHead, RecordName, SignedBy } from "../../protocol/record-file";
import type { CaseworkSettings } from "../../protocol/work-calls";
import { Refusal } from "../calling";
import { today } from "../days";
import type { Desk } from "../desk";
import { showMine } from "../lists";
import { nameOf, peopleOf } from "../people";
import { alterations, alters } from "../record/append";
import { emptyContent, readContent } from "../record/content";
import type { ContentOf, Contents, Revision } from "../record/content";
import { RECORDS } from "../record/content";
import { isSignedOut } from "../session";
import type { Session } from "../session";
import { Troubled, troubleOf } from "../trouble";
import type { Trouble } from "../trouble";
import { fill, words } from "../words";
import { barsSigned } from "./borne";
import { withEarlier } from "./earlier";
import { serialsOfWork } from "./opening";
import type { Earlier, OpenedRecord, OpenedWork } from "./opening";
import { lacksReason, running, whyText, whyTheyText } from "./procedure";
import type { WorkView } from "./state";

/** The row of a case in the list, as its procedure now is. */
function listed(desk: Desk, session: Session, of: CaseId, { procedure }: OpenedWork): void {
  const row = session.cases.get(of);
  if (row === undefined) return;
  const { aside } = procedure;
  const [first] = running(procedure);
  const now = { aside, clock: first?.clock ?? "", due: first?.due ?? "" } as const;
  if (row.aside === aside && row.clock === now.clock && row.due === now.due) return;
  session.cases.set(of, { ...row, ...now });
  showMine(desk, session);
}

/** Who signs what is done now. */
export function signedBy({ vault, roots }: Session): SignedBy {
  const { member, signer } = vault;
  return { member, signer, serial: roots.current.root.serial, day: today() as Day };
}

/** The settings of casework, fetched once in a session. */
export async function settingsOf(desk: Desk, session: Session): Promise<CaseworkSettings> {
  session.casework ??= session.work.settings().catch((error: unknown) => {
    session.casework = null;
    throw error;
  });
  const settings = await session.casework;
  if (!session.isEnded() && desk.state.casework !== settings) desk.change({ casework: settings });
  return settings;
}

/** Fetches the work on the open case again; what is on the page stays until the new is there. */
export async function loadWork(desk: Desk, session: Session, of: CaseId): Promise<boolean> {
  try {
    await settingsOf(desk, session);
    const { open } = desk.state;
    const opened = await fetchWork(session, of, open?.case === of ? open.work.opened : null);
    if (opened === null || session.isEnded() || session.opened?.case !== of) return false;
    setWork(desk, of, { opened, trouble: null });
    listed(desk, session, of, opened);
    showPeople(desk, session, of, opened);
    return true;
  } catch (error) {
    failed(desk, session, error, (trouble) => setWork(desk, of, { trouble }));
    return false;
  }
}

/** Shows the people of the case again: who is barred by a signed act is missing for a reason. */
function showPeople(desk: Desk, session: Session, of: CaseId, { acts }: OpenedWork): void {
  const { open } = desk.state;
  const opened = session.opened;
  if (open?.case !== of || opened?.case !== of) return;
  const { history } = session.roots;
  const standards = desk.state.casework?.units ?? [];
  const people = peopleOf(opened, history, session.vault.member, standards, barsSigned(acts));
  desk.change({ open: { ...open, people } });
}

async function fetchWork(
  session: Session,
  of: CaseId,
  before: OpenedWork | null,
): Promise<OpenedWork | null> {
  const served = await session.work.work(of);
  await session.reach(serialsOfWork(served));
  const { opened } = session;
  if (opened?.case !== of) return null;
  const { record, secrets, grants } = opened;
  const declared = grants.declarations;
  const job = { name: "work", served, record, secrets, declared } as const;
  const now = await session.workers.run(job, true);
  return withEarlier(session, of, now, before);
}

/** What every record says, empty where nobody has written it. */
export function contentsOf(opened: OpenedWork | null): Contents {
  const all = RECORDS.map((name) => [name, contentOf(opened, name)] as const);
  return Object.fromEntries(all) as unknown as Contents;
}

/** What one record says: by its latest revision that opens. */
export function contentOf<R extends RecordName>(opened: OpenedWork | null, name: R): ContentOf<R> {
  const [shown] = openOf(opened?.records[name]);
  return shown === undefined ? emptyContent(name) : readOnce(name, shown.content);
}

/** The revisions of a record that open, the latest first, as far as they were fetched. */
function openOf(found: OpenedRecord | undefined): readonly Earlier[] {
  if (found === undefined) return [];
  const { revision, content, earlier = [] } = found;
  return content === null ? earlier : [{ revision, content }, ...earlier];
}

/** What was read of contents that opened, for as long as the page has them: a large one is not read again
 * whenever something is drawn, and who asks twice gets the same object. */
const readBefore = new WeakMap<Content, unknown>();

function readOnce<R extends RecordName>(name: R, content: Content): ContentOf<R> {
  const before = readBefore.get(content) as ContentOf<R> | undefined;
  const read = before ?? readContent(name, content);
  readBefore.set(content, read);
  return read;
}

/** The latest revision of a record as its page shows it; null while there is none. */
export function latestOf<R extends RecordName>(
  opened: OpenedWork | null,
  name: R,
): Revision<R> | null {
  const found = opened?.records[name];
  if (found === undefined) return null;
  const one = revisionOf(name, found);
  const content = contentOf(opened, name);
  const [shown, before] = openOf(found);
  const warnings = [...one.warnings];
  if (shown === undefined) warnings.push(words.work.none_opens);
  else if (shown.revision !== found.revision) {
    const values = { revision: found.revision, shown: shown.revision };
    warnings.push(fill(words.work.shown_instead, values));
  }
  if (before !== undefined && alterations(name, readOnce(name, before.content), content).length > 0)
    warnings.push(recordWarning("altered"));
  return { ...one, content, warnings, ...(one.shut === true && { shows: shown?.revision ?? 0 }) };
}

function revisionOf<R extends RecordName>(record: R, found: OpenedRecord): Revision<R> {
  const { revision, author, day, content, warnings } = found;
  const read = content === null ? emptyContent(record) : readOnce(record, content);
  const told = warnings.map((one) => recordWarning(one.kind));
  return { record, revision, author, day, content: read, shut: content === null, warnings: told };
}

/** A warning about a record, in a sentence. */
export function recordWarning(kind: string): string {
  const known: Readonly<Record<string, string>> = words.work.warning;
  return Object.hasOwn(known, kind) ? (known[kind] ?? kind) : words.work.warning.other;
}

/** Signs and sends an act. True when it was done. Somebody else's act in its place is no hindrance:
 * the case is looked at again and the act signed once more, if it may still be done. Nothing happens without the
 * reason that it takes: whoever asks for it says so. */
export async function act(
  desk: Desk,
  session: Session,
  of: CaseId,
  what: Act,
  text: string,
): Promise<boolean> {
  if (desk.state.open?.work.acting !== null || lacksReason(what, text)) return false;
  setWork(desk, of, { acting: what.do, actTrouble: null, assignTrouble: null, done: null });
  const assigns = what.do === "assign";
  try {
    await sendAct(desk, session, of, what, text);
    await loadWork(desk, session, of);
    setWork(desk, of, { acting: null, done: words.work.done[what.do] });
    return true;
  } catch (error) {
    const why = assigns ? whyTheyText : whyText;
    const say = (trouble: Trouble): void => {
      setWork(desk, of, { acting: null, [assigns ? "assignTrouble" : "actTrouble"]: trouble });
    };
    failed(desk, session, error, say, why);
    return false;
  }
}

/** The same without a word on the page, for jobs of several steps. Throws what goes wrong. */
export async function sendAct(
  desk: Desk,
  session: Session,
  of: CaseId,
  what: Act,
  text: string,
): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const work = desk.state.open?.work.opened ?? null;
    const record = session.opened?.case === of ? session.opened.record : null;
    if (work === null || record === null) throw new Troubled("work_gone");
    // Nobody signs after something that they were not shown.
    if (work.warnings.some(({ kind, rule }) => kind === "gap" && rule === "Q4")) {
      throw new Troubled("work_gap");
    }
    const made = await signAct(record, work.procedure, what, text.trim(), signedBy(session));
    try {
      await desk.fresh(() => session.work.act(of, made));
      return;
    } catch (error) {
      const taken = error instanceof Refusal && error.problem.code === "sequence";
      if (!taken || attempt >= 3 || !(await loadWork(desk, session, of))) throw error;
    }
  }
}

/** Signs a record's latest revision off, or with the one who did (Q4). */
export function signOff(
  desk: Desk,
  session: Session,
  of: CaseId,
  name: RecordName,
  second: boolean,
  text: string,
): Promise<boolean> {
  const latest = desk.state.open?.work.opened?.records[name];
  const checkpoint = CHECKPOINTS.find((one) => one === name);
  if (latest === undefined || checkpoint === undefined) return Promise.resolve(false);
  const { revision, digest } = latest;
  const what: Act =
    second && checkpoint === "failing"
      ? { do: "second", record: "failing", revision, digest }
      : { do: "sign", record: checkpoint, revision, digest };
  return act(desk, session, of, what, text);
}

/** Fetches every revision of a record, to compare the last two. */
export async function showHistory(
  desk: Desk,
  session: Session,
  of: CaseId,
  name: RecordName,
): Promise<void> {
  setWork(desk, of, { saveTrouble: null });
  try {
    const found: Revision[] = [];
    let head: RecordHead = NO_REVISION;
    let after: number | null = 0;
    while (after !== null) {
      const page = await session.work.revisions(of, name, after);
      await session.reach(
        serialsOfWork({
          records: page.revisions.map((one) => ({ record: name, ...one })),
          acts: [],
        }),
      );
      const { opened } = session;
      if (opened?.case !== of || session.isEnded()) return;
      const { history } = session.roots;
      const read = await openRevisions(
        opened.record,
        name,
        page.revisions,
        head,
        opened.secrets,
        history,
      );
      for (const { stub, content, warnings } of read.revisions) {
        // One that is not good stands in its place, by nobody, with what is wrong with it.
        const place = (found.at(-1)?.revision ?? 0) + 1;
        const nobody = { revision: place, author: "" as MemberId, day: "" as Day };
        const nowhere = { ...nobody, digest: NO_DIGEST, previous: NO_DIGEST };
        const shown = { ...(stub ?? nowhere), content, warnings };
        const next = revisionOf(name, shown);
        const told = alters(found, next) ? [recordWarning("altered")] : [];
        found.push({ ...next, warnings: [...next.warnings, ...told] });
      }
      head = read.head;
      after = page.next;
    }
    const to = found.at(-1)?.revision ?? 0;
    setWork(desk, of, {
      history: { record: name, revisions: found, from: Math.max(0, to - 1), to },
    });
  } catch (error) {
    failed(desk, session, error, (trouble) => setWork(desk, of, { saveTrouble: trouble }));
  }
}

/** Changes what the page shows of the work on a case. */
export function setWork(desk: Desk, of: CaseId, part: Partial<WorkView>): void {
  const { open } = desk.state;
  if (open?.case === of) desk.change({ open: { ...open, work: { ...open.work, ...part } } });
}

/** Members by id, as records name them. */
export function membersOf(session: Session): { member: MemberId; label: string }[] {
  const { history } = session.roots;
  const all = [history.current, ...history.earlier.values()].flatMap((one) =>
    [...one.teams.values()].flatMap((team) => team.members.map(({ member }) => member)),
  );
  return [...new Set(all)].map((member) => ({ member, label: nameOf(history, member) }));
}

/** Says what went wrong, or signs out where the session is over. */
export function failed(
  desk: Desk,
  session: Session,
  error: unknown,
  say: (trouble: Trouble) => void,
  why: (code: string) => string = whyText,
): void {
  if (session.isEnded()) return;
  if (isSignedOut(error)) desk.signOut("ended");
  else say(workTrouble(error, why));
}

/** What went wrong, with the procedure's reason in words. */
export function workTrouble(error: unknown, why: (code: string) => string = whyText): Trouble {
  if (error instanceof Refusal && error.problem.code === "procedure") {
    return { code: "procedure", values: { why: why(error.problem.rule ?? "") } };
  }
  return error instanceof Refused
    ? { code: "refused_rule", values: { rule: error.rule } }
    : troubleOf(error);
}
