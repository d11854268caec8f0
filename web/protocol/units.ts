/** Names of units and teams, as reporters type them and as the directory has them (R4). Pure. */

/** Which team is the professional standards unit of which unit, as a force has it. */
export type StandardsTeams = readonly { readonly name: string; readonly team: string }[];

/** Whom a name may mean that a reporter gave. */
export type Meaning = {
  /** As it was given. */
  readonly name: string;
  /** As it is compared. */
  readonly plain: string;
  /** The teams that are the professional standards unit of what is called so. */
  readonly standards: readonly string[];
};

/** A member as one team lists them. */
export type Listing = {
  readonly team: string;
  readonly teamName: string;
  readonly units: readonly string[];
};

/** What a name means: what is called so, and the standards team of it, as far as the caller knows which one is. */
export function meaningOf(name: string, standards: StandardsTeams): Meaning {
  const found = standards.filter(
    (one) => sameUnit(one.name, name) || sameUnit(`${one.name} PSU`, name),
  );
  return { name, plain: plain(name), standards: found.map((one) => one.team) };
}

/** How it means a member: a unit or their team is called so, or their team is the standards team of it. Null where it
 * does not. */
export function means(
  of: Meaning,
  { team, teamName, units }: Listing,
): "name" | "standards" | null {
  if (of.plain !== "" && [teamName, ...units].some((one) => plain(one) === of.plain)) return "name";
  return of.standards.includes(team) ? "standards" : null;
}

/** What many names mean together: each is read once, however many there are. */
export type Meanings = {
  readonly plain: ReadonlySet<string>;
  readonly standards: ReadonlySet<string>;
};

/** What names mean that a reporter gave. */
export function meaningsOf(names: readonly string[], standards: StandardsTeams): Meanings {
  const plains = new Set(names.map(plain));
  plains.delete("");
  const teams = standards.filter(
    ({ name }) => plains.has(plain(name)) || plains.has(plain(`${name} PSU`)),
  );
  return { plain: plains, standards: new Set(teams.map(({ team }) => team)) };
}

/** Whether any of them means a member. */
export function anyMeans(of: Meanings, { team, teamName, units }: Listing): boolean {
  return of.standards.has(team) || [teamName, ...units].some((one) => of.plain.has(plain(one)));
}

/** Whether any of them is the name of one of these units. */
export function anyNames({ plain: plains }: Meanings, units: readonly string[]): boolean {
  return units.some((unit) => plains.has(plain(unit)));
}

/** Whether two names of a unit are the same but for case, apostrophes, and what else is no letter or digit. A PSU is a
 * professional standards unit, and that of a BCU is called so without the BCU too. */
export function sameUnit(one: string, other: string): boolean {
  return plain(one) !== "" && plain(one) === plain(other);
}

function plain(unit: string): string {
  const words = unit
    .normalize("NFKC")
    .replace(/['\u2018\u2019\u02bc]/g, "")
    .replace(/[^\p{Alphabetic}\p{N}]+/gu, " ")
    .trim()
    .toLowerCase();
  return ` ${words} `
    .replaceAll(" professional standards unit ", " psu ")
    .replaceAll(" bcu psu ", " psu ")
    .trim();
}
