/**
 * Two revisions of a record compared by field, and two drafts over the same revision merged. Entries of
 * lists are told apart by their ids, wherever they stand.
 */
import { appendOnly, shapes } from "./content";
import type { ContentOf, RecordName } from "./content";
import { isBlank } from "./lacks/found";
import { at, put } from "./paths";
import type { Path } from "./paths";
import { unknownOf } from "./shape";
import type { Entry, Loose, Members, Shape } from "./shape";

/** One thing that is not as it was. */
export type Difference =
  | {
      readonly kind: "changed";
      readonly path: Path;
      readonly before: unknown;
      readonly after: unknown;
    }
  | { readonly kind: "added" | "removed"; readonly path: Path; readonly entry: Loose & Entry }
  /** The entries that both have stand in another order. */
  | { readonly kind: "moved"; readonly path: Path };

/** What two members changed in different ways. `null` stands for an entry that one of them removed. */
export type Conflict = {
  readonly path: Path;
  readonly base: unknown;
  readonly mine: unknown;
  readonly theirs: unknown;
};
export type Pick = "mine" | "theirs" | "both";

/** What is different in `after`, in the order of the record. */
export function compare<R extends RecordName>(
  record: R,
  before: ContentOf<R>,
  after: ContentOf<R>,
): Difference[] {
  const found: Difference[] = [];
  compareGroups(shapes[record], before, after, [], found);
  return found;
}

function compareGroups(
  members: Members,
  before: Loose,
  after: Loose,
  path: Path,
  found: Difference[],
): void {
  if (before === after) return;
  for (const [name, shape] of Object.entries(members)) {
    compareMembers(shape, before[name], after[name], [...path, name], found);
  }
  for (const name of unknownNames(members, before, after)) {
    if (same(before[name], after[name])) continue;
    found.push({
      kind: "changed",
      path: [...path, name],
      before: before[name],
      after: after[name],
    });
  }
}

function compareMembers(
  shape: Shape,
  before: unknown,
  after: unknown,
  path: Path,
  found: Difference[],
): void {
  if (before === after) return;
  if (shape.of === "group") {
    compareGroups(shape.members, before as Loose, after as Loose, path, found);
    return;
  }
  if (shape.of !== "entries") {
    if (!same(before, after)) found.push({ kind: "changed", path, before, after });
    return;
  }
  const [earlier, later] = [before as Listed, after as Listed];
  const was = byId(earlier);
  const is = byId(later);
  for (const one of later) {
    const old = was.get(one.id);
    if (old === undefined) found.push({ kind: "added", path: [...path, one.id], entry: one });
    else compareGroups(shape.members, old, one, [...path, one.id], found);
  }
  for (const one of earlier) {
    if (!is.has(one.id)) found.push({ kind: "removed", path: [...path, one.id], entry: one });
  }
  const kept = earlier.filter(({ id }) => is.has(id)).map(({ id }) => id);
  const now = later.filter(({ id }) => was.has(id)).map(({ id }) => id);
  if (kept.join("/") !== now.join("/")) found.push({ kind: "moved", path });
}

/** Two drafts over one revision, put together. */
export type Merge<R extends RecordName = RecordName> = {
  readonly merged: ContentOf<R>;
  /** What is to be chosen between. */
  readonly conflicts: readonly Conflict[];
  /** What gives way to what is saved without being asked about: in a list that may only be extended. */
  readonly yielded: readonly Conflict[];
};

/**
 * Puts what I write together with what somebody else has saved over the same revision. What only one changed is taken;
 * where both changed the same field, `merged` has mine until one of both is picked. In a list that may only be
 * extended what is saved stands.
 */
