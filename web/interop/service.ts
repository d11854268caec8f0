/** A service with fresh keys: two leads, two handlers, an investigator, a custodian, an auditor, and a
 * recovery. */
import {
  NO_DIGEST,
  addTeam,
  base64,
  day,
  digest,
  hex,
  identity,
  newGenesis,
  randomBytes,
  recoveryKeys,
  signLeads,
  signRecoveryVote,
  signRoot,
  signTeam,
  signer,
  verifyDirectory,
} from "../protocol";
import type {
  Day,
  Directory,
  Identity,
  LeadSignSeed,
  Member,
  MemberId,
  MemberOpenSeed,
  MemberSignSeed,
  RecoveryKeys,
  RecoverySeed,
  Role,
  RootPayload,
  ServiceId,
  ServiceSignSeed,
  Signer,
  TeamId,
} from "../protocol";

export const TODAY: Day = day("2026-11-23");

export interface Person {
  readonly member: MemberId;
  readonly identity: Identity<MemberOpenSeed>;
  readonly signer: Signer<MemberSignSeed>;
  readonly entry: Member;
}

export interface Service {
  readonly directory: Directory;
  readonly written: object;
  readonly people: readonly [Person, Person, Person, Person];
  readonly auditor: Person;
  readonly recovery: RecoveryKeys;
  readonly key: Signer<ServiceSignSeed>;
}

type TeamIds = [TeamId, TeamId, TeamId, TeamId];

/** Founds a service and publishes its first root, which names a recovery that both leads voted for. */
export function newService(): Service {
  const leads = ["Lead-1", "Lead-2"].map((label) => ({
    member: hex(randomBytes(16)) as MemberId,
    label,
    signer: signer(randomBytes(32) as Uint8Array as LeadSignSeed),
  }));
  const [first, second] = leads;
  if (first === undefined || second === undefined) throw new Error("there are two leads");
  const listed = leads.map(({ member, label, signer: { key } }) => ({ member, label, key }));
  const list = { name: "Interop Force", origin: "https://report.example", day: TODAY };
  const genesis = newGenesis({ ...list, leads: listed }, first.signer);
  const service = digest(genesis) as string as ServiceId;
  const nonce = hex(randomBytes(16));
  const previous = digest(genesis);
  const after = { ...list, service, number: 1, previous, nonce, leads: listed };
  const next = signLeads(after, second.signer);
  const people = [
    newPerson("Handler-1", "handler"),
    newPerson("Handler-2", "handler"),
    newPerson("Investigator-1", "investigator"),
    newPerson("Custodian-1", "custodian"),
  ] as const;
  const [one, two, three, four] = people;
  const auditor = newPerson("Auditor-1", "auditor");
  const ids = ["intake", "custodians", "abuse", "oversight"] as string[] as TeamIds;
  const [intake, custodians, abuse, oversight] = ids;
  const team = (id: TeamId, of: readonly Person[]): Uint8Array => {
    const members = of.map((person) => person.entry);
    return signTeam({ service, team: id, name: `Team ${id}`, members }, second.signer);
  };
  const teams = new Map([
    [intake, team(intake, [one, two])],
    [custodians, team(custodians, [four])],
    [abuse, team(abuse, [three])],
    [oversight, team(oversight, [auditor])],
  ]);
  const key = signer(randomBytes(32) as Uint8Array as ServiceSignSeed);
  const recovery = recoveryKeys(randomBytes(32) as Uint8Array as RecoverySeed, service);
  const { recipient } = recovery.identity;
  const split = { recipient, key: recovery.signer.key, threshold: 2, shares: 3 };
  const vote = { ...split, service, day: TODAY };
  const payload: RootPayload = {
    service,
    serial: 1,
    previous: NO_DIGEST,
    leads: digest(next),
    issued: TODAY,
    good_until: day("2027-01-22"),
    service_key: key.key,
    recovery: { ...split, signatures: leads.map((lead) => signRecoveryVote(vote, lead.signer)) },
    routes: { intake, independent: "", custodians },
    teams: [...teams].map(([id, bytes]) => ({ team: id, digest: digest(bytes) })),
  };
  const root = signRoot(payload, second.signer);
  let directory = verifyDirectory(service, genesis, [next], root);
  for (const bytes of teams.values()) directory = addTeam(directory, bytes);
  const written = {
    genesis: base64(genesis),
    leads: [base64(next)],
    root: base64(root),
    teams: [...teams.values()].map(base64),
  };
  return { directory, written, people, auditor, recovery, key };
}

export function newPerson(label: string, ...roles: Role[]): Person {
  const member = hex(randomBytes(16)) as MemberId;
  const opens = identity(randomBytes(32) as Uint8Array as MemberOpenSeed);
  const signs = signer(randomBytes(32) as Uint8Array as MemberSignSeed);
  const entry: Member = {
    member,
    label,
    roles,
    units: ["Custody"],
    recipient: opens.recipient,
    key: signs.key,
    since: TODAY,
    replaces: "",
  };
  return { member, identity: opens, signer: signs, entry };
}
