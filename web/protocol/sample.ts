/** A small service for the tests: two leads, intake of three, an independent route of two, and a
 * custodian. Its keys are the same every time. */
import { NO_DIGEST, base64, concat, day, digest, hex, sha256, utf8 } from "./bytes";
import type { Bytes, Day, MemberId, ServiceId, TeamId } from "./bytes";
import { composeReport } from "./compose";
import type { Composed, Draft } from "./compose";
import type { Directory, Member, Role } from "./directory";
import { signRecoveryVote } from "./publishing";
import { recoveryKeys } from "./recovery";
import type { RecoveryKeys, RecoverySeed } from "./recovery";
import { emptyBody, emptyIdentity, emptyParties } from "./report";
import { identity } from "./sealing";
import type { CaseSecret, Identity, MemberOpenSeed } from "./sealing";
import { sign, signer } from "./signing";
import type { LeadSignSeed, MemberSignSeed, ServiceSignSeed, Signer } from "./signing";
import { token } from "./token";
import { addTeam, verifyDirectory } from "./verified";

export const TODAY: Day = day("2026-11-23");

/** 32 bytes that follow from a name. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller says which seed it is
export function seed<Of extends Uint8Array>(name: string): Of {
  return sha256(utf8(name)) as Uint8Array as Of;
}

export interface SampleMember {
  readonly member: MemberId;
  readonly identity: Identity<MemberOpenSeed>;
  readonly signer: Signer<MemberSignSeed>;
  readonly entry: Member;
}

const made = new Map<string, SampleMember>();

export function sampleMember(label: string, ...roles: Role[]): SampleMember {
  const known = made.get(label);
  if (known !== undefined) return known;
  const member = hex(sha256(utf8(label)).subarray(0, 16)) as MemberId;
  const opens = identity<MemberOpenSeed>(seed(`${label} open`));
  const signs = signer<MemberSignSeed>(seed(`${label} sign`));
  const entry: Member = {
    member,
    label,
    roles,
    units: [],
    recipient: opens.recipient,
    key: signs.key,
    since: TODAY,
    replaces: "",
  };
  const one = { member, identity: opens, signer: signs, entry };
  made.set(label, one);
  return one;
}

export const handlers = ["Handler-1", "Handler-2", "Handler-3"].map((label) =>
  sampleMember(label, "handler"),
) as [SampleMember, SampleMember, SampleMember];
export const independents = ["Independent-1", "Independent-2"].map((label) =>
  sampleMember(label, "handler"),
) as [SampleMember, SampleMember];
export const custodian = sampleMember("Custodian-1", "custodian");
export const leads = ["Lead-1", "Lead-2"].map((label) => ({
  member: hex(sha256(utf8(label)).subarray(0, 16)) as MemberId,
  label,
  signer: signer<LeadSignSeed>(seed(`${label} sign`)),
})) as [SampleLead, SampleLead];
export interface SampleLead {
  readonly member: MemberId;
  readonly label: string;
  readonly signer: Signer<LeadSignSeed>;
}
export const serviceKey = signer<ServiceSignSeed>(seed("service"));

export const listed = leads.map(({ member, label, signer: { key } }) => ({ member, label, key }));
export const genesis: Bytes = sign(
  "leads",
  {
    service: NO_DIGEST,
    number: 0,
    previous: NO_DIGEST,
    name: "Sample Force",
    origin: "https://report.example",
    nonce: "00".repeat(16),
    day: TODAY,
    leads: listed,
  },
  leads[0].signer,
);
export const SERVICE = digest(genesis) as string as ServiceId;

/** A team document. */
export function teamDocument(
  team: string,
  members: readonly Member[],
  by: Signer = leads[0].signer,
  change: object = {},
): Bytes {
  const name = `The ${team} team`;
  return sign("team", { service: SERVICE, team, name, members, ...change }, by);
}

export const teams = {
  intake: teamDocument(
    "intake",
    handlers.map((one) => one.entry),
  ),
  independent: teamDocument(
    "independent",
    independents.map((one) => one.entry),
  ),
  custodians: teamDocument("custodians", [custodian.entry]),
};

/** The payload of a root over the sample's teams. */
export function rootPayload(change: object = {}): object {
  return {
    service: SERVICE,
    serial: 1,
    previous: NO_DIGEST,
    leads: SERVICE,
    issued: TODAY,
    good_until: "2027-01-22",
    service_key: serviceKey.key,
    recovery: null,
    routes: { intake: "intake", independent: "independent", custodians: "custodians" },
    teams: Object.entries(teams).map(([team, bytes]) => ({ team, digest: digest(bytes) })),
    ...change,
  };
}

export const root: Bytes = sign("root", rootPayload(), leads[0].signer);

export const recovery: RecoveryKeys = recoveryKeys(seed<RecoverySeed>("recovery"), SERVICE);

/** A root that names a recovery which both leads voted for; `offered` changes it after the votes. */
export function withRecovery(change: object = {}, offered: object = {}): Bytes {
  const { identity: opens, signer: signs } = recovery;
  const named = { recipient: opens.recipient, key: signs.key, threshold: 3, shares: 5 };
  const vote = { ...named, service: SERVICE, day: TODAY };
  const signatures = leads.map((lead) => base64(signRecoveryVote(vote, lead.signer)));
  const whole = { recovery: { ...named, signatures, ...offered }, ...change };
  return sign("root", rootPayload(whole), leads[0].signer);
}

/** The whole directory, verified. */
export function sampleDirectory(rootBytes: Uint8Array = root): Directory {
  let directory = verifyDirectory(SERVICE, genesis, [], rootBytes);
  for (const bytes of Object.values(teams)) directory = addTeam(directory, bytes);
  return directory;
}

export const TEAM_INTAKE = "intake" as TeamId;

/** A draft that says all that one must say. */
export function sampleDraft(change: Partial<Draft> = {}): Draft {
  return {
    directory: sampleDirectory(),
    route: "intake",
    grantees: handlers.map((one) => one.member),
    parties: emptyParties(),
    body: { ...emptyBody(), what_happened: "Something happened in the custody suite." },
    identity: emptyIdentity(),
    token: token(sha256(utf8("token")).subarray(0, 16)),
    caseSecret: seed<CaseSecret>("case"),
    day: TODAY,
    ...change,
  };
}

/** A sealed report. */
export function sampleReport(change: Partial<Draft> = {}): Promise<Composed> {
  return composeReport(sampleDraft(change));
}

/** The bytes with one bit changed. */
export function flipped(bytes: Uint8Array, at: number): Bytes {
  const other = concat(bytes);
  const place = at < 0 ? other.length + at : at;
  other[place] = (other[place] ?? 0) ^ 1;
  return other;
}
