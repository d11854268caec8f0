import { describe, expect, it } from "vitest";
import { keyWords } from "../../protocol";
import type { MemberId } from "../../protocol";
import { SERVICE, flipped, handlers, leads, sampleMember, serviceKey } from "../../protocol/sample";
import { startOf } from "./picture";
import type { Account } from "../../protocol/office-calls";
import { account, application, newcomer, published, UNTIL } from "./sample";
import { leadWords, peopleOf } from "./standing";
import type { Person } from "./standing";

const picture = startOf(published, { goodUntil: UNTIL, serviceKey: serviceKey.key });
const four = newcomer("Handler-4");
const [first] = handlers;

function person(of: Account, former: readonly MemberId[] = []): Person | undefined {
  return peopleOf(SERVICE, picture, [of], new Set(former)).find((one) => one.member === of.member);
}

describe("an account", () => {
  it("waits once its application is signed by the keys that it names", () => {
    const found = person(account(four));
    expect(found?.standing).toBe("waiting");
    expect(found?.words).toEqual(keyWords(four.newcomer));
  });

  it("is not genuine if the application is altered, or is another account's", () => {
    const altered = { application: flipped(application(four), -5) };
    expect(person(account(four, altered))?.standing).toBe("forged");
    const another = { application: application(newcomer("Handler-5")) };
    expect(person(account(four, another))?.standing).toBe("forged");
    expect(person(account(four, { label: "Handler-9" }))?.standing).toBe("forged");
  });

  it("that somebody put into the database has nobody's signature, whatever the service says", () => {
    const invented = { application: null, endorsed: true, roles: ["handler"], teams: ["intake"] };
    const found = person(account(four, invented));
    expect(found?.standing).toBe("unasked");
    expect(found?.places).toEqual([]);
  });

  it("is listed with the keys that a lead signed for, and altered with others", () => {
    expect(person(account(first))?.standing).toBe("listed");
    expect(person(account(first, { application: null }))?.standing).toBe("listed");
    const impostor = { ...four, member: first.member, entry: first.entry };
    const swapped = person(account(first, { application: application(impostor) }));
    expect(swapped?.standing).toBe("altered");
    // The words shown are those of the keys that are signed for.
    expect(swapped?.words).toEqual(keyWords(first.entry));
  });

  it("of a lead is theirs by the key in the list of leads", () => {
    const lead = { ...sampleMember("Lead-1"), signer: leads[0].signer } as unknown as typeof four;
    expect(person(account(lead))).toMatchObject({ standing: "listed", lead: true });
    const impostor = sampleMember("Lead-1");
    expect(person(account(impostor))?.standing).toBe(
      impostor.signer.key === leads[0].signer.key ? "listed" : "altered",
    );
  });

  it("is enrolling, or of somebody who was taken out", () => {
    const enrolling = { state: "enrolling", application: null } as const;
    expect(person(account(four, enrolling))?.standing).toBe("enrolling");
    expect(person(account(four), [four.member])?.standing).toBe("former");
    expect(person(account(four, { state: "suspended" }))?.suspended).toBe(true);
  });

  it("is missed where the directory lists somebody", () => {
    const people = peopleOf(SERVICE, picture, []);
    expect(people.map((one) => one.standing)).toEqual(people.map(() => "accountless"));
    expect(people.map((one) => one.label)).toContain("Lead-2");
    expect(people).toHaveLength(8);
  });
});

describe("the words of a lead's keys", () => {
  const [lead] = leads;
  const listed = { member: lead.member, label: lead.label, key: lead.signer.key };
  const { recipient } = four.newcomer;

  it("are known of oneself, and of whoever applied with the key of the list", () => {
    const own = { recipient, key: listed.key };
    expect(leadWords([], listed, own)).toEqual(keyWords(own));
    const made = { ...sampleMember("Lead-1"), signer: lead.signer } as unknown as typeof four;
    const people = peopleOf(SERVICE, picture, [account(made)]);
    expect(leadWords(people, listed, four.newcomer)).toHaveLength(12);
  });

  it("are not made up where the other key is not known", () => {
    expect(leadWords([], listed, four.newcomer)).toEqual([]);
  });
});
