import { describe, expect, it } from "vitest";
import {
  NO_DIGEST,
  addTeam,
  base64,
  bind,
  custodians,
  day,
  digest,
  firstReaders,
  followPin,
  history,
  memberAt,
  missingDocuments,
  pastGoodUntil,
  routeDocuments,
  sign,
  signer,
  succeeds,
  verifyBefore,
  verifyDirectory,
  verifyRoot,
} from "./index";
import type { Directory, LeadSignSeed, Member, ServiceId } from "./index";
import {
  SERVICE,
  TODAY,
  custodian,
  flipped,
  genesis,
  handlers,
  leads,
  listed,
  recovery,
  root,
  rootPayload,
  sampleDirectory,
  sampleMember,
  seed,
  teamDocument,
  teams,
} from "./sample";

const broken = (run: () => unknown, rule: string): void =>
  expect(run).toThrow(expect.objectContaining({ rule }) as Error);
const [lead, second] = leads;
const stranger = signer<LeadSignSeed>(seed("stranger"));
const rootOf = (change: object, by = lead.signer): Uint8Array =>
  sign("root", rootPayload(change), by);
const verified = (bytes: Uint8Array): unknown => verifyDirectory(SERVICE, genesis, [], bytes);

const list = (change: object = {}, by = second.signer): Uint8Array =>
  sign(
    "leads",
    {
      service: SERVICE,
      number: 1,
      previous: SERVICE,
      name: "Sample Force",
      origin: "https://report.example",
      nonce: "01".repeat(16),
      day: TODAY,
      leads: listed.slice(1),
      ...change,
    },
    by,
  );

