import { describe, expect, it } from "vitest";
import {
  NO_DIGEST,
  addTeam,
  digest,
  newGenesis,
  signLeads,
  signRecoveryVote,
  signRoot,
  signTeam,
  signer,
  verifyDirectory,
  verifyGenesis,
  verifyLeads,
} from "./index";
import type { LeadList, MemberSignSeed, RootPayload, ServiceId, TeamId } from "./index";
import { TODAY, handlers, leads, listed, recovery, seed, serviceKey } from "./sample";

const broken = (run: () => unknown, rule: string): void =>
  expect(run).toThrow(expect.objectContaining({ rule }) as Error);
const [lead, second] = leads;
const facts = { name: "A force", origin: "https://report.example", day: TODAY, leads: listed };

describe("publishing", () => {
  const genesis = newGenesis(facts, lead.signer);
  const service = digest(genesis) as string as ServiceId;
  const first = verifyGenesis(genesis);
  const next = { ...first, service, number: 1, previous: first.digest, nonce: "01".repeat(16) };

  it("D1, D2: founds a service of its own each time, whose lists follow", () => {
    expect(first).toMatchObject({ number: 0, previous: NO_DIGEST, leads: listed, name: "A force" });
    expect(first.by).toBe(lead.signer.key);
    expect(digest(newGenesis(facts, lead.signer))).not.toBe(digest(genesis));
    // A list that was read goes into the next one without what reading added to it.
    const left = listed.slice(1).map((one) => ({ ...one, more: 1 }));
    const list = signLeads({ ...next, leads: left }, second.signer);
    const lists = verifyLeads(service, genesis, [list]);
    expect(lists.map((one: LeadList) => one.leads.length)).toEqual([2, 1]);
    broken(() => verifyLeads(service, list, []), "D1");
    broken(() => verifyLeads(service, genesis, [list, list]), "D2");
    const stranger = signer<MemberSignSeed>(seed("stranger"));
    broken(() => verifyGenesis(newGenesis(facts, stranger)), "D2");
    broken(() => verifyLeads(service, genesis, [signLeads(next, stranger)]), "D2");
  });

  it("D3, D4, D6: signs teams, votes and roots that verify, and can be signed again changed", () => {
    const { recipient } = recovery.identity;
    const split = { recipient, key: recovery.signer.key, threshold: 2, shares: 3 };
    const votes = leads.map((one) =>
      signRecoveryVote({ ...split, service, day: TODAY }, one.signer),
    );
    const members = handlers.map((one) => one.entry);
    const team = { service, team: "intake" as TeamId, name: "Intake", members };
    const signed = signTeam(
      { ...team, members: members.map((one) => ({ ...one, more: 1 })) },
      second.signer,
    );
    const payload: RootPayload = {
      service,
      serial: 1,
      previous: NO_DIGEST,
      leads: first.digest,
      issued: TODAY,
      good_until: TODAY,
      service_key: serviceKey.key,
      recovery: { ...split, signatures: votes },
      routes: { intake: team.team, independent: "", custodians: "" },
      teams: [{ team: team.team, digest: digest(signed) }],
    };
    const root = signRoot(payload, lead.signer);
    const directory = addTeam(verifyDirectory(service, genesis, [], root), signed);
    expect(directory.root).toEqual({ ...payload, digest: digest(root), by: lead.signer.key });
    expect(directory.teams.get(team.team)).toMatchObject({ ...team, by: second.signer.key });
    const read = directory.teams.get(team.team);
    if (read === undefined) throw new Error("the team is there");
    expect(signTeam(read, second.signer)).toEqual(signed);
    expect(signRoot(directory.root, lead.signer)).toEqual(root);
  });
});
