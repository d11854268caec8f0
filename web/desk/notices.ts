/** What a member is told across the page when they have signed in. */
import { fullDay, today } from "./days";
import { thinTeams } from "./handover";
import type { ThinTeam } from "./handover";
import type { Session } from "./session";
import type { Me, Notice } from "./state";
import { isReader } from "./views";
import { fill, words } from "./words";

/** The notices that fall away by themselves once what they say is no longer so. */
export const STANDING = [
  "past",
  "unlisted",
  "unpinned",
  "not-open",
  "thin",
  "thin-custodians",
] as const;

/** What is to be said at sign-in. */
export function noticesAtSignIn({
  directory,
  me,
  memory,
}: Pick<Session, "directory" | "me" | "memory">): Notice[] {
  const found: Notice[] = [];
  const { directory: texts, trouble } = words;
  const { brief } = texts;
  const until = directory?.current.root.good_until;
  if (until !== undefined && until < today()) {
    const text = fill(texts.past, { day: fullDay(until) });
    found.push({ id: "past", kind: "warning", text, brief: brief.past });
  }
  if (!me.pinned && !me.demonstration && (me.lead || me.administrator)) {
    const { unpinned: text } = texts;
    found.push({ id: "unpinned", kind: "warning", text, brief: brief.unpinned });
  }
  if (directory === null) {
    const text = me.lead ? texts.not_open_lead : texts.not_open;
    found.push({ id: "not-open", kind: "calm", text });
  } else if (me.listed === null && !me.lead) {
    found.push({ id: "unlisted", kind: "warning", text: texts.unlisted });
  }
  if (directory !== null) found.push(...thinNotices(thinTeams(directory.current), me));
  if (memory === "lost") {
    found.push({ id: "memory", kind: "warning", text: trouble.ring, brief: brief.ring });
  }
  // Normal once; later it means that nothing can be compared with what was seen before (D8).
  if (memory === "none" && directory !== null) {
    found.push({ id: "memory", kind: "calm", text: trouble.ring_none, brief: brief.ring_none });
  }
  return found;
}

/** Where one person alone reads, reports wait for as long as they are away; where one alone keeps
 * identities, those are lost with that one's keys, which leads can prevent. */
function thinNotices(thin: readonly ThinTeam[], me: Me): Notice[] {
  const { directory: texts } = words;
  const { brief } = texts;
  const found: Notice[] = [];
  const reading = thin.filter((one) => !one.custodians);
  if (reading.length > 0 && isReader(me)) {
    const said = reading.map(({ name, readers }) =>
      fill(readers === 0 ? texts.thin_none : texts.thin, { team: name }),
    );
    const teams = reading.map(({ name }) => name).join(", ");
    const text = said.join(" ");
    found.push({ id: "thin", kind: "warning", text, brief: fill(brief.thin, { teams }) });
  }
  const custodians = thin.find((one) => one.custodians);
  if (custodians !== undefined && me.lead) {
    const text = custodians.readers === 0 ? texts.thin_custodians_none : texts.thin_custodians;
    const short = brief.thin_custodians;
    found.push({ id: "thin-custodians", kind: "warning", text, brief: short });
  }
  return found;
}
