/** Signing what leads publish: lead lists, teams, votes for a recovery, and roots (D2 to D4, D6).
 * Each takes the members of its format and no other, so that a document read before can be changed
 * and signed again. */
import { NO_DIGEST, base64, hex } from "./bytes";
import type { Bytes, Day, ServiceId } from "./bytes";
import type { Lead, LeadListPayload, RecoveryVote, RootPayload, TeamPayload } from "./directory";
import { randomBytes } from "./random";
import { sign } from "./signing";
import type { LeadSignSeed, MemberSignSeed, Signer } from "./signing";

/** A lead's signing key. One who has a vault signs with the key in it. */
export type LeadSigner = Signer<LeadSignSeed | MemberSignSeed>;

/** Makes a genesis, whose digest is the id of a new service (D1, D2). */
export function newGenesis(
  facts: {
    readonly name: string;
    readonly origin: string;
    readonly day: Day;
    readonly leads: readonly Lead[];
  },
  by: LeadSigner,
): Bytes {
  const nobody = NO_DIGEST as string as ServiceId;
  const leads = [...facts.leads];
  const nonce = hex(randomBytes(16));
  return signLeads({ ...facts, leads, nonce, service: nobody, number: 0, previous: NO_DIGEST }, by);
}

/** Signs a lead list (D2). */
export function signLeads(list: LeadListPayload, by: LeadSigner): Bytes {
  const { service, number, previous, name, origin, nonce, day } = list;
  const leads = list.leads.map(({ member, label, key }) => ({ member, label, key }));
  return sign("leads", { service, number, previous, name, origin, nonce, day, leads }, by);
}

/** Signs a team document (D4). */
export function signTeam(of: TeamPayload, by: LeadSigner): Bytes {
  const { service, team, name } = of;
  const members = of.members.map(
    ({ member, label, roles, units, recipient, key, since, replaces }) => ({
      member,
      label,
      roles,
      units,
      recipient,
      key,
      since,
      replaces,
    }),
  );
  return sign("team", { service, team, name, members }, by);
}

/** Signs a lead's word for a recovery (D6). */
export function signRecoveryVote(vote: RecoveryVote, by: LeadSigner): Bytes {
  const { service, recipient, key, threshold, shares, day } = vote;
  return sign("recovery", { service, recipient, key, threshold, shares, day }, by);
}

/** Signs a root (D3). */
export function signRoot(root: RootPayload, by: LeadSigner): Bytes {
  const { service, serial, previous, leads, issued, good_until, service_key } = root;
  const { intake, independent, custodians } = root.routes;
  const document = {
    service,
    serial,
    previous,
    leads,
    issued,
    good_until,
    service_key,
    recovery: writtenRecovery(root.recovery),
    routes: { intake, independent, custodians },
    teams: root.teams.map(({ team, digest }) => ({
      team,
      digest,
    })),
  };
  return sign("root", document, by);
}

function writtenRecovery(of: RootPayload["recovery"]): object | null {
  if (of === null) return null;
  const { recipient, key, threshold, shares, signatures } = of;
  return { recipient, key, threshold, shares, signatures: signatures.map(base64) };
}
