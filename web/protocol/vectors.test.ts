/** The vectors that every implementation reads. A folder or an `of` that is not known fails. */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  Refused,
  anchor,
  base64,
  frame,
  framedSize,
  fromBase64,
  fromHex,
  hex,
  identity,
  open,
  readWords,
  reference,
  reporterKeys,
  serviceWords,
  shape,
  signBytes,
  signer,
  token,
  unframe,
  verify,
} from "./index";
import type {
  CaseId,
  CaseSecret,
  Context,
  LeadSignSeed,
  MemberId,
  Recipient,
  ServiceId,
  VerifyingKey,
} from "./index";
import { bool, int, listOf, object, read, text } from "./format";
import { loginSecret, stretch, vaultIdentity } from "./vault";

const folder = new URL("../../vectors/", import.meta.url);

type Vector = Record<string, unknown> & { rule: string; name: string; kind: "accept" | "refuse" };
/** What an implementation makes of a vector: members to compare, or a refusal thrown. */
type Reading = (vector: Vector) => unknown;

const str = (vector: Vector, member: string): string => {
  const value = vector[member];
  if (typeof value !== "string") throw new TypeError(`${vector.name} has no ${member}`);
  return value;
};
const bytes = (vector: Vector, member: string): Uint8Array => fromBase64(str(vector, member));
const service = (vector: Vector): ServiceId => str(vector, "service") as ServiceId;

const sampleFormat = object({
  count: int,
  text,
  list: listOf(int),
  inner: object({ flag: bool }),
});

const readings: Record<string, Reading> = {
  token: (vector) => {
    const found = readWords(str(vector, "input"));
    if (found.ok) return { entropy: hex(found.token), words: found.words.join(" ") };
    const problem: Record<string, unknown> = { ...found.problem };
    delete problem["word"];
    expect(problem).toEqual(vector["error"]);
    throw new Refused("T2", "these words are no token");
  },
  "derivation/token": (vector) => {
    const keys = reporterKeys(token(fromHex(str(vector, "entropy"), 16)), service(vector));
    return {
      lookup: keys.lookup,
      lookup_digest: keys.lookupDigest,
      sign: hex(keys.signer.seed),
      verifying_key: keys.signer.key,
      open: hex(keys.identity.seed),
      recipient: keys.identity.recipient,
    };
  },
  "derivation/identity": (vector) => {
    const made = identity(fromHex(str(vector, "seed"), 32) as Uint8Array as CaseSecret);
    return { identity: made.text, recipient: made.recipient };
  },
  "derivation/anchor": (vector) => ({
    anchor: anchor(
      service(vector),
      str(vector, "case_recipient") as Recipient,
      str(vector, "reporter_recipient") as Recipient,
      str(vector, "reporter_key") as VerifyingKey,
    ),
  }),
  "derivation/reference": (vector) => ({ reference: reference(str(vector, "case") as CaseId) }),
  "derivation/service-words": (vector) => ({ words: serviceWords(service(vector)).join(" ") }),
  "derivation/vault": async (vector) => {
    const parameters = { salt: str(vector, "salt"), memory: 65_536, passes: 3, lanes: 1 };
    const stretched = await stretch(str(vector, "passphrase"), parameters);
    const member = str(vector, "member") as MemberId;
    const opens = vaultIdentity(stretched, str(vector, "pepper"), service(vector), member);
    return { login: loginSecret(stretched, service(vector)), recipient: opens.recipient };
  },
  "framing/sizes": (vector) => {
    if (vector.kind === "refuse") return frame(new Uint8Array(Number(vector["length"])));
    const sizes = vector["sizes"] as [number, number][];
    return { sizes: sizes.map(([length]) => [length, framedSize(length)]) };
  },
  "framing/frame": (vector) => {
    const content = unframe(bytes(vector, "frame"));
    return { content: base64(content), frame: base64(frame(content)) };
  },
  json: (vector) => {
    const found = read(sampleFormat, bytes(vector, "document"));
    return { count: found.count, text: found.text };
  },
  "sealing/open": async (vector) => {
    const by = identity(new Uint8Array(32) as Uint8Array as CaseSecret);
    const plain = await open({ ...by, text: str(vector, "identity") }, bytes(vector, "file"));
    return { plaintext: base64(plain) };
  },
  "sealing/shape": (vector) => {
    const { recipients, plaintext, grease } = shape(bytes(vector, "file"));
    if (grease) throw new Refused("E3", "the service stores no grease");
    return { recipients, plaintext };
  },
  signatures: (vector) => {
    const context = str(vector, "context") as Context;
    const key = str(vector, "key") as VerifyingKey;
    const payload = verify(context, bytes(vector, "document"), key);
    const by = signer(fromHex(str(vector, "seed"), 32) as Uint8Array as LeadSignSeed);
    expect(by.key).toBe(key);
    expect(base64(signBytes(context, payload, by))).toBe(vector["document"]);
    return { payload: base64(payload) };
  },
};

/** What only the service derives. */
const notOurs = new Set(["derivation/pepper"]);

for (const entry of readdirSync(folder, { withFileTypes: true })) {
  if (!entry.isDirectory()) continue;
  describe(`vectors/${entry.name}`, () => {
    const inside = new URL(`${entry.name}/`, folder);
    const files = readdirSync(inside);
    it("holds JSON files only", () => {
      expect(files.length).toBeGreaterThan(0);
      expect(files.filter((file) => !file.endsWith(".json"))).toEqual([]);
    });
    for (const file of files) {
      const vector = JSON.parse(readFileSync(new URL(file, inside), "utf8")) as Vector;
      const of = typeof vector["of"] === "string" ? `${entry.name}/${vector["of"]}` : entry.name;
      it(`${vector.rule}: ${vector.name}: ${vector.kind}`, async () => {
        expect(`${vector.name}.json`).toBe(file);
        if (notOurs.has(of)) return;
        const reading = readings[of];
        if (reading === undefined) throw new Error(`${of} is not known`);
        await check(vector, reading);
      });
    }
  });
}

async function check(vector: Vector, reading: Reading): Promise<void> {
  if (vector.kind === "accept") {
    expect(vector).toMatchObject((await reading(vector)) as object);
    return;
  }
  expect(vector.kind).toBe("refuse");
  const refusal: unknown = await Promise.resolve()
    .then(() => reading(vector))
    .then(
      () => "it was accepted",
      (error: unknown) => error,
    );
  expect(refusal).toBeInstanceOf(Refused);
  if (!(refusal instanceof Refused)) return;
  expect(fits(refusal.rule, vector.rule), `${refusal.rule} for ${vector.rule}`).toBe(true);
}

/** A refusal may name the rule of the vector, or the general rule that it rests on. */
function fits(rule: string, wanted: string): boolean {
  return rule === wanted || /^[NGEF]\d$/.test(rule);
}
