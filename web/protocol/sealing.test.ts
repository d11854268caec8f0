import { bech32 } from "@scure/base";
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import * as vectors from "cctv-age";
import { describe, expect, it, vi } from "vitest";
import {
  concat,
  fromUtf8,
  identity,
  open,
  randomBytes,
  recipient,
  seal,
  sealedSize,
  shape,
  utf8,
  wipe,
} from "./index";
import type { CaseSecret } from "./index";
import { flipped, seed } from "./sample";

const one = identity<CaseSecret>(seed("one"));
const other = identity<CaseSecret>(seed("other"));
const broken = (run: () => unknown, rule: string): void =>
  expect(run).toThrow(expect.objectContaining({ rule }) as Error);
const shut = async (run: Promise<unknown>, rule: string): Promise<void> =>
  expect(run).rejects.toThrow(expect.objectContaining({ rule }) as Error);
const withHeader = (file: Uint8Array, change: (header: string) => string): Uint8Array => {
  const text = String.fromCharCode(...file);
  const end = text.indexOf("\n--- ") + 1;
  return concat(utf8(change(text.slice(0, end))), file.subarray(end));
};

describe("sealing", () => {
  it("E2: derives identity and recipient from a seed, as age does", async () => {
    expect(one.text).toMatch(/^AGE-SECRET-KEY-PQ-1[0-9A-Z]+$/);
    expect(one.recipient).toHaveLength(1_959);
    expect(await identityToRecipient(one.text)).toBe(one.recipient);
    expect(recipient(one.recipient)).toBe(one.recipient);
  });

  it("E2: seals what the library opens, and opens what it seals", async () => {
    const plain = utf8("both ways");
    const decrypter = new Decrypter();
    decrypter.addIdentity(one.text);
    expect(await decrypter.decrypt(await seal([other.recipient, one.recipient], plain))).toEqual(
      plain,
    );
    const encrypter = new Encrypter();
    encrypter.addRecipient(one.recipient);
    expect(await open(one, concat(await encrypter.encrypt(plain)))).toEqual(plain);
  });

  it("E4: is the same where the browser has no X25519 of its own", async () => {
    const file = await seal([one.recipient], utf8("native"));
    const { subtle } = crypto;
    const missing = (): Promise<never> =>
      Promise.reject(new DOMException("there is none", "NotSupportedError"));
    const importing = vi.spyOn(subtle, "importKey").mockImplementation(missing);
    vi.resetModules();
    const plainly = await import("./index");
    expect(await plainly.open(plainly.identity(one.seed.slice() as CaseSecret), file)).toEqual(
      utf8("native"),
    );
    const sealed = await plainly.seal([plainly.recipient(one.recipient)], utf8("by hand"));
    expect(importing).toHaveBeenCalledTimes(1);
    importing.mockRestore();
    expect(await open(one, sealed)).toEqual(utf8("by hand"));
  });

  it("A1: a wiped seed opens nothing any more", async () => {
    const gone = identity<CaseSecret>(seed("gone").slice() as CaseSecret);
    const file = await seal([gone.recipient], utf8("once"));
    expect(await open(gone, file)).toEqual(utf8("once"));
    wipe(gone.seed);
    expect([...gone.seed].every((byte) => byte === 0)).toBe(true);
    await shut(open(gone, file), "E1");
  });

  it("E2: refuses recipients of other kinds, in upper case, cut or changed", async () => {
    const classical = await identityToRecipient(await generateX25519Identity());
    const swapped = one.recipient.endsWith("q") ? "p" : "q";
    for (const text of [
      classical,
      one.recipient.toUpperCase(),
      one.recipient.slice(0, -1),
      one.recipient.slice(0, -1) + swapped,
      `${one.recipient.slice(0, 100)}\u212a${one.recipient.slice(101)}`,
      "",
      ` ${one.recipient}`,
    ]) {
      broken(() => recipient(text), "E2");
      await shut(seal([one.recipient, text as typeof one.recipient], new Uint8Array()), "E2");
    }
  });

  it("E5: has exactly the size of the rule, and opens for each recipient", async () => {
    for (const length of [0, 1, 102, 65_535, 65_536, 65_537, 131_072]) {
      const plain = randomBytes(Math.min(length, 65_536));
      const whole = concat(plain, new Uint8Array(length - plain.length));
      const file = await seal([one.recipient, other.recipient], whole);
      expect(file).toHaveLength(sealedSize(2, length));
      expect(shape(file)).toEqual({ recipients: 2, grease: false, plaintext: length });
      expect(await open(one, file)).toEqual(whole);
      expect(await open(other, file)).toEqual(whole);
    }
    expect(sealedSize(1, 102)).toBe(1_761);
  });

  it("E1: does not open with another identity, or changed anywhere", async () => {
    const file = await seal([one.recipient], utf8("secret"));
    await shut(open(other, file), "E1");
    for (const at of [1_600, 1_630, file.length - 1, file.length - 20]) {
      await shut(open(one, flipped(file, at)), "E1");
    }
    await expect(open(one, file.subarray(0, -1))).rejects.toThrow();
    await expect(open(one, concat(file, Uint8Array.of(0)))).rejects.toThrow();
  });

  it("E3: refuses stanzas of other kinds, and more than one of grease", async () => {
    const foreign = new Encrypter();
    foreign.addRecipient(one.recipient);
    foreign.addRecipient(await identityToRecipient(await generateX25519Identity()));
    await shut(open(one, await foreign.encrypt("secret")), "E3");
    const file = await seal([one.recipient], utf8("secret"));
    const grease = "-> xyz-grease a b\nAAAA\n";
    const greased = withHeader(file, (header) => header + grease);
    expect(shape(greased)).toEqual({ recipients: 1, grease: true, plaintext: 6 });
    broken(() => shape(withHeader(file, (header) => header + grease + grease)), "E3");
    broken(() => shape(withHeader(file, (header) => `${header}-> scrypt AAAA 18\nAAAA\n`)), "E3");
    broken(() => shape(utf8("age-encryption.org/v1\n--- " + "A".repeat(43) + "\n")), "E3");
  });

  it("E4: refuses a stanza that is not as it should be", async () => {
    const file = await seal([one.recipient], utf8("secret"));
    for (const change of [
      (header: string) => header.replace("mlkem768x25519 ", "mlkem768x25519 A"),
      (header: string) => header.replace(/(-> mlkem768x25519 [^\n]+)/, "$1 more"),
      (header: string) => header.replace(/\n[^\n]{43}\n$/, "\nAAAA\n"),
      (header: string) => header.replace(/\n[^\n]{43}\n$/, `\n${"A".repeat(42)}B\n`),
    ]) {
      broken(() => shape(withHeader(file, change)), "E4");
    }
  });

  it("E5: refuses a payload that no plaintext has", async () => {
    const file = await seal([one.recipient], new Uint8Array(65_536));
    const longer = concat(file, new Uint8Array(16));
    broken(() => shape(longer), "E5");
    broken(() => shape(file.subarray(0, 1_650)), "E5");
  });
});

