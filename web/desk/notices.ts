/** What a member is told across the page when they have signed in. */
import { fullDay, today } from "./days";
import { thinTeams } from "./handover";
import type { Session } from "./session";
import type { Notice } from "./state";
import { isReader } from "./views";
import { fill, words } from "./words";

/** The notices that fall away by themselves once what they say is no longer so. */
export const STANDING = ["past", "unlisted", "unpinned", "not-open", "thin"] as const;

/** What is to be said at sign-in. */
export function noticesAtSignIn({
  directory,
  me,
  memory,
}: Pick<Session, "directory" | "me" | "memory">): Notice[] {
  const found: Notice[] = [];
  const { directory: texts, trouble } = words;
  const until = directory?.current.root.good_until;
  if (until !== undefined && until < today()) {
    const text = fill(texts.past, { day: fullDay(until) });
    found.push({ id: "past", kind: "warning", text });
  }
  if (!me.pinned && !me.demonstration && (me.lead || me.administrator)) {
    found.push({ id: "unpinned", kind: "warning", text: texts.unpinned });
  }
  if (directory === null) {
    const text = me.lead ? texts.not_open_lead : texts.not_open;
    found.push({ id: "not-open", kind: "calm", text });
  } else if (me.listed === null && !me.lead) {
    found.push({ id: "unlisted", kind: "warning", text: texts.unlisted });
  }
  if (directory !== null && isReader(me)) {
    // Where one person alone reads, reports wait for as long as they are away.
    const text = thinTeams(directory.current).map(({ name, readers }) =>
      fill(readers === 0 ? texts.thin_none : texts.thin, { team: name }),
    );
    if (text.length > 0) found.push({ id: "thin", kind: "warning", text: text.join(" ") });
  }
  if (memory === "lost") found.push({ id: "memory", kind: "warning", text: trouble.ring });
  // Normal once; later it means that nothing can be compared with what was seen before (D8).
  if (memory === "none" && directory !== null) {
    found.push({ id: "memory", kind: "calm", text: trouble.ring_none });
  }
  return found;
}
