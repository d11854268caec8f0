/** What a root says, apart from who signed it: the one in force, or the one that is being drafted. */
import type {
  Day,
  Directory,
  Lead,
  LeadList,
  Member,
  MemberId,
  Root,
  ServiceId,
  TeamId,
  VerifyingKey,
} from "../../protocol";

export type Routes = Root["routes"];
export type RouteName = keyof Routes;
export const routeNames = ["intake", "independent", "custodians"] as const;
export type Recovery = NonNullable<Root["recovery"]>;

/** A team as its document lists it. */
export type PicturedTeam = {
  readonly team: TeamId;
  readonly name: string;
  readonly members: readonly Member[];
};

export type Picture = {
  readonly leads: readonly Lead[];
  readonly teams: readonly PicturedTeam[];
  /** No intake only before the first root. */
  readonly routes: Readonly<Record<RouteName, TeamId | "">>;
  readonly goodUntil: Day;
  readonly recovery: Recovery | null;
  readonly serviceKey: VerifyingKey;
};

/** What a service has published: its lead lists, from the genesis on, and the root in force, if any. */
export type Published = {
  readonly service: ServiceId;
  readonly lists: readonly LeadList[];
  readonly directory: Directory | null;
};

/** The leads who may sign the next root: those of the last list. */
export function leadsOf(published: Pick<Published, "lists">): readonly Lead[] {
  return published.lists.at(-1)?.leads ?? [];
}

/** The picture of a directory with all its teams. */
export function pictureOf(directory: Directory): Picture {
  const { root, lists, teams } = directory;
  const list = lists.find((one) => one.digest === root.leads);
  return {
    leads: list?.leads ?? [],
    teams: root.teams.flatMap(({ team }) => {
      const found = teams.get(team);
      return found === undefined ? [] : [{ team, name: found.name, members: found.members }];
    }),
    routes: root.routes,
    goodUntil: root.good_until,
    recovery: root.recovery,
    serviceKey: root.service_key,
  };
}

/** What the next root starts from: what the one in force says, the last lead list, and the key by which
 * the service signs receipts now. Before the first there are leads only. */
export function startOf(
  published: Published,
  facts: { readonly goodUntil: Day; readonly serviceKey: VerifyingKey },
): Picture {
  const { directory } = published;
  const leads = leadsOf(published);
  if (directory === null) {
    const routes = { intake: "", independent: "", custodians: "" } as const;
    return { leads, teams: [], routes, recovery: null, ...facts };
  }
  return { ...pictureOf(directory), leads, ...facts };
}

/** Everybody of a picture, team by team. */
export function placesOf(picture: Picture): readonly { member: Member; team: PicturedTeam }[] {
  return picture.teams.flatMap((team) => team.members.map((member) => ({ member, team })));
}

/** Where a member stands in a picture. */
export function placesOfMember(
  picture: Picture,
  wanted: MemberId,
): readonly { member: Member; team: PicturedTeam }[] {
  return placesOf(picture).filter((one) => one.member.member === wanted);
}

/** How a picture calls a member: by team, then by lead list; null where it knows none. */
export function labelIn(picture: Picture, wanted: MemberId): string | null {
  const [place] = placesOfMember(picture, wanted);
  if (place !== undefined) return place.member.label;
  return picture.leads.find((one) => one.member === wanted)?.label ?? null;
}

export function teamIn(picture: Picture, wanted: string): PicturedTeam | null {
  return picture.teams.find((one) => one.team === wanted) ?? null;
}

/** The name of a team of a picture; its id where it lists none, "" for no team. */
export function teamNameIn(picture: Picture, wanted: string): string {
  return wanted === "" ? "" : (teamIn(picture, wanted)?.name ?? wanted);
}

/** How many could read what comes in by a route, or would guard identities (D10). */
export function readersOf(picture: Picture, route: RouteName): number {
  const role = route === "custodians" ? "custodian" : "handler";
  const team = teamIn(picture, picture.routes[route]);
  return team?.members.filter((one) => one.roles.includes(role)).length ?? 0;
}

/** Whether reporters are told that the service is open: two first readers of intake, a custodian. */
export function isOpen(picture: Picture): boolean {
  return readersOf(picture, "intake") >= 2 && readersOf(picture, "custodians") >= 1;
}
