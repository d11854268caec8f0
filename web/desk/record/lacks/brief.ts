/** What is lacking in the records of danger, learning, raising concerns, and the notes. */
import { oneLine } from "../../text";
import type { Lack, Seen } from "../rules";
import { isAfter } from "../workdays";
import { Found, isBlank } from "./found";

export function danger({ contents }: Seen): Lack[] {
  const found = new Found("danger");
  const content = contents.danger;
  found.need(content, ["immediate", "crime"], { code: "danger" });
  if (content.immediate === "yes") found.need(content, ["action"], { code: "danger" });
  if (content.immediate === "yes" || content.crime === "yes") {
    found.need(content, ["passed_to"], { code: "danger" });
  }
  found.need(content, ["on"], { code: "danger" });
  return found.lacks;
}

export function learning({ contents, today }: Seen): Lack[] {
  const found = new Found("learning");
  const { items, none } = contents.learning;
  if (items.length === 0 && isBlank(none)) found.lack("none", "learning_none");
  for (const one of items) {
    found.need(one, ["theme", "finding", "action", "owner", "due"], {
      place: `items/${one.id}/`,
      code: "learning",
      about: oneLine(one.theme, 60),
    });
    if (one.closed_on === "" && isAfter(today, one.due)) {
      found.hint(`items/${one.id}/closed_on`, "learning_overdue", oneLine(one.theme, 60));
    }
  }
  return found.lacks;
}

export function concerns({ contents }: Seen): Lack[] {
  const found = new Found("concerns");
  const { encouraged, prevented, sources, detail } = contents.concerns;
  if ([encouraged, prevented, detail].every(isBlank)) found.lack("encouraged", "concerns_none");
  else if (sources.length === 0) found.lack("sources", "concerns_sources");
  return found.lacks;
}

export function notes({ contents, today }: Seen): Lack[] {
  const found = new Found("notes");
  for (const one of contents.notes.tasks) {
    if (one.done_on !== "") continue;
    const [place, about] = [`tasks/${one.id}/`, oneLine(one.what, 60)];
    for (const name of ["owner", "due"] as const) {
      if (isBlank(one[name])) found.hint(`${place}${name}`, `task_${name}`, about);
    }
    if (isAfter(today, one.due)) found.hint(`${place}done_on`, "task_overdue", about);
  }
  return found.lacks;
}