export function merge<R extends RecordName>(
  record: R,
  base: ContentOf<R>,
  mine: ContentOf<R>,
  theirs: ContentOf<R>,
): Merge<R> {
  const found: Conflict[] = [];
  const merged = mergeGroups(shapes[record], { base, mine, theirs }, [], found);
  const whole = merged as unknown as ContentOf<R>;
  const list = appendOnly(record);
  if (list === null) return { merged: whole, conflicts: found, yielded: [] };
  const [was, ours, saved] = [base, mine, theirs].map((one) => at(one, [list]) as Listed);
  const yielded: Conflict[] = [];
  const extended = extend(
    list,
    { base: was ?? [], mine: ours ?? [], theirs: saved ?? [] },
    yielded,
  );
  const conflicts = found.filter(({ path }) => path[0] !== list);
  return { merged: put(whole, [list], extended), conflicts, yielded };
}

/** What is saved, with what I filled in where it is blank, and my own entries behind it. */
function extend(list: string, { base, mine, theirs }: Three<Listed>, yielded: Conflict[]): Listed {
  const [was, ours, saved] = [base, mine, theirs].map(byId);
  const filled = theirs.map((one) => {
    const other = ours?.get(one.id);
    const before = was?.get(one.id);
    if (other === undefined) return one;
    const values = Object.entries(other).filter(([name, value]) => {
      if (isBlank(value) || same(value, one[name])) return false;
      if (one[name] === undefined || isBlank(one[name])) return true;
      const path = [list, one.id, name];
      const typed = { path, base: before?.[name] ?? "", mine: value, theirs: one[name] };
      if (!same(value, before?.[name])) yielded.push(typed);
      return false;
    });
    return { ...one, ...Object.fromEntries(values) };
  });
  return [...filled, ...mine.filter(({ id }) => saved?.has(id) !== true)];
}

/** The merged content with one of both, or both one after the other, at each conflict. */
export function picked<T>(merged: T, conflicts: readonly Conflict[], picks: readonly Pick[]): T {
  let whole = merged;
  for (const [place, { path, mine, theirs }] of conflicts.entries()) {
    const pick = picks[place] ?? "mine";
    const value = pick === "mine" ? mine : pick === "theirs" ? theirs : both(mine, theirs);
    if (value === null) {
      const list = path.slice(0, -1);
      const id = path.at(-1);
      const rest = (at(whole, list) as Listed).filter((one) => one.id !== id);
      whole = put(whole, list, rest);
    } else whole = put(whole, path, value);
  }
  return whole;
}

function both(mine: unknown, theirs: unknown): unknown {
  if (typeof mine === "string" && typeof theirs === "string") return `${theirs}\n\n${mine}`;
  return mine;
}

type Three<T> = { readonly base: T; readonly mine: T; readonly theirs: T };
type Listed = readonly (Loose & Entry)[];

function mergeGroups(
  members: Members,
  { base, mine, theirs }: Three<Loose>,
  path: Path,
  conflicts: Conflict[],
): Loose {
  const merged: [string, unknown][] = [];
  for (const [name, shape] of Object.entries(members)) {
    const three = { base: base[name], mine: mine[name], theirs: theirs[name] };
    merged.push([name, mergeMembers(shape, three, [...path, name], conflicts)]);
  }
  for (const name of unknownNames(members, theirs, mine)) {
    const three = { base: base[name], mine: mine[name], theirs: theirs[name] };
    const value = mergeValues(three, [...path, name], conflicts);
    if (value !== undefined) merged.push([name, value]);
  }
  return Object.fromEntries("id" in mine ? [["id", mine["id"]], ...merged] : merged);
}

function mergeMembers(
  shape: Shape,
  three: Three<unknown>,
  path: Path,
  conflicts: Conflict[],
): unknown {
  switch (shape.of) {
    case "group":
      return mergeGroups(shape.members, three as Three<Loose>, path, conflicts);
    case "entries":
      return mergeEntries(shape.members, three as Three<Listed>, path, conflicts);
    case "texts":
      return mergeTexts(three as Three<readonly string[]>);
    case "text":
    case "flag":
      return mergeValues(three, path, conflicts);
  }
}

