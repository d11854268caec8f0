/** Drafting, signing and publishing the next root. */
import { Refused, digest, hex, randomBytes, signRecoveryVote } from "../../protocol";
import type { Day } from "../../protocol";
import { refusedWith } from "../calling";
import { daysAfter, today } from "../days";
import type { Desk } from "../desk";
import { loadOffice, officeCalls } from "../office";
import type { Session } from "../session";
import { troubleOf } from "../trouble";
import type { Trouble } from "../trouble";
import { fill, words } from "../words";
import { drafted, withChange } from "./changes";
import type { Change, Drafted } from "./changes";
import { concernsOf } from "./concerns";
import type { Concern } from "./concerns";
import { signerLabel } from "./history";
import { isChanged, signNext } from "./next";
import type { LeadDocuments } from "./next";
import { leadsOf, pictureOf, startOf } from "./picture";
import type { Picture, Published } from "./picture";
import { proposalsOf, voteFor } from "./recovery";
import type { RecoveryFile } from "./recovery";
import type { LeadView } from "./state";

/** How long a new root is good, unless a lead says otherwise (D7). */
export const GOOD_DAYS = 60;
/** How many earlier roots are fetched before the page is drawn again. */
const stretch = 12;

/** What a draft comes to on what is published now. */
export type Draft = {
  readonly published: Published;
  /** What the next root starts from. */
  readonly start: Picture;
  readonly picture: Picture;
  readonly changes: readonly Drafted[];
  readonly concerns: readonly Concern[];
  /** Something would be published that is not there yet, beside a later day. */
  readonly changed: boolean;
  /** Nothing stands in the way of signing. */
  readonly ready: boolean;
};

export function publishedOf(session: Session): Published {
  const { service, lists, directory } = session;
  return { service, lists, directory: directory?.current ?? null };
}

/** The draft of a lead as it stands; null until the service has said by which key it signs receipts. */
export function draftOf(desk: Desk, session: Session): Draft | null {
  const { facts } = desk.state.office;
  if (facts.found === null) return null;
  const published = publishedOf(session);
  const now = today() as Day;
  const goodUntil = daysAfter(now, GOOD_DAYS) as Day;
  const start = startOf(published, { goodUntil, serviceKey: facts.found.service_key });
  const { picture, changes } = drafted(start, desk.state.lead.changes, now);
  const before = published.directory === null ? null : pictureOf(published.directory);
  const concerns = concernsOf(picture, before, session.vault.member);
  const changed = isChanged(published, start, picture);
  const well = changes.every((one) => one.problem === null);
  const whole = concerns.every((one) => one.kind !== "problem");
  const first = published.directory === null && !changed;
  return { published, start, picture, changes, concerns, changed, ready: well && whole && !first };
}

/** Adds a change to the draft. */
export function addChanges(desk: Desk, session: Session, changes: readonly Change[]): void {
  const { lead } = desk.state;
  const { lists, directory } = session;
  const base = lead.base ?? { serial: directory?.current.root.serial ?? 0, lists: lists.length };
  const all = changes.reduce<readonly Change[]>(withChange, lead.changes);
  setLead(desk, { changes: all, base, review: null, done: null, trouble: null });
}

/** Takes a change out of the draft; the last one takes the draft with it. */
export function dropChange(desk: Desk, change: Change): void {
  const changes = desk.state.lead.changes.filter((one) => one !== change);
  if (changes.length === 0) dropDraft(desk);
  else setLead(desk, { changes, review: null });
}

export function dropDraft(desk: Desk): void {
  setLead(desk, { changes: [], base: null, rebased: null, review: null, trouble: null });
}

/** Signs the draft and shows what the signature would make true. Nothing is sent. */
export async function review(desk: Desk, session: Session): Promise<void> {
  const draft = draftOf(desk, session);
  if (!draft?.ready) return;
  setLead(desk, { trouble: null, done: null });
  try {
    const documents = await leadDocuments(session);
    const how = { by: session.vault.signer, day: today() as Day, nonce: hex(randomBytes(16)) };
    const signed = signNext(draft.published, documents, draft.picture, how);
    if (!session.isEnded()) setLead(desk, { review: signed });
  } catch (error) {
    failed(desk, session, error);
  }
}

/** Publishes what was reviewed. */
export async function publish(desk: Desk, session: Session): Promise<void> {
  const { review: signed, publishing } = desk.state.lead;
  if (signed === null || publishing) return;
  setLead(desk, { publishing: true, trouble: null });
  try {
    await desk.fresh(() => officeCalls(session).publish(signed));
    if (!session.isEnded()) await published(desk, session);
  } catch (error) {
    if (session.isEnded()) return;
    if (desk.sessionTrouble(error)) return;
    // Perhaps it arrived and only the answer was lost; perhaps another lead was first.
    await desk.renewMe();
    if (session.isEnded()) return;
    const ours = signed.root ?? signed.leads.at(-1);
    const now = session.directory?.current.root.digest ?? session.lists.at(-1)?.digest;
    if (ours !== undefined && digest(ours) === now) return published(desk, session);
    setLead(desk, { publishing: false, review: null });
    if (refusedWith(error, "stale")) followPublished(desk, session);
    else setLead(desk, { trouble: publishTrouble(error) });
  }
}

