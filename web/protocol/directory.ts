import { NO_DIGEST, digest } from "./bytes";
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
  read,
  teamFormat,
  text,
} from "./format";
import type { Format, Of } from "./format";
import { characters } from "./json";
import { require } from "./refused";
import { recipient } from "./sealing";
import type { Recipient } from "./sealing";
import { names, split, verify } from "./signing";
import type { Context } from "./signing";

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
const ALONE: readonly Role[] = ["administrator", "auditor", "analyst", "caller"];
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
  threshold: int,
  shares: int,
  day: dayFormat,
});

export type Lead = Of<typeof lead>;
export type LeadList = Of<typeof leadList> & { readonly digest: Digest };
export type Root = Of<typeof root> & { readonly digest: Digest };
export type Member = Of<typeof member>;
export type Team = Of<typeof team> & { readonly digest: Digest };

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

/** Verifies genesis, the chain of lead lists and the current root (D1 to D3, D6). */
export function verifyDirectory(
  service: ServiceId,
  genesis: Uint8Array,
  leads: readonly Uint8Array[],
  rootBytes: Uint8Array,
): Directory {
  require((digest(genesis) as string) === service, "D1", "the genesis is another service's");
  const lists = [verifyGenesis(genesis)];
  for (const bytes of leads) lists.push(verifyLeadList(service, lists, bytes));
  const current = verifyRootDocument(service, lists, rootBytes);
  // Otherwise a lead who is one no more could go on signing roots by an older list.
  const newest = current.leads === lists.at(-1)?.digest;
  require(newest, "D3", "the current root does not name the last lead list");
  return { service, lists, root: current, teams: new Map() };
}

/** Verifies another root of the same service, by the same lead lists; its teams are to be added. */
export function verifyRoot(directory: Directory, rootBytes: Uint8Array): Directory {
  const { service, lists } = directory;
  return { service, lists, root: verifyRootDocument(service, lists, rootBytes), teams: new Map() };
}

/** Verifies a team document that the root names, and adds it (D4, D5). Where `wanted` was asked
 * for, another team's document in its place is refused: it would leave a team out. */
