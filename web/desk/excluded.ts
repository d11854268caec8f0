/** Whom the reporter wants left out: in the report, and in what they told since (R5, M10). Pure. */
import type { Parties } from "../protocol";
import { readForm } from "../protocol/bodies";
import type { OpenedCase } from "./opening";

/** All whom the reporter named at any time. People named later are text, beside what else they said of it. */
export function excludedIn({
  parties,
  conversation,
}: Pick<OpenedCase, "parties" | "conversation">): Parties["exclude"] {
  const { units = [], members = [], other = "" } = parties.content?.exclude ?? {};
  const later = conversation.items.flatMap(({ direction, content }) => {
    if (direction !== "from_reporter" || content?.kind !== "exclude") return [];
    const said = readForm("exclude", content.body);
    return said === null ? [] : [said];
  });
  const told = [other, ...later.flatMap(({ people, detail }) => [people, detail])];
  return {
    units: [...new Set([...units, ...later.flatMap((one) => one.units)])],
    members,
    other: told.filter((one) => one.trim() !== "").join("\n"),
  };
}
