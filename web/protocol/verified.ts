/** Verifying a directory: from the genesis to the current root and its teams (D1 to D6). */
import { NO_DIGEST, digest } from "./bytes";
import type { Day, Digest, MemberId, ServiceId, VerifyingKey } from "./bytes";
import { ALONE, DIRECTORY_FORMATS, checkLabel, everybody, recoveryOf } from "./directory";
import type {
  Directory,
  Lead,
  LeadList,
  Member,
  RecoveryVote,
  Role,
  Root,
  RootPayload,
} from "./directory";
import { read } from "./format";
import { MOST_SHARES, sameRecovery } from "./recovery";
import { require } from "./refused";
import { names, split, verify } from "./signing";
import type { Context } from "./signing";

/** Verifies genesis, the chain of lead lists and the current root (D1 to D3, D6). */
export function verifyDirectory(
  service: ServiceId,
  genesis: Uint8Array,
  leads: readonly Uint8Array[],
  rootBytes: Uint8Array,
): Directory {
  const lists = verifyLeads(service, genesis, leads);
  const current = verifyRootDocument(service, lists, rootBytes);
  // Otherwise a lead who is one no more could go on signing roots by an older list.
  const newest = current.leads === lists.at(-1)?.digest;
  require(newest, "D3", "the current root does not name the last lead list");
  return { service, lists, root: current, teams: new Map() };
}

/** Verifies genesis and the chain of lead lists, which there are before any root (D1, D2). */
export function verifyLeads(
  service: ServiceId,
  genesis: Uint8Array,
  leads: readonly Uint8Array[],
): LeadList[] {
  require((digest(genesis) as string) === service, "D1", "the genesis is another service's");
  const lists = [verifyGenesis(genesis)];
  for (const bytes of leads) lists.push(verifyLeadList(service, lists, bytes));
  return lists;
}

/** Verifies another root of the same service, by the same lead lists; its teams are to be added. */
export function verifyRoot(
  { service, lists }: Pick<Directory, "service" | "lists">,
  rootBytes: Uint8Array,
): Directory {
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
  const { payload, key: by } = byLead(signers, "team", bytes);
  const document = read(DIRECTORY_FORMATS.team, payload);
  require(document.service === directory.service, "D4", "the team is another service's");
  require(document.team === entry.team, "D4", "the document is another team's");
  checkMembers(document.members);
  const teams = new Map(directory.teams).set(entry.team, { ...document, digest: found, by });
  const whole = { ...directory, teams };
  checkSeparation(whole);
  return whole;
}

/** Reads one lead's word for a recovery, verified by the leads of a list (D6). */
export function readRecoveryVote(
  service: ServiceId,
  leads: readonly Lead[],
  bytes: Uint8Array,
): RecoveryVote & { readonly lead: MemberId } {
  const by = leads.find((one) => names(bytes, one.key));
  require(by !== undefined, "D6", "a vote for the recovery is not by a lead");
  const vote = read(DIRECTORY_FORMATS.recovery, verify("recovery", bytes, by.key));
  require(vote.service === service, "D6", "the vote is another service's");
  checkShares(vote);
  return { ...vote, lead: by.member };
}

/** Verifies a genesis, of whichever service it is the genesis of (D1, D2). */
export function verifyGenesis(bytes: Uint8Array): LeadList {
  // Its signer is one of its own leads, so the payload is looked at first to find the key.
  const claimed = read(DIRECTORY_FORMATS.leads, split(bytes, "leads").payload);
  require(claimed.number === 0, "D2", "the genesis is not number 0");
  const nobody = /^0{64}$/.test(claimed.service) && claimed.previous === NO_DIGEST;
  require(nobody, "D2", "the genesis names something before it");
  checkLeads(claimed.leads);
  const by = claimed.leads.find((one) => names(bytes, one.key));
  require(by !== undefined, "D2", "the genesis is not signed by one of its leads");
  verify("leads", bytes, by.key);
  return { ...claimed, digest: digest(bytes), by: by.key };
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
  const list = read(DIRECTORY_FORMATS.leads, verify("leads", bytes, by.key));
  require(list.service === service, "D2", "the lead list is another service's");
  require(list.number === last.number + 1, "D2", "the lead list is not the next");
  require(list.previous === last.digest, "D2", "the lead list follows another");
  checkLeads(list.leads);
  return { ...list, digest: digest(bytes), by: by.key };
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
  const document = read(DIRECTORY_FORMATS.root, payload);
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
  return { ...document, digest: digest(bytes), by: key };
}

function checkRecovery(service: ServiceId, document: RootPayload, list: LeadList): void {
  const { recovery: offered } = document;
  if (offered === null) return;
  checkShares(offered);
  const by = new Set<MemberId>();
  const days = new Set<Day>();
  for (const bytes of offered.signatures) {
    const vote = readRecoveryVote(service, list.leads, bytes);
    require(sameRecovery(vote, offered), "D6", "a vote is for another recovery");
    by.add(vote.lead);
    days.add(vote.day);
  }
  require(by.size >= 2 && by.size === offered.signatures.length, "D6", "two leads vote");
  require(days.size === 1, "D6", "the votes are of different days");
}

function checkShares({ threshold, shares }: Pick<RecoveryVote, "threshold" | "shares">): void {
  const good = threshold >= 2 && threshold <= shares && shares <= MOST_SHARES;
  require(good, "D6", "no such threshold");
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

/** D4, D5 and D12, across the teams that are there and the leads that signed. */
function checkSeparation(directory: Directory): void {
  const { lists, root: now } = directory;
  const leads = lists.find((one) => one.digest === now.leads)?.leads ?? [];
  const recovery = recoveryOf(directory);
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
    const shared = recovery?.member === one.member || recovery?.key === one.key;
    require(!shared, "D4", "a member is listed with the id or the key of the recovery");
    if (!one.roles.includes("administrator")) continue;
    const lead = leads.some((other) => other.member === one.member || other.key === one.key);
    require(!lead, "D5", "an administrator is a lead");
  }
}
