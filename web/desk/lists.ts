import { nameOf } from "./people";
import { leavesOut, reference } from "../protocol";
import type { CaseId, MyCase, NewCase, StandardsTeams } from "../protocol";
import { firstPromise } from "./describe";
import type { Desk } from "./desk";
import type { Row } from "./list";
import { pinnedSerial, pinnedTeam } from "./opening";
import type { OpenedNew } from "./opening";
import { openUnknown } from "./remembering";
import { isVanished, unpacked, withVanished, without } from "./ring";
import { asMine, isSignedOut } from "./session";
import type { Session } from "./session";
import type { NewRow } from "./state";
import { isCalled, namedBefore, nearSubjects } from "./triage/near";
import { troubleOf } from "./trouble";
import { settingsOf } from "./work/work";
import { fill, words } from "./words";

/** The notice about cases that are no longer listed. */
export const VANISHED = "vanished";

/** Fetches new reports and opens who is named in each. */
export async function loadFresh(desk: Desk, session: Session): Promise<void> {
  const seen = new Set<CaseId>();
  try {
    let after: CaseId | undefined;
    do {
      const page = await session.api.newCases(after);
      const unknown = page.cases.filter(
        ({ case: id }) => !session.fresh.has(id) && !session.conflicted.has(id),
      );
      await session.reach(unknown.flatMap((served) => pinnedSerial(served.statement)));
      const opened = await Promise.all(
        unknown.map((served) => session.workers.run({ name: "new", served }, false)),
      );
      const standards = unknown.length === 0 ? [] : await standardsIn(desk, session);
      if (session.isEnded()) return;
      for (const [place, served] of unknown.entries()) {
        const result = opened[place];
        if (result === undefined) continue;
        session.fresh.set(served.case, newRow(session, served, result, standards));
      }
      for (const served of page.cases) seen.add(served.case);
      after = page.next ?? undefined;
      showFresh(desk, session, after === undefined ? "ready" : "more");
    } while (after !== undefined);
    for (const [id, row] of session.fresh) {
      if (!seen.has(id) && !row.declaring) session.fresh.delete(id);
    }
    showFresh(desk, session, "ready");
  } catch (error) {
    if (session.isEnded()) return;
    if (isSignedOut(error)) {
      desk.signOut("ended");
      return;
    }
    const { fresh } = desk.state;
    desk.change({ fresh: { ...fresh, phase: "ready", trouble: troubleOf(error) } });
  }
}

/** Fetches my cases, all pages, and opens what the ring does not know yet. */
export async function loadMine(desk: Desk, session: Session): Promise<void> {
  const found = new Map<CaseId, MyCase>();
  // What is opened while the list is being fetched is not expected on it yet.
  const known = session.keeper.ring.cases.map((entry) => entry.case);
  try {
    let after: CaseId | undefined;
    do {
      const page = await session.api.myCases(after);
      if (session.isEnded()) return;
      for (const served of page.cases) {
        if (session.conflicted.has(served.case)) continue;
        found.set(served.case, served);
        session.cases.set(served.case, served);
      }
      after = page.next ?? undefined;
      showMine(desk, session, after === undefined ? "ready" : "more");
    } while (after !== undefined);
    for (const id of session.cases.keys()) if (!found.has(id)) session.cases.delete(id);
    noteVanished(desk, session, new Set(known.filter((id) => !found.has(id))), found);
    showMine(desk, session, "ready");
    await session.succession();
    await openUnknown(desk, session, () => showMine(desk, session));
  } catch (error) {
    if (session.isEnded()) return;
    if (isSignedOut(error)) {
      desk.signOut("ended");
      return;
    }
    const { mine } = desk.state;
    desk.change({ mine: { ...mine, phase: "ready", trouble: troubleOf(error) } });
  }
}

/** Tells of cases that the ring remembers and the service lists no more. A case that a signature
 * takes away is dropped without a word. */
