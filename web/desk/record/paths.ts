/** Where something stands in a content: names of members, and ids of entries where there is a list. */
import type { Entry, Loose, Members, Shape } from "./shape";

/** Such as `["entries", "1a2b3c4d", "knew", "when"]`. */
export type Path = readonly string[];

/** A path as one text, as links and ids of fields have it. */
export function pathText(path: Path): string {
  return path.join("/");
}

export function pathOf(text: string): Path {
  return text.split("/");
}

/** What stands there; undefined where nothing does. */
export function at(content: unknown, path: Path): unknown {
  let value = content;
  for (const step of path) {
    if (Array.isArray(value)) value = (value as readonly Entry[]).find(({ id }) => id === step);
    else if (typeof value === "object" && value !== null && Object.hasOwn(value, step)) {
      value = (value as Loose)[step];
    } else return undefined;
  }
  return value;
}

/** The content with something else there. Whatever does not lie on the path stays the same object; a
 * path that leads nowhere changes nothing. */
export function put<T>(content: T, path: Path, value: unknown): T {
  const [step, ...rest] = path;
  if (step === undefined) return value as T;
  if (Array.isArray(content)) {
    const list = content as readonly Entry[];
    return list.map((one) => (one.id === step ? put(one, rest, value) : one)) as T;
  }
  if (typeof content !== "object" || content === null) return content;
  const before = (content as Loose)[step];
  const after = put(before, rest, value);
  return before === after && Object.hasOwn(content, step) ? content : { ...content, [step]: after };
}

/** The shape of what stands at a path; undefined for a member that is not known. */
export function shapeAt(members: Members, path: Path): Shape | undefined {
  let known: Members = members;
  let shape: Shape | undefined;
  for (let place = 0; place < path.length; place++) {
    const step = path[place] ?? "";
    shape = Object.hasOwn(known, step) ? known[step] : undefined;
    if (shape === undefined) return undefined;
    if (shape.of === "group") known = shape.members;
    else if (shape.of === "entries") {
      known = shape.members;
      if (place + 1 < path.length) place++;
    }
  }
  return shape;
}

/** The path without the ids of entries: what a field is called, whichever entry it is in. */
export function fieldOf(members: Members, path: Path): string {
  const names: string[] = [];
  let known: Members = members;
  for (let place = 0; place < path.length; place++) {
    const step = path[place] ?? "";
    names.push(step);
    const shape = Object.hasOwn(known, step) ? known[step] : undefined;
    if (shape?.of === "group") known = shape.members;
    else if (shape?.of === "entries") {
      known = shape.members;
      place++;
    } else known = {};
  }
  return names.join(".");
}
