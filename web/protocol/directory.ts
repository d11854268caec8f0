import type { Day, Digest, MemberId, ServiceId, TeamId, VerifyingKey } from "./bytes";
import {
  b64,
  dayFormat,
  hexOf,
  int,
  listOf,
  object,
  oneOf,
  orEmpty,
  orNull,
  teamFormat,
  text,
} from "./format";
import type { Format, Of } from "./format";
import { characters } from "./json";
import { recoveryId } from "./recovery";
import type { Recovery } from "./recovery";
import { require } from "./refused";
import { recipient } from "./sealing";
import type { Recipient } from "./sealing";

export const ROLES = [
  "handler",
  "investigator",
  "authority",
  "support",
  "custodian",
  "analyst",
  "auditor",
  "caller",
  "administrator",
] as const;
export type Role = (typeof ROLES)[number];
/** The roles that stand alone (D5). */
export const ALONE: readonly Role[] = ["administrator", "auditor", "analyst", "caller"];
/** The roles that may read a case (K4). */
export const READING_ROLES: readonly Role[] = [
  "handler",
  "investigator",
  "authority",
  "custodian",
  "support",
];

/** The two routes that a reporter chooses between (D3, S1). */
export const ROUTES = ["intake", "independent"] as const;
export type Route = (typeof ROUTES)[number];

/** Reads a recipient (E2). */
export const recipientFormat: Format<Recipient> = (value) => recipient(text(value));

const lead = object({
  member: hexOf<MemberId>(16),
  label: text,
  key: hexOf<VerifyingKey>(32),
});
const leadList = object({
  service: hexOf<ServiceId>(32),
  number: int,
  previous: hexOf<Digest>(32),
  name: text,
  origin: text,
  nonce: hexOf<string>(16),
  day: dayFormat,
  leads: listOf(lead),
});
const recovery = object({
  recipient: recipientFormat,
  key: hexOf<VerifyingKey>(32),
  threshold: int,
  shares: int,
  signatures: listOf(b64),
});
const root = object({
  service: hexOf<ServiceId>(32),
  serial: int,
  previous: hexOf<Digest>(32),
  leads: hexOf<Digest>(32),
  issued: dayFormat,
  good_until: dayFormat,
  service_key: hexOf<VerifyingKey>(32),
  recovery: orNull(recovery),
  routes: object({
    intake: teamFormat,
    independent: orEmpty(teamFormat),
    custodians: orEmpty(teamFormat),
  }),
  teams: listOf(object({ team: teamFormat, digest: hexOf<Digest>(32) })),
});
const member = object({
  member: hexOf<MemberId>(16),
  label: text,
  roles: listOf(oneOf(ROLES)),
  units: listOf(text),
  recipient: recipientFormat,
  key: hexOf<VerifyingKey>(32),
  since: dayFormat,
  replaces: orEmpty(hexOf<MemberId>(16)),
});
const team = object({
  service: hexOf<ServiceId>(32),
  team: teamFormat,
  name: text,
  members: listOf(member),
});
const recoveryVote = object({
  service: hexOf<ServiceId>(32),
  recipient: recipientFormat,
  key: hexOf<VerifyingKey>(32),
  threshold: int,
  shares: int,
  day: dayFormat,
});

/** The payloads of a directory's documents, by context (D2 to D4, D6). */
export const DIRECTORY_FORMATS = { leads: leadList, root, team, recovery: recoveryVote };

export type Lead = Of<typeof lead>;
export type LeadListPayload = Of<typeof leadList>;
/** A verified lead list, with the key of the lead who signed it. */
export type LeadList = LeadListPayload & { readonly digest: Digest; readonly by: VerifyingKey };
export type RootPayload = Of<typeof root>;
/** A verified root, with the key of the lead who signed it. */
export type Root = RootPayload & { readonly digest: Digest; readonly by: VerifyingKey };
export type Member = Of<typeof member>;
export type TeamPayload = Of<typeof team>;
/** A verified team document, with the key of the lead who signed it. */
export type Team = TeamPayload & { readonly digest: Digest; readonly by: VerifyingKey };
/** One lead's word for a recovery (D6). */
export type RecoveryVote = Of<typeof recoveryVote>;

/** One verified root with the team documents verified so far. Nothing changes in it. */
export interface Directory {
  readonly service: ServiceId;
  /** Lead lists 0 to n; number 0 is the genesis, whose `name` is the installation's. */
  readonly lists: readonly LeadList[];
  readonly root: Root;
  readonly teams: ReadonlyMap<TeamId, Team>;
}

/** A member, in the team whose document lists them. */
export interface Listed {
  readonly member: Member;
  readonly team: Team;
}

/** The team documents of all routes: what a reporter's client fetches, always the same (D11). */
export function routeDocuments(directory: Directory): Digest[] {
  const { intake, independent, custodians: custodianTeam } = directory.root.routes;
  const wanted: readonly string[] = [intake, independent, custodianTeam];
  return missingDocuments(directory, (one) => wanted.includes(one));
}

/** The team documents that are still to be fetched: all of them, unless `wanted` picks some. */
export function missingDocuments(
  directory: Directory,
  wanted: (team: TeamId) => boolean = () => true,
): Digest[] {
  return directory.root.teams
    .filter((one) => !directory.teams.has(one.team) && wanted(one.team))
    .map((one) => one.digest);
}

/** The team of a route, or null where there is none. */
export function routeTeam(directory: Directory, route: Route): Team | null {
  const named = directory.root.routes[route];
  return named === "" ? null : (directory.teams.get(named) ?? null);
}

/** The first readers of a route (D10); none where the route does not exist. */
export function firstReaders(directory: Directory, route: Route): Member[] {
  return routeTeam(directory, route)?.members.filter((one) => one.roles.includes("handler")) ?? [];
}

/** The custodians (D10). Confidential reports exist only where there is one (R3). */
export function custodians(directory: Directory): Member[] {
  const named = directory.root.routes.custodians;
  const found = named === "" ? undefined : directory.teams.get(named);
  return found?.members.filter((one) => one.roles.includes("custodian")) ?? [];
}

/** Whether the directory is past its good-until day, which a client warns of and goes on (D7). */
export function pastGoodUntil(directory: Directory, today: Day): boolean {
  return today > directory.root.good_until;
}

/** Where a member is listed in one directory, first by team order of the root. */
export function listed(directory: Directory, wanted: MemberId): Listed[] {
  return everybody(directory).filter((one) => one.member.member === wanted);
}

/** Everybody in the team documents that are there. */
export function everybody(directory: Directory): Listed[] {
  const found: Listed[] = [];
  for (const { team: id } of directory.root.teams) {
    const document = directory.teams.get(id);
    if (document === undefined) continue;
    for (const one of document.members) found.push({ member: one, team: document });
  }
  return found;
}

/** Whether a member has a role that may read a case (K4). */
export function mayRead(member: Pick<Member, "roles">): boolean {
  return member.roles.some((role) => READING_ROLES.includes(role));
}

/** The recovery of a directory's root, as a reader of its cases (D12); null where there is none. */
export function recoveryOf(directory: Directory): Recovery | null {
  const { recovery: named } = directory.root;
  if (named === null) return null;
  const { recipient: opens, key, threshold, shares } = named;
  return { member: recoveryId(opens), recipient: opens, key, threshold, shares };
}

/** Refuses what is no label (D4). */
export function checkLabel(label: string): void {
  const length = characters(label);
  require(length >= 1 && length <= 60, "D4", "a label has 1 to 60 characters");
}
