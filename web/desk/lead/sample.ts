/** The sample service as a lead's desk finds it, for the tests. */
import { day, hex, sha256, signApplication, utf8, verifyLeads } from "../../protocol";
import type { Bytes, Day, MemberId, TeamId } from "../../protocol";
import type { Account } from "../../protocol/office-calls";
import { SERVICE, TODAY, genesis, sampleDirectory, sampleMember } from "../../protocol/sample";
import type { SampleMember } from "../../protocol/sample";
import type { Newcomer } from "./changes";
import type { Published } from "./picture";

export const TOMORROW: Day = day("2026-11-24");
export const UNTIL: Day = day("2027-01-23");
export const INTAKE = "intake" as TeamId;
export const CUSTODIANS = "custodians" as TeamId;

/** With the sample's root in force. */
export const published: Published = {
  service: SERVICE,
  lists: sampleDirectory().lists,
  directory: sampleDirectory(),
};

/** Before the first root. */
export const unpublished: Published = {
  service: SERVICE,
  lists: verifyLeads(SERVICE, genesis, []),
  directory: null,
};

/** Somebody who has applied. */
export function newcomer(label: string): SampleMember & { readonly newcomer: Newcomer } {
  const one = sampleMember(label);
  const { member, entry, signer, identity } = one;
  const keys = { recipient: identity.recipient, key: signer.key };
  return { ...one, newcomer: { member, label: entry.label, ...keys } };
}

/** The application of somebody, signed with their own keys. */
export function application(of: SampleMember, replaces: MemberId | "" = ""): Bytes {
  const { member, entry, identity, signer } = of;
  const keys = { service: SERVICE, member, label: entry.label, identity, signer };
  return signApplication(keys, { replaces, day: TODAY });
}

/** An account as the service lists it. */
export function account(of: SampleMember, change: Partial<Account> = {}): Account {
  return {
    member: of.member,
    label: of.entry.label,
    state: "enrolled",
    founding: "",
    endorsed: false,
    lead: false,
    roles: [],
    teams: [],
    factors: 1,
    sessions: 0,
    created: TODAY,
    replaces: "",
    application: application(of),
    ...change,
  };
}

export function idOf(name: string): MemberId {
  return hex(sha256(utf8(name)).subarray(0, 16)) as MemberId;
}
