/**
 * What a content of the record is made of, and how one is read tolerantly (Q3): a member that is not
 * there is filled in, one that is not known is kept, and nothing is thrown away.
 */

/** An object as JSON has it: what a content names, and whatever else was in it. */
export type Loose = Readonly<Record<string, unknown>>;

type Text = { readonly of: "text" };
type Flag = { readonly of: "flag" };
type Texts = { readonly of: "texts" };
type Group<M extends Members> = { readonly of: "group"; readonly members: M };
type Entries<M extends Members> = { readonly of: "entries"; readonly members: M };

/** The shape of one member. */
export type Shape = Text | Flag | Texts | Group<Members> | Entries<Members>;
export type Members = { readonly [name: string]: Shape };

/** What a shape reads. */
export type Made<S> = S extends Text
  ? string
  : S extends Flag
    ? boolean
    : S extends Texts
      ? readonly string[]
      : S extends Group<infer M>
        ? MadeOf<M>
        : S extends Entries<infer M>
          ? readonly (MadeOf<M> & Entry)[]
          : never;
/** What an object of these members reads. */
export type MadeOf<M extends Members> = { readonly [K in keyof M]: Made<M[K]> };
/** One of several: its id is unique in its list. */
export type Entry = { readonly id: string };

/** Text, a code or a day; `""` where nothing was answered. */
export const text: Text = { of: "text" };
export const flag: Flag = { of: "flag" };
/** Several codes, ids or texts. */
export const texts: Texts = { of: "texts" };

export function group<const M extends Members>(members: M): Group<M> {
  return { of: "group", members };
}

/** A list of objects, each with an `id` beside these members. */
export function entries<const M extends Members>(members: M): Entries<M> {
  return { of: "entries", members };
}

/** Nothing answered. */
export function emptyOf<const M extends Members>(members: M): MadeOf<M> {
  return Object.fromEntries(
    Object.entries(members).map(([name, shape]) => [name, emptyMember(shape)]),
  ) as MadeOf<M>;
}

function emptyMember(shape: Shape): unknown {
  switch (shape.of) {
    case "text":
      return "";
    case "flag":
      return false;
    case "texts":
    case "entries":
      return [];
    case "group":
      return emptyOf(shape.members);
  }
}

/**
 * Reads what was sealed as an object of these members. Members that are missing are empty; others than
 * these stay; a value of another kind than its member's is kept as text where the member is text, and
 * else under the member's name with `?` behind it, where it is shown as it stands.
 */
export function readAs<const M extends Members>(members: M, raw: unknown): MadeOf<M> {
  return readGroup(members, asObject(plain(raw)) ?? odd(plain(raw))) as MadeOf<M>;
}

/** The members of an object that its shape does not name, in their order. */
export function unknownOf(members: Members, value: Loose): [string, unknown][] {
  return Object.entries(value).filter(([name]) => name !== "id" && !Object.hasOwn(members, name));
}

function readGroup(members: Members, raw: Loose): Loose {
  const read: [string, unknown][] = [];
  const kept = Object.entries(raw).filter(([name]) => !Object.hasOwn(members, name));
  const names = new Set([...kept.map(([name]) => name), ...Object.keys(members)]);
  for (const [name, shape] of Object.entries(members)) {
    const value = Object.hasOwn(raw, name) ? raw[name] : undefined;
    const { fits, rest } = readMember(shape, value);
    read.push([name, fits]);
    if (rest === undefined) continue;
    let beside = `${name}?`;
    while (names.has(beside)) beside += "?";
    names.add(beside);
    kept.push([beside, rest]);
  }
  return Object.fromEntries([...read, ...kept]);
}

/** A member as its shape has it, and what did not fit. */
function readMember(shape: Shape, value: unknown): { fits: unknown; rest?: unknown } {
  if (value === undefined || value === null) return { fits: emptyMember(shape) };
  switch (shape.of) {
    case "text":
      return { fits: asText(value) };
    case "flag":
      return typeof value === "boolean" ? { fits: value } : { fits: false, rest: value };
    case "texts":
      return Array.isArray(value) ? { fits: value.map(asText) } : { fits: [], rest: value };
    case "group": {
      const found = asObject(value);
      return found === null
        ? { fits: emptyOf(shape.members), rest: value }
        : { fits: readGroup(shape.members, found) };
    }
    case "entries":
      return Array.isArray(value)
        ? { fits: readEntries(shape.members, value) }
        : { fits: [], rest: value };
  }
}

/** Entries without an id, or with one that was there before, get one by their place: the same list
 * always reads the same. */
function readEntries(members: Members, list: readonly unknown[]): Loose[] {
  const ids = new Set<string>();
  return list.map((one, place) => {
    const raw = asObject(one) ?? odd(one);
    const given = raw["id"];
    let id = typeof given === "string" && given !== "" ? given : `n${place + 1}`;
    if (ids.has(id)) {
      const taken = id;
      for (let number = 2; ids.has(id); number++) id = `${taken}-${number}`;
    }
    ids.add(id);
    return { id, ...withoutId(readGroup(members, raw)) };
  });
}

function withoutId(value: Loose): Loose {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== "id"));
}

/** Something else than an object, where there should be one. */
function odd(value: unknown): Loose {
  return value === undefined || value === null ? {} : { "?": value };
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function asObject(value: unknown): Loose | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Loose)
    : null;
}

/** JSON with objects for the maps that the protocol's reader makes of them. */
function plain(value: unknown): unknown {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([name, one]) => [String(name), plain(one)]));
  }
  return Array.isArray(value) ? value.map(plain) : value;
}