/** The identity of a text; another one for a text of another kind. */
function identityOf(text: string): typeof one {
  if (!text.startsWith("AGE-SECRET-KEY-PQ-1")) return one;
  return identity(bech32.decodeToBytes(text).bytes as CaseSecret);
}

describe("the public vectors of age", () => {
  const files = Object.entries(vectors as unknown as Record<string, Uint8Array>);
  /** Good age files that E3 refuses all the same: a classical stanza, and two of grease. */
  const refused = ["hybrid_and_x25519", "hybrid_grease"];
  const ours = files.filter(([name]) => name.startsWith("hybrid") && !refused.includes(name));
  const foreign = files.filter(([name]) => !ours.some(([other]) => other === name));

  it("are there", () => {
    expect(ours.length).toBeGreaterThan(14);
    expect(foreign.length).toBeGreaterThan(100);
  });

  it.each(ours)("%s", async (_, vector) => {
    const { fields, file } = await takeApart(vector);
    const by = identityOf(fields.get("identity") ?? one.text);
    if (fields.get("expect") !== "success") {
      await expect(open(by, file)).rejects.toThrow();
      return;
    }
    const found = await open(by, file);
    const hash = await crypto.subtle.digest("SHA-256", found);
    expect(Buffer.from(hash).toString("hex")).toBe(fields.get("payload"));
  });

  it.each(foreign)("%s is of no kind of ours", async (_, vector) => {
    const { fields, file } = await takeApart(vector);
    const by = identityOf(fields.get("identity") ?? one.text);
    await expect(open(by, file)).rejects.toThrow(/^[EN]\d/);
  });
});

async function takeApart(
  vector: Uint8Array,
): Promise<{ fields: Map<string, string>; file: Uint8Array }> {
  const end = Buffer.from(vector).indexOf("\n\n");
  const lines = fromUtf8(vector.subarray(0, end)).split("\n");
  const fields = new Map(lines.map((line) => line.split(": ", 2) as [string, string]));
  const rest = vector.subarray(end + 2);
  if (fields.get("compressed") !== "zlib") return { fields, file: rest };
  const stream = new Blob([Uint8Array.from(rest)]).stream();
  const plain = stream.pipeThrough(new DecompressionStream("deflate"));
  return { fields, file: new Uint8Array(await new Response(plain).arrayBuffer()) };
}
