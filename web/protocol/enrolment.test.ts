import { expect, it } from "vitest";
import { isListedAs, keyWords, readApplication, sign, signApplication } from "./index";
import type { ServiceId } from "./index";
import { SERVICE, TODAY, flipped, handlers } from "./sample";

const broken = (run: () => unknown, rule: string): void =>
  expect(run).toThrow(expect.objectContaining({ rule }) as Error);
const [one, two] = handlers;
const keys = { ...one, service: SERVICE, label: "Handler-1" };
const facts = { replaces: two.member, day: TODAY };
const signed = signApplication(keys, facts);

it("A5: an application says what the newcomer is to be listed as", () => {
  const found = readApplication(SERVICE, signed);
  const { recipient, key } = one.entry;
  expect(found).toEqual({
    service: SERVICE,
    member: one.member,
    label: "Handler-1",
    recipient,
    key,
    ...facts,
  });
  expect(keyWords(found)).toEqual(keyWords(one.entry));
  expect(isListedAs(found, one.entry)).toBe(true);
  expect(isListedAs(found, two.entry)).toBe(false);
  expect(isListedAs(found, { ...one.entry, key: two.entry.key })).toBe(false);
  expect(isListedAs(found, { ...one.entry, recipient: two.entry.recipient })).toBe(false);
});

it("A5: an application is by its own key, to this service, and in place of somebody else", () => {
  const read =
    (bytes: Uint8Array): (() => unknown) =>
    () =>
      readApplication(SERVICE, bytes);
  broken(() => readApplication("00".repeat(32) as ServiceId, signed), "A5");
  broken(read(flipped(signed, -1)), "A5");
  broken(read(signApplication({ ...keys, label: "" }, facts)), "A5");
  broken(read(signApplication({ ...keys, label: "x".repeat(61) }, facts)), "A5");
  broken(read(signApplication(keys, { ...facts, replaces: one.member })), "A5");
  const found = readApplication(SERVICE, signed);
  broken(read(sign("enrol", found, two.signer)), "A5");
  broken(read(sign("declaration", found, one.signer)), "A5");
  broken(read(sign("enrol", { ...found, more: 1 }, one.signer)), "A5");
  broken(read(new Uint8Array(8_193)), "A5");
});