describe("directory", () => {
  it("is verified, and gives first readers and custodians (D10)", () => {
    const directory = sampleDirectory();
    expect(firstReaders(directory, "intake").map((one) => one.label)).toEqual(
      handlers.map((one) => one.entry.label),
    );
    expect(firstReaders(directory, "independent")).toHaveLength(2);
    expect(custodians(directory).map((one) => one.member)).toEqual([custodian.member]);
    expect(missingDocuments(directory)).toEqual([]);
    expect(pastGoodUntil(directory, day("2027-01-22"))).toBe(false);
    expect(pastGoodUntil(directory, day("2027-01-23"))).toBe(true);
  });

  it("D11: asks for the documents of all routes", () => {
    const more = teamDocument("other", []);
    const named = [...Object.entries(teams), ["other", more] as const];
    const entries = named.map(([team, bytes]) => ({ team, digest: digest(bytes) }));
    const directory = verifyDirectory(SERVICE, genesis, [], rootOf({ teams: entries }));
    expect(routeDocuments(directory)).toEqual(Object.values(teams).map(digest));
    expect(missingDocuments(directory)).toHaveLength(4);
  });

  it("D1, D2: refuses another genesis", () => {
    broken(() => verifyDirectory("00".repeat(32) as ServiceId, genesis, [], root), "D1");
    const self = (change: object, by = lead.signer): (() => unknown) => {
      const payload = { name: "", origin: "", nonce: "00".repeat(16), day: TODAY, leads: listed };
      const nobody = { service: NO_DIGEST, number: 0, previous: NO_DIGEST };
      const bytes = sign("leads", { ...nobody, ...payload, ...change }, by);
      return () => verifyDirectory(digest(bytes) as string as ServiceId, bytes, [], root);
    };
    broken(self({}, stranger), "D2");
    broken(self({ number: 1 }), "D2");
    broken(self({ previous: SERVICE }), "D2");
    broken(self({ leads: [] }), "D2");
    broken(self({ leads: [...listed, ...listed] }), "D2");
    const twice = listed.map((one) => ({ ...one, key: listed[0]?.key }));
    broken(self({ leads: twice }), "D2");
  });

  it("D2: follows the chain of lead lists", () => {
    const newer = rootOf({ leads: digest(list()) }, second.signer);
    const directory = verifyDirectory(SERVICE, genesis, [list()], newer);
    expect(directory.lists).toHaveLength(2);
    const after =
      (bytes: Uint8Array): (() => unknown) =>
      () =>
        verifyDirectory(SERVICE, genesis, [bytes], newer);
    broken(after(list({}, stranger)), "D2");
    broken(after(list({ number: 2 })), "D2");
    broken(after(list({ previous: NO_DIGEST })), "D2");
    broken(after(list({ service: NO_DIGEST })), "D2");
    broken(after(flipped(list(), -1)), "G1");
    // A lead who is no longer in the list that the root names.
    broken(
      () => verifyDirectory(SERVICE, genesis, [list()], rootOf({ leads: digest(list()) })),
      "D3",
    );
  });

  it("D3: refuses a current root that does not name the last lead list", () => {
    // By a lead who has been taken off the list since.
    broken(() => verifyDirectory(SERVICE, genesis, [list()], root), "D3");
    const current = rootOf({ leads: digest(list()) }, second.signer);
    const directory = verifyDirectory(SERVICE, genesis, [list()], current);
    expect(verifyRoot(directory, root).root.serial).toBe(1);
  });

  it("D3: refuses roots that go back to an older lead list, when following a pin", () => {
    const newer = { leads: digest(list()) };
    const one = rootOf(newer, second.signer);
    const back = rootOf({ serial: 2, previous: digest(one) });
    const three = rootOf({ ...newer, serial: 3, previous: digest(back) }, second.signer);
    const now = verifyDirectory(SERVICE, genesis, [list()], three);
    const pin = { serial: 1, digest: digest(one) };
    broken(() => followPin(now, { ...pin, ...newer }, [back]), "D3");
    // Without the pin's own list, what lies between still must not go back.
    const later = rootOf({ ...newer, serial: 2, previous: digest(one) }, second.signer);
    const behind = rootOf({ serial: 3, previous: digest(later) });
    const end = rootOf({ ...newer, serial: 4, previous: digest(behind) }, second.signer);
    const last = verifyDirectory(SERVICE, genesis, [list()], end);
    broken(() => followPin(last, pin, [later, behind]), "D3");
    const straight = rootOf({ ...newer, serial: 3, previous: digest(later) }, second.signer);
    const good = rootOf({ ...newer, serial: 4, previous: digest(straight) }, second.signer);
    const fine = verifyDirectory(SERVICE, genesis, [list()], good);
    expect(() => followPin(fine, { ...pin, ...newer }, [later, straight])).not.toThrow();
  });

  it("D3: refuses a root that is not right", () => {
    broken(() => verified(rootOf({}, stranger)), "D3");
    broken(() => verified(flipped(root, -1)), "G1");
    broken(() => verified(rootOf({ service: NO_DIGEST })), "D3");
    broken(() => verified(rootOf({ serial: 0 })), "D3");
    broken(() => verified(rootOf({ previous: SERVICE })), "D3");
    broken(() => verified(rootOf({ serial: 2 })), "D3");
    broken(() => verified(rootOf({ leads: NO_DIGEST })), "D3");
    broken(() => verified(rootOf({ more: 1 })), "N5");
    const [entry] = (rootPayload() as { teams: object[] }).teams;
    broken(() => verified(rootOf({ teams: [entry, entry] })), "D3");
    const routes = { intake: "intake", independent: "nowhere", custodians: "" };
    broken(() => verified(rootOf({ routes })), "D3");
  });

  it("D4: refuses a team that the root does not name, or that is not right", () => {
    const directory = verifyDirectory(SERVICE, genesis, [], root);
    broken(() => addTeam(directory, teamDocument("intake", [])), "D3");
    const { intake, independent } = teams;
    broken(() => addTeam(sampleDirectory(), independent, digest(intake)), "D3");
    const named = (bytes: Uint8Array, team = "intake"): (() => unknown) => {
      const entries = [{ team, digest: digest(bytes) }];
      const routes = { intake: team, independent: "", custodians: "" };
      const over = verifyDirectory(SERVICE, genesis, [], rootOf({ teams: entries, routes }));
      return () => addTeam(over, bytes);
    };
    const one = handlers[0].entry;
    const member = (change: Partial<Member>): Member => ({ ...one, ...change });
    expect(named(teamDocument("intake", [one]))).not.toThrow();
    broken(named(teamDocument("intake", [one], stranger)), "D4");
    broken(named(teamDocument("other", [one])), "D4");
    broken(named(teamDocument("intake", [one], lead.signer, { service: NO_DIGEST })), "D4");
    broken(named(teamDocument("intake", [one, one])), "D4");
    broken(named(teamDocument("intake", [member({ label: "" })])), "D4");
    broken(named(teamDocument("intake", [member({ label: "x".repeat(61) })])), "D4");
    const upper = one.recipient.toUpperCase() as typeof one.recipient;
    broken(named(teamDocument("intake", [member({ recipient: upper })])), "E2");
    broken(named(teamDocument("intake", [member({ roles: ["lead" as "handler"] })])), "N5");
    broken(named(teamDocument("intake", [member({ roles: ["handler", "handler"] })])), "D4");
    broken(named(teamDocument("intake", [one, { ...handlers[1].entry, key: one.key }])), "D4");
    // D5
    broken(named(teamDocument("intake", [member({ roles: ["auditor", "handler"] })])), "D5");
    const administrator = member({ roles: ["administrator"] });
    expect(named(teamDocument("intake", [administrator]))).not.toThrow();
    const asLead = { ...administrator, member: lead.member };
    broken(named(teamDocument("intake", [asLead])), "D5");
    broken(named(teamDocument("intake", [{ ...administrator, key: lead.signer.key }])), "D5");
  });

  it("D4: refuses a member whose keys differ from team to team", () => {
    const [one, two] = handlers;
    const mixed = (entry: Member): (() => unknown) => {
      const more = teamDocument("other", [entry]);
      const named = [...Object.entries(teams), ["other", more] as const];
      const entries = named.map(([team, bytes]) => ({ team, digest: digest(bytes) }));
      const directory = verifyDirectory(SERVICE, genesis, [], rootOf({ teams: entries }));
      return () => addTeam(addTeam(directory, teams.intake), more);
    };
    expect(mixed(one.entry)).not.toThrow();
    broken(mixed({ ...one.entry, key: stranger.key }), "D4");
    broken(mixed({ ...one.entry, recipient: two.entry.recipient }), "D4");
    broken(mixed({ ...one.entry, member: custodian.member }), "D4");
    broken(mixed({ ...one.entry, roles: ["auditor"] }), "D5");
  });

  it("D6: takes a recovery that two leads voted for", () => {
    const { recipient } = recovery.identity;
    const { key } = recovery.signer;
    const vote = (by: typeof lead, change: object = {}): string => {
      const facts = { service: SERVICE, recipient, key, threshold: 2, shares: 3, day: TODAY };
      return base64(sign("recovery", { ...facts, ...change }, by.signer));
    };
    const named = (signatures: string[]): (() => unknown) => {
      const bytes = rootOf({ recovery: { recipient, key, threshold: 2, shares: 3, signatures } });
      return () => verified(bytes);
    };
    expect(named([vote(lead), vote(second)])).not.toThrow();
    broken(named([vote(lead)]), "D6");
    broken(named([vote(lead), vote(lead)]), "D6");
    broken(named([vote(lead), vote(second, { threshold: 1 })]), "D6");
    broken(named([vote(lead), vote(second, { day: "2026-11-24" })]), "D6");
    broken(named([vote(lead), vote({ ...lead, signer: stranger })]), "D6");
  });

  it("D8: refuses an older root and a fork, and follows the roots between", () => {
    const first = verifyDirectory(SERVICE, genesis, [], root).root;
    const two = rootOf({ serial: 2, previous: first.digest });
    const three = rootOf({ serial: 3, previous: digest(two) });
    const now = verifyDirectory(SERVICE, genesis, [], three);
    const pin = { serial: 1, digest: first.digest };
    expect(() => followPin(now, pin, [two])).not.toThrow();
    expect(() => followPin(now, now.root, [])).not.toThrow();
    broken(() => followPin(now, pin, []), "D8");
    broken(() => followPin(now, { serial: 1, digest: NO_DIGEST }, [two]), "D8");
    broken(() => followPin(now, { serial: 3, digest: NO_DIGEST }, []), "D8");
    const leap = verifyRoot(now, rootOf({ serial: 3, previous: first.digest }));
    broken(() => followPin(leap, pin, []), "D8");
    broken(() => followPin(verifyRoot(now, two), now.root, []), "D8");
    broken(
      () => followPin(now, pin, [rootOf({ serial: 2, previous: first.digest }, stranger)]),
      "D3",
    );
  });

  it("D8: is published after the current one, complete and by no older list", () => {
    const first = sampleDirectory();
    const next = (change: object, by = lead.signer, lists: Uint8Array[] = []): Directory => {
      const bytes = rootOf({ serial: 2, previous: first.root.digest, ...change }, by);
      let whole = verifyDirectory(SERVICE, genesis, lists, bytes);
      for (const team of Object.values(teams)) whole = addTeam(whole, team);
      return whole;
    };
    expect(() => succeeds(first, null)).not.toThrow();
    expect(() => succeeds(next({}), first)).not.toThrow();
    broken(() => succeeds(first, first), "D8");
    broken(() => succeeds(next({}), null), "D8");
    broken(() => succeeds(next({ serial: 3 }), first), "D8");
    broken(() => succeeds(next({ previous: SERVICE }), first), "D8");
    broken(() => succeeds(verifyDirectory(SERVICE, genesis, [], root), null), "D3");
    const newer = next({ leads: digest(list()) }, second.signer, [list()]);
    expect(() => succeeds(newer, first)).not.toThrow();
    const back = { serial: 3, previous: newer.root.digest };
    broken(() => succeeds(next(back), newer), "D3");
    let older = verifyRoot(newer, rootOf(back));
    for (const team of Object.values(teams)) older = addTeam(older, team);
    broken(() => succeeds(older, newer), "D3");
  });

  it("D9: takes an earlier root only when the next one links back to it", () => {
    const two = verifyDirectory(
      SERVICE,
      genesis,
      [],
      rootOf({ serial: 2, previous: digest(root) }),
    );
    expect(verifyBefore(two, root).root.serial).toBe(1);
    broken(() => verifyBefore(two, rootOf({ good_until: "2028-01-01" })), "D8");
    const one = rootOf({ leads: digest(list()) }, second.signer);
    const back = rootOf({ serial: 2, previous: digest(one) });
    const three = rootOf(
      { leads: digest(list()), serial: 3, previous: digest(back) },
      second.signer,
    );
    const now = verifyDirectory(SERVICE, genesis, [list()], three);
    broken(() => verifyBefore(verifyBefore(now, back), one), "D3");
  });

  it("D9: knows a member by the root that a signature names", () => {
    const first = sampleDirectory();
    const added = sampleMember("Handler-9", "handler");
    const intake = teamDocument("intake", [added.entry]);
    const entries = [{ team: "intake", digest: digest(intake) }];
    const routes = { intake: "intake", independent: "", custodians: "" };
    const bytes = rootOf({ serial: 2, previous: first.root.digest, teams: entries, routes });
    const now = addTeam(verifyRoot(first, bytes), intake);
    const over = history(now, [first]);
    const [gone] = handlers;
    expect(memberAt(over, 1, gone.member)?.member.label).toBe("Handler-1");
    expect(memberAt(over, 2, gone.member)).toBeNull();
    expect(memberAt(over, 2, added.member)?.team.name).toBe("The intake team");
    expect(bind(over, 1, gone.member, gone.signer.key)).toMatchObject({ member: gone.entry });
    expect(bind(over, 2, gone.member, gone.signer.key)).toBe("unknown-signer");
    expect(bind(over, 1, gone.member, added.signer.key)).toBe("unknown-signer");
    expect(bind(over, 3, gone.member, gone.signer.key)).toBe("unknown-root");
    expect(bind(history(verifyRoot(first, root)), 1, gone.member, gone.signer.key)).toBe(
      "unknown-root",
    );
  });
});
