/** Signs what a picture says: the next lead list, the teams that changed, and the next root. Pure: the
 * caller brings day and randomness. */
import {
  NO_DIGEST,
  Refused,
  addTeam,
  digest,
  signLeads,
  signRoot,
  signTeam,
  verifyLeads,
  verifyRoot,
} from "../../protocol";
import type {
  Bytes,
  Day,
  Digest,
  Directory,
  Lead,
  LeadList,
  LeadSigner,
  Member,
  RootPayload,
  ServiceId,
} from "../../protocol";
import { votesThatCount } from "./concerns";
import { pictureOf } from "./picture";
import type { Picture, PicturedTeam, Published } from "./picture";

/** Documents as they are published. */
export type Signed = {
  readonly leads: readonly Bytes[];
  readonly teams: readonly Bytes[];
  readonly root: Bytes | null;
  /** What they make the directory, verified as every client will; null while there is no root. */
  readonly directory: Directory | null;
};

/** The bytes of the genesis and of the lead lists after it, from which lists are verified. */
export type LeadDocuments = { readonly genesis: Bytes; readonly leads: readonly Bytes[] };

/** Signs the documents that lead from what stands to a picture, and verifies them (D2 to D6). */
export function signNext(
  published: Published,
  documents: LeadDocuments,
  picture: Picture,
  how: { readonly by: LeadSigner; readonly day: Day; readonly nonce: string },
): Signed {
  const { service, directory } = published;
  const leads = nextLeads(published, picture, how);
  const lists = verifyLeads(service, documents.genesis, [...documents.leads, ...leads]);
  if (directory === null && picture.teams.length === 0) {
    return { leads, teams: [], root: null, directory: null };
  }
  const teams: Bytes[] = [];
  const named = picture.teams.map((one) => {
    const kept = unchanged(directory, one);
    if (kept !== null) return { team: one.team, digest: kept };
    const signed = signTeam(
      { service, team: one.team, name: one.name, members: [...one.members] },
      how.by,
    );
    teams.push(signed);
    return { team: one.team, digest: digest(signed) };
  });
  const root = signRoot(rootOf(service, directory, lists, picture, named, how.day), how.by);
  const next = verified(service, lists, directory, root, teams);
  if (!isSame(pictureOf(next), picture)) {
    throw new Refused("D3", "the signed documents say something else than the draft");
  }
  return { leads, teams, root, directory: next };
}

/** Whether publishing a picture would change anything but the day that the root is good until. */
export function isChanged(published: Published, start: Picture, picture: Picture): boolean {
  if (published.directory === null) return !isSame(start, picture);
  return !isSame({ ...start, goodUntil: picture.goodUntil }, picture);
}

function nextLeads(
  { service, lists }: Published,
  picture: Picture,
  { by, day, nonce }: { readonly by: LeadSigner; readonly day: Day; readonly nonce: string },
): Bytes[] {
  const last = lists.at(-1);
  if (last === undefined) throw new Refused("D2", "a lead list follows nothing");
  if (sameLeads(last.leads, picture.leads)) return [];
  const { number, digest: previous, name, origin } = last;
  const leads = [...picture.leads];
  const list = { service, number: number + 1, previous, name, origin, nonce, day, leads };
  return [signLeads(list, by)];
}

function rootOf(
  service: ServiceId,
  before: Directory | null,
  lists: readonly LeadList[],
  picture: Picture,
  teams: RootPayload["teams"],
  day: Day,
): RootPayload {
  const { routes, recovery, leads: signers, goodUntil, serviceKey } = picture;
  const { intake, independent, custodians } = routes;
  const leads = lists.at(-1)?.digest;
  if (leads === undefined || intake === "") throw new Refused("D3", "the root has no intake");
  return {
    service,
    serial: (before?.root.serial ?? 0) + 1,
    previous: before?.root.digest ?? NO_DIGEST,
    leads,
    issued: day,
    good_until: goodUntil,
    service_key: serviceKey,
    recovery:
      recovery === null ? null : { ...recovery, signatures: votesThatCount(recovery, signers) },
    routes: { intake, independent, custodians },
    teams,
  };
}

function verified(
  service: ServiceId,
  lists: readonly LeadList[],
  before: Directory | null,
  root: Bytes,
  teams: readonly Bytes[],
): Directory {
  // Only the lists are looked at in what is handed to it, and there may be no root before.
  const bare = verifyRoot({ service, lists }, root);
  const kept = bare.root.teams.flatMap(({ team, digest: named }) => {
    const old = before?.teams.get(team);
    return old?.digest === named ? [[team, old] as const] : [];
  });
  let whole: Directory = { ...bare, teams: new Map(kept) };
  for (const bytes of teams) whole = addTeam(whole, bytes);
  if (whole.teams.size !== whole.root.teams.length) {
    throw new Refused("D3", "a team of the root is missing");
  }
  return whole;
}

/** The digest of the document that says of a team what the picture says; null where none does. */
function unchanged(before: Directory | null, { team, name, members }: PicturedTeam): Digest | null {
  const old = before?.teams.get(team);
  const same = old?.name === name && sameMembers(old.members, members);
  return same ? old.digest : null;
}

function isSame(one: Picture, other: Picture): boolean {
  return written(one) === written(other);
}

/** A picture as one text. Votes for a recovery count only as leads do, and are left out. */
function written(of: Picture): string {
  const { leads, teams, routes, goodUntil, recovery, serviceKey } = of;
  const { intake, independent, custodians } = routes;
  const split =
    recovery === null
      ? null
      : [recovery.recipient, recovery.key, recovery.threshold, recovery.shares];
  return JSON.stringify([
    leads.map(leadText),
    teams.map(({ team, name, members }) => [team, name, members.map(memberText)]),
    [intake, independent, custodians],
    goodUntil,
    split,
    serviceKey,
  ]);
}

function sameLeads(one: readonly Lead[], other: readonly Lead[]): boolean {
  return JSON.stringify(one.map(leadText)) === JSON.stringify(other.map(leadText));
}

function sameMembers(one: readonly Member[], other: readonly Member[]): boolean {
  return JSON.stringify(one.map(memberText)) === JSON.stringify(other.map(memberText));
}

function leadText({ member, label, key }: Lead): readonly string[] {
  return [member, label, key];
}

function memberText(of: Member): readonly unknown[] {
  const { member, label, roles, units, recipient, key, since, replaces } = of;
  return [member, label, roles, units, recipient, key, since, replaces];
}