function mergeValues(
  { base, mine, theirs }: Three<unknown>,
  path: Path,
  into: Conflict[],
): unknown {
  if (same(mine, theirs) || same(theirs, base)) return mine;
  if (same(mine, base)) return theirs;
  into.push({ path, base, mine, theirs });
  return mine;
}

/** Codes that either added are there, codes that either took away are not. */
function mergeTexts({ base, mine, theirs }: Three<readonly string[]>): readonly string[] {
  if (same(mine, base)) return theirs;
  const gone = new Set(base.filter((one) => !mine.includes(one) || !theirs.includes(one)));
  return [...new Set([...theirs, ...mine])].filter((one) => !gone.has(one));
}

function mergeEntries(
  members: Members,
  { base, mine, theirs }: Three<Listed>,
  path: Path,
  conflicts: Conflict[],
): Listed {
  const was = byId(base);
  const ours = byId(mine);
  const other = byId(theirs);
  const merged = new Map<string, Loose & Entry>();
  for (const id of new Set([...other.keys(), ...ours.keys()])) {
    const before = was.get(id);
    const [a, b] = [ours.get(id), other.get(id)];
    const here = [...path, id];
    if (a !== undefined && b !== undefined) {
      const three = { base: before ?? emptyLike(b), mine: a, theirs: b };
      merged.set(id, mergeGroups(members, three, here, conflicts) as Loose & Entry);
      continue;
    }
    const one = a ?? b;
    if (one === undefined) continue;
    if (before === undefined) merged.set(id, one);
    else if (!same(one, before)) {
      // One removed what the other went on writing: it stays until somebody has decided.
      merged.set(id, one);
      conflicts.push({ path: here, base: before, mine: a ?? null, theirs: b ?? null });
    }
  }
  return inOrder(merged, { base, mine, theirs });
}

/** In the order of whoever moved entries; what the other added follows what it stood behind. */
function inOrder(
  merged: ReadonlyMap<string, Loose & Entry>,
  { base, mine, theirs }: Three<Listed>,
): Listed {
  const ids = (list: Listed): string[] => list.map(({ id }) => id);
  const mineMoved = isMoved(ids(base), ids(mine)) && !isMoved(ids(base), ids(theirs));
  const [first, second] = mineMoved ? [ids(mine), ids(theirs)] : [ids(theirs), ids(mine)];
  const order = [...first];
  for (const [place, id] of second.entries()) {
    if (order.includes(id)) continue;
    const before = second
      .slice(0, place)
      .reverse()
      .find((one) => order.includes(one));
    let to = before === undefined ? 0 : order.indexOf(before) + 1;
    // Behind what the first added at the same place.
    while (to < order.length && !second.includes(order[to] ?? "")) to++;
    order.splice(to, 0, id);
  }
  return order.flatMap((id) => merged.get(id) ?? []);
}

function isMoved(before: readonly string[], after: readonly string[]): boolean {
  const kept = before.filter((id) => after.includes(id));
  return kept.join("/") !== after.filter((id) => before.includes(id)).join("/");
}

/** For an entry that both added under one id: nothing of it was there before. */
function emptyLike(entry: Loose): Loose {
  const empty = (value: unknown): unknown => {
    if (typeof value === "string") return "";
    if (typeof value === "boolean") return false;
    if (Array.isArray(value)) return [];
    if (typeof value === "object" && value !== null) return emptyLike(value as Loose);
    return value;
  };
  return Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, empty(value)]));
}

function byId(list: Listed): Map<string, Loose & Entry> {
  return new Map(list.map((one) => [one.id, one]));
}

function unknownNames(members: Members, one: Loose, other: Loose): Set<string> {
  return new Set([...unknownOf(members, one), ...unknownOf(members, other)].map(([name]) => name));
}

/** Whether two JSON values say the same, in whatever order the members of objects stand. */
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
    return false;
  }
  if (Array.isArray(one) || Array.isArray(other)) {
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((value, place) => same(value, other[place]))
    );
  }
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every(
      (name) => Object.hasOwn(other, name) && same((one as Loose)[name], (other as Loose)[name]),
    )
  );
}