/** Notices that another lead has published: the draft is kept, and stands on what is there now. */
export function followPublished(desk: Desk, session: Session): void {
  const { base, publishing } = desk.state.lead;
  if (base === null || publishing) return;
  const { directory, lists } = session;
  const serial = directory?.current.root.serial ?? 0;
  if (serial === base.serial && lists.length === base.lists) return;
  const told = words.lead.draft;
  const by = directory === null ? "" : signerLabel({ lists }, directory.current.root.by);
  const rebased =
    serial === base.serial ? told.rebased_leads : fill(told.rebased, { label: by, serial });
  setLead(desk, { base: { serial, lists: lists.length }, rebased, review: null });
}

/** Fetches earlier roots, from the one in force back to the first. */
export async function goBack(desk: Desk, session: Session): Promise<void> {
  const current = session.directory?.current.root.serial;
  if (current === undefined) return;
  setBack(desk, { trouble: null, missing: null });
  try {
    for (let serial = current; serial >= 1;) {
      const to = Math.max(1, serial - stretch + 1);
      const wanted = Array.from({ length: serial - to + 1 }, (_, place) => serial - place);
      await session.reach(wanted);
      if (session.isEnded()) return;
      const { earlier } = session.roots.history;
      const missing = wanted.find((one) => one !== current && !earlier.has(one));
      setBack(desk, { serial: missing === undefined ? to : missing + 1, missing: missing ?? null });
      if (missing !== undefined) return;
      serial = to - 1;
    }
  } catch (error) {
    if (session.isEnded() || desk.sessionTrouble(error)) return;
    setBack(desk, { trouble: troubleOf(error) });
  }
}

/** Fetches the leads' votes for a recovery. */
export async function loadVotes(desk: Desk, session: Session): Promise<void> {
  const { votes } = desk.state.lead;
  setLead(desk, { votes: { ...votes, loading: true } });
  try {
    const { votes: found } = await officeCalls(session).votes();
    if (!session.isEnded()) setLead(desk, { votes: { found, loading: false, trouble: null } });
  } catch (error) {
    if (session.isEnded() || desk.sessionTrouble(error)) return;
    setLead(desk, { votes: { ...votes, loading: false, trouble: troubleOf(error) } });
  }
}

/** Signs this lead's vote for a recovery, and sends it. */
export async function vote(desk: Desk, session: Session, file: RecoveryFile): Promise<void> {
  if (desk.state.lead.voting) return;
  setLead(desk, { voting: true, trouble: null, done: null });
  try {
    const calls = officeCalls(session);
    const leads = leadsOf(publishedOf(session));
    const { votes } = await calls.votes();
    const { proposals } = proposalsOf(session.service, leads, votes);
    const signed = signRecoveryVote(
      voteFor(session.service, file, proposals, today() as Day),
      session.vault.signer,
    );
    await desk.fresh(() => calls.vote(signed));
    if (session.isEnded()) return;
    setLead(desk, { voting: false, done: words.lead.recovery.voted });
    await loadVotes(desk, session);
  } catch (error) {
    failed(desk, session, error);
  }
}

export function setLead(desk: Desk, part: Partial<LeadView>): void {
  desk.change({ lead: { ...desk.state.lead, ...part } });
}

async function published(desk: Desk, session: Session): Promise<void> {
  await desk.renewMe();
  if (session.isEnded()) return;
  const serial = session.directory?.current.root.serial;
  const done =
    serial === undefined
      ? words.lead.draft.published_leads
      : fill(words.lead.draft.published, { serial });
  dropDraft(desk);
  setLead(desk, { publishing: false, done });
  await Promise.all([loadOffice(desk, session), goBack(desk, session)]);
}

/** The genesis and the lead lists as they were signed: documents known by their digests. */
async function leadDocuments(session: Session): Promise<LeadDocuments> {
  const [genesis, ...leads] = await Promise.all(
    session.lists.map(async (list) => Uint8Array.from(await session.api.document(list.digest))),
  );
  if (genesis === undefined) throw new Refused("D2", "there is no genesis");
  return { genesis, leads };
}

function failed(desk: Desk, session: Session, error: unknown): void {
  if (session.isEnded() || desk.sessionTrouble(error)) return;
  setLead(desk, { voting: false, publishing: false, trouble: publishTrouble(error) });
}

function publishTrouble(error: unknown): Trouble {
  return error instanceof Refused
    ? { code: "refused_rule", values: { rule: error.rule } }
    : troubleOf(error);
}

function setBack(desk: Desk, part: Partial<LeadView["back"]>): void {
  setLead(desk, { back: { ...desk.state.lead.back, ...part } });
}