export function addTeam(directory: Directory, bytes: Uint8Array, wanted?: Digest): Directory {
  const found = digest(bytes);
  require((wanted ?? found) === found, "D3", "this is not the document that was asked for");
  const entry = directory.root.teams.find((one) => one.digest === found);
  require(entry !== undefined, "D3", "the root names no such team document");
  // Teams may be older than the list that the root names, but not newer.
  const named = directory.lists.findIndex((one) => one.digest === directory.root.leads);
  const signers = directory.lists.slice(0, named + 1);
  const document = read(team, byLead(signers, "team", bytes).payload);
  require(document.service === directory.service, "D4", "the team is another service's");
  require(document.team === entry.team, "D4", "the document is another team's");
  checkMembers(document.members);
  const teams = new Map(directory.teams).set(entry.team, { ...document, digest: found });
  const whole = { ...directory, teams };
  checkSeparation(whole);
  return whole;
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

function verifyGenesis(bytes: Uint8Array): LeadList {
  // Its signer is one of its own leads, so the payload is looked at first to find the key.
  const claimed = read(leadList, split(bytes, "leads").payload);
  require(claimed.number === 0, "D2", "the genesis is not number 0");
  const nobody = /^0{64}$/.test(claimed.service) && claimed.previous === NO_DIGEST;
  require(nobody, "D2", "the genesis names something before it");
  checkLeads(claimed.leads);
  const by = claimed.leads.find((one) => names(bytes, one.key));
  require(by !== undefined, "D2", "the genesis is not signed by one of its leads");
  verify("leads", bytes, by.key);
  return { ...claimed, digest: digest(bytes) };
}

function verifyLeadList(
  service: ServiceId,
  before: readonly LeadList[],
  bytes: Uint8Array,
): LeadList {
  const last = before[before.length - 1];
  require(last !== undefined, "D2", "a lead list follows nothing");
  const by = last.leads.find((one) => names(bytes, one.key));
  require(by !== undefined, "D2", "the lead list is not signed by a lead of the one before");
  const list = read(leadList, verify("leads", bytes, by.key));
  require(list.service === service, "D2", "the lead list is another service's");
  require(list.number === last.number + 1, "D2", "the lead list is not the next");
  require(list.previous === last.digest, "D2", "the lead list follows another");
  checkLeads(list.leads);
  return { ...list, digest: digest(bytes) };
}

function checkLeads(leads: readonly Lead[]): void {
  require(leads.length >= 1 && leads.length <= 20, "D2", "there are 1 to 20 leads");
  require(new Set(leads.map((one) => one.member)).size ===
    leads.length, "D2", "a lead is there twice");
  require(new Set(leads.map((one) => one.key)).size === leads.length, "D2", "a key is there twice");
  for (const one of leads) checkLabel(one.label);
}

function verifyRootDocument(
  service: ServiceId,
  lists: readonly LeadList[],
  bytes: Uint8Array,
): Root {
  const { payload, key } = byLead(lists, "root", bytes);
  const document = read(root, payload);
  require(document.service === service, "D3", "the root is another service's");
  require(document.serial >= 1, "D3", "serials start at 1");
  const first = document.serial === 1;
  require(first === (document.previous === NO_DIGEST), "D3", "only the first root follows nothing");
  const list = lists.find((one) => one.digest === document.leads);
  require(list !== undefined, "D3", "the root names no lead list of the chain");
  require(list.leads.some(
    (one) => one.key === key,
  ), "D3", "the root is not signed by a lead of the list that it names");
  const teams = document.teams.map((one) => one.team);
  require(new Set(teams).size === teams.length, "D3", "a team is there twice");
  const { intake, independent, custodians: custodianTeam } = document.routes;
  for (const named of [intake, independent, custodianTeam]) {
    require(named === "" || teams.includes(named), "D3", "a route names no team of the root");
  }
  checkRecovery(service, document, list);
  return { ...document, digest: digest(bytes) };
}

function checkRecovery(service: ServiceId, document: Of<typeof root>, list: LeadList): void {
  const { recovery: offered } = document;
  if (offered === null) return;
  const { threshold, shares } = offered;
  require(threshold >= 1 && threshold <= shares, "D6", "no such threshold");
  const by = new Set<VerifyingKey>();
  const days = new Set<Day>();
  for (const bytes of offered.signatures) {
    const signedBy = list.leads.find((one) => names(bytes, one.key));
    require(signedBy !== undefined, "D6", "a vote for the recovery is not by a lead");
    const vote = read(recoveryVote, verify("recovery", bytes, signedBy.key));
    const same =
      vote.service === service &&
      vote.recipient === offered.recipient &&
      vote.threshold === threshold &&
      vote.shares === shares;
    require(same, "D6", "a vote is for another recovery");
    by.add(signedBy.key);
    days.add(vote.day);
  }
  require(by.size >= 2 && by.size === offered.signatures.length, "D6", "two leads vote");
  require(days.size === 1, "D6", "the votes are of different days");
}

/** Verifies a document by any lead of the chain. */
function byLead(
  lists: readonly LeadList[],
  context: Context,
  bytes: Uint8Array,
): { payload: Uint8Array; key: VerifyingKey } {
  const by = lists.flatMap((one) => one.leads).find((one) => names(bytes, one.key));
  const rule = context === "team" ? "D4" : "D3";
  require(by !== undefined, rule, "the document is not signed by a lead");
  return { payload: verify(context, bytes, by.key), key: by.key };
}

function checkMembers(members: readonly Member[]): void {
  require(members.length <= 500, "D4", "a team has at most 500 members");
  const ids = new Set(members.map((one) => one.member));
  require(ids.size === members.length, "D4", "a member is there twice");
  const keys = new Set(members.map((one) => one.key));
  require(keys.size === members.length, "D4", "a key is there twice");
  for (const one of members) {
    checkLabel(one.label);
    require(new Set(one.roles).size === one.roles.length, "D4", "a role is there twice");
    const alone = one.roles.some((role) => ALONE.includes(role));
    require(!alone || one.roles.length === 1, "D5", "a role that stands alone stands with another");
  }
}

function checkLabel(label: string): void {
  const length = characters(label);
  require(length >= 1 && length <= 60, "D4", "a label has 1 to 60 characters");
}

/** D5, across the teams that are there and the leads that signed. */
function checkSeparation(directory: Directory): void {
  const { lists, root: now } = directory;
  const leads = lists.find((one) => one.digest === now.leads)?.leads ?? [];
  const roles = new Map<MemberId, Set<Role>>();
  const firsts = new Map<MemberId, Member>();
  const holders = new Map<VerifyingKey, MemberId>();
  for (const { member: one } of everybody(directory)) {
    const first = firsts.get(one.member) ?? one;
    const holder = holders.get(one.key) ?? one.member;
    firsts.set(one.member, first);
    holders.set(one.key, holder);
    const same = first.key === one.key && first.recipient === one.recipient;
    require(same && holder === one.member, "D4", "a member's keys differ from team to team");
    const held = roles.get(one.member) ?? new Set();
    for (const role of one.roles) held.add(role);
    roles.set(one.member, held);
    const alone = [...held].some((role) => ALONE.includes(role));
    require(!alone || held.size === 1, "D5", "a role that stands alone stands with another");
    if (!one.roles.includes("administrator")) continue;
    const lead = leads.some((other) => other.member === one.member || other.key === one.key);
    require(!lead, "D5", "an administrator is a lead");
  }
}