function noteVanished(
  desk: Desk,
  session: Session,
  missing: ReadonlySet<CaseId>,
  listed: ReadonlyMap<CaseId, MyCase>,
): void {
  const { keeper, explained } = session;
  keeper.change((ring) => {
    const left = without(ring, (entry) => missing.has(entry.case) && explained.has(entry.case));
    return withVanished(left, missing);
  });
  const vanished = keeper.ring.cases.filter(
    (entry) => isVanished(entry) && !listed.has(entry.case),
  );
  if (vanished.length === 0) {
    desk.dropNotice(VANISHED);
    return;
  }
  const references = vanished.map((entry) => reference(entry.case)).join(", ");
  const text = vanished.length === 1 ? words.mine.vanished : words.mine.vanished_more;
  desk.notice("warning", fill(text, { references }), VANISHED);
}

/** Shows the rows of my cases as they are known now. */
export function showMine(
  desk: Desk,
  session: Session,
  phase: "more" | "ready" = desk.state.mine.phase === "more" ? "more" : "ready",
): void {
  const entries = new Map(session.keeper.ring.cases.map((entry) => [entry.case, entry]));
  const rows = [...session.cases.values()].map((served): Row => {
    const entry = entries.get(served.case);
    const summary = entry === undefined ? null : unpacked(entry.summary);
    const { day, stage } = { ...served, ...session.signed.get(served.case) };
    const facts = { day, stage, written: served.to_reporter > 0 };
    const first = firstPromise(facts, desk.state.answerDays);
    return {
      case: served.case,
      reference: reference(served.case),
      day: served.day,
      route: served.route,
      team: served.team,
      stage: served.stage,
      ...session.signed.get(served.case),
      unread: Math.max(0, served.from_reporter - (entry?.read ?? 0)),
      line: summary?.line ?? null,
      ...(stage === "closed" || served.aside
        ? { by: null, clock: "" }
        : earliest(served, summary?.by ?? first)),
      aside: served.aside,
      failed: session.failed.has(served.case),
    };
  });
  desk.change({ mine: { rows, phase, trouble: null } });
}

/** The earlier of a clock's day and of what was promised, and which clock it is: "" for a promise. */
function earliest(
  { due, clock }: Pick<MyCase, "due" | "clock">,
  promised: string | null,
): Pick<Row, "by" | "clock"> {
  if (due === "" || (promised !== null && promised < due)) return { by: promised, clock: "" };
  return { by: due, clock };
}

/** Shows the rows of new reports as they are known now. */
export function showFresh(
  desk: Desk,
  session: Session,
  phase: "more" | "ready" = desk.state.fresh.phase === "more" ? "more" : "ready",
): void {
  desk.change({ fresh: { rows: [...session.fresh.values()], phase, trouble: null } });
}

/** Which team is the standards unit of which unit. Without the settings a report is listed all the same. */
async function standardsIn(desk: Desk, session: Session): Promise<StandardsTeams> {
  try {
    return (await settingsOf(desk, session)).units;
  } catch (error) {
    if (isSignedOut(error)) throw error;
    return [];
  }
}

function newRow(
  session: Session,
  served: NewCase,
  opened: OpenedNew,
  standards: StandardsTeams,
): NewRow {
  const { roots, vault } = session;
  const { parties, brief } = opened;
  const said = parties.content ?? (brief === "bad" ? null : brief);
  const exclude = said?.exclude ?? { members: [], units: [] };
  const named = namedBefore(parties.content, brief === "bad" ? null : brief);
  const { statement } = opened;
  // What the reporter signed, not what the service says; a bad statement is warned of.
  const route = statement?.route ?? served.route;
  const team = statement === null ? served.team : (pinnedTeam(roots.history, statement) ?? "");
  return {
    case: served.case,
    reference: reference(served.case),
    day: served.day,
    route,
    team,
    served: asMine(served),
    recipient: opened.recipient,
    brief: opened.brief,
    parties: opened.parties.content,
    text: opened.parties.text,
    warnings: opened.parties.warnings,
    readers:
      opened.statement?.grantees.map((one) =>
        one.member === vault.member ? words.desk.you : nameOf(roots.history, one.member),
      ) ?? [],
    excludesMe: leavesOut(roots.current, exclude, standards)(vault.member),
    nearMe: nearSubjects(roots.current, vault.member, named.subjects),
    namesMe: isCalled(vault.label, named.names),
    declaring: false,
    trouble: null,
  };
}
