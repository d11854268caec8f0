/** The vectors that every implementation reads. A folder or an `of` that is not known fails. */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bech32 } from "@scure/base";
import {
  Refused,
  verifyReceipt,
  verifyAttestation,
  reporterRecipient,
  reporterKeyAt,
  reporterKey,
  readConversation,
  openKeep,
  mailboxRequest,
  DIRECTIONS,
  followTrail,
  keyWords,
  readApplication,
  readHead,
  recoveryKeys,
  recoveryOf,
  addTeam,
  anchor,
  base64,
  caseRecord,
  custodians,
  digest,
  firstReaders,
  followPin,
  frame,
  framedSize,
  fromBase64,
  fromHex,
  hex,
  history,
  identity,
  open,
  openBody,
  openGrant,
  openIdentity,
  openParties,
  readContainer,
  readDeclaration,
  readStatement,
  readWords,
  reference,
  reporterKeys,
  serviceWords,
  shape,
  signBytes,
  signer,
  split,
  token,
  unframe,
  verify,
  verifyDirectory,
  verifyRoot,
  verifyGrants,
} from "./index";
import type {
  Anchor,
  Warning,
  VaultSeed,
  ReporterOpenSeed,
  MemberSignSeed,
  History,
  Direction,
  ConversationReader,
  Challenge,
  Act,
  Bytes,
  CaseId,
  CaseSecret,
  Context,
  Directory,
  Epoch,
  Mark,
  RecoverySeed,
  Identity,
  LeadSignSeed,
  Member,
  MemberId,
  MemberOpenSeed,
  OpenSeed,
  Part,
  Pin,
  Recipient,
  ServiceId,
  Statement,
  VerifyingKey,
} from "./index";
import { actsOf, bodyOf, briefOf, conflictOf, recordsOf } from "./casework-vectors";
import type { CaseworkVector } from "./casework-vectors";
import { bool, int, listOf, object, read, text } from "./format";
import {
  loginSecret,
  openRing,
  openVault,
  passkeyIdentity,
  prfInput,
  stretch,
  vaultIdentity,
} from "./vault";
import type { Vault } from "./vault";

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
  "derivation/passkey": (vector) => {
    const prf = fromHex(str(vector, "prf"), 32);
    const member = str(vector, "member") as MemberId;
    const opens = passkeyIdentity(prf, str(vector, "pepper"), service(vector), member);
    return { input: hex(prfInput(service(vector))), recipient: opens.recipient };
  },
  "derivation/recovery": (vector) => {
    const seed = fromHex(str(vector, "seed"), 32) as Uint8Array as RecoverySeed;
    const keys = recoveryKeys(seed, service(vector));
    return {
      open: hex(keys.identity.seed),
      recipient: keys.identity.recipient,
      sign: hex(keys.signer.seed),
      verifying_key: keys.signer.key,
      id: keys.member,
    };
  },
  "derivation/key-words": (vector) => {
    const [key, recipient] = [str(vector, "key"), str(vector, "recipient")];
    const of = { key: key as VerifyingKey, recipient: recipient as Recipient };
    return { words: keyWords(of).join(" ") };
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
    const plain = await open(identityOf<CaseSecret>(vector), bytes(vector, "file"));
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
  "directory/directory": (vector) => {
    const directory = directoryOf(vector);
    const recovery = recoveryOf(directory);
    const ids = (members: readonly Member[]): MemberId[] => members.map((one) => one.member);
    return {
      expected: {
        serial: directory.root.serial,
        digest: directory.root.digest,
        intake: ids(firstReaders(directory, "intake")),
        independent: ids(firstReaders(directory, "independent")),
        custodians: ids(custodians(directory)),
        recovery: recovery && { id: recovery.member, words: keyWords(recovery).join(" ") },
      },
    };
  },
  "directory/pin": (vector) => {
    const between = (vector["between"] as string[]).map(fromBase64);
    const [directory, pin] = [directoryOf(vector), vector["pin"] as Pin];
    if (vector["remembered"] === null) followPin(directory, pin, between);
    else {
      // Which list the remembered root names, a client keeps or fetches again.
      const { leads } = verifyRoot(directory, bytes(vector, "remembered")).root;
      followPin(directory, { ...pin, leads }, between);
    }
    return {};
  },
  statement: (vector) => {
    const found = readStatement(service(vector), bytes(vector, "statement"));
    return { case: found.case, anchor: found.anchor, reference: reference(found.case) };
  },
  container: (vector) => {
    const { statement } = readContainer(service(vector), bytes(vector, "container"));
    if ((statement.case as string) !== vector["address"])
      throw new Refused("C3", "another address");
    return {};
  },
  report: partOf,
  "grants/grant": async (vector) => {
    const epoch = Number(vector["epoch"]);
    const statement = {
      ...readStatement(claimedStatement(vector).service, bytes(vector, "statement")),
      anchor: str(vector, "anchor") as Anchor,
      case_recipient: str(vector, "recipient") as Recipient,
    };
    const after = { recipient: statement.case_recipient } as Epoch;
    const record = { statement, epochs: Array.from({ length: epoch }, () => after) };
    const by = {
      member: str(vector, "grantee") as MemberId,
      identity: identityOf<MemberOpenSeed>(vector),
    };
    const secret = await openGrant(by, record, epoch, bytes(vector, "file"));
    return { secret: hex(secret.seed) };
  },
  "grants/rows": grantsOf,
  "grants/declaration": (vector) => {
    const by = history(directoryOf(vector["directory"] as Record<string, unknown>));
    const of = { service: by.current.service, case: str(vector, "case") as CaseId };
    const found = readDeclaration(of, bytes(vector, "document"), by);
    if ((found.member as string) !== vector["member"]) throw new Refused("K8", "another's");
    return {};
  },
  messages: conversationOf,
  "words/changes": changesOf,
  "words/keep": async (vector) => {
    const anchor_ = str(vector, "anchor") as Anchor;
    const by = identityOf<ReporterOpenSeed>(vector);
    return { seed: hex((await openKeep(anchor_, by, bytes(vector, "file"))).seed) };
  },
  "receipt/receipt": (vector) => {
    const keys = [str(vector, "key") as VerifyingKey];
    const of = str(vector, "case") as CaseId;
    return verifyReceipt(bytes(vector, "document"), service(vector), of, keys);
  },
  "receipt/attest": (vector) => {
    const statement = readStatement(service(vector), bytes(vector, "statement"));
    const asked = str(vector, "challenge") as Challenge;
    const key = str(vector, "key") as VerifyingKey;
    return verifyAttestation(bytes(vector, "document"), statement, asked, key);
  },
  mailbox: (vector) => {
    const keys = reporterKeys(token(fromHex(str(vector, "entropy"), 16)), service(vector));
    const request = mailboxRequest(
      keys,
      service(vector),
      bytes(vector, "challenge"),
      actOf(vector),
    );
    return { key: keys.signer.key, request: JSON.parse(request) as unknown };
  },
  "vault/vault": async (vector) => {
    const seed = fromHex(str(vector, "seed"), 32) as Uint8Array as VaultSeed;
    const member = str(vector, "member") as MemberId;
    const found = await openVault(bytes(vector, "file"), identity(seed), service(vector), member);
    const { label, identity: opens, signer: signs, unlocks } = found;
    return { label, open: hex(opens.seed), sign: hex(signs.seed), unlocks };
  },
  "vault/ring": async (vector) => {
    const ring = await openRing(bytes(vector, "file"), ownerOf(vector));
    const cases = ring.cases.map((one) => ({ ...one, secret: hex(one.secret) }));
    return { content: { ...ring, cases } };
  },
  enrolment: (vector) => {
    const content = readApplication(service(vector), bytes(vector, "document"));
    return { content, words: keyWords(content).join(" ") };
  },
  "audit/rows": (vector) => {
    const rows = (vector["rows"] as string[]).map(fromBase64);
    const after = vector["after"] as Mark;
    const trail = followTrail(after, rows);
    if (trail.broken === null) return { end: trail.end };
    expect(trail.rows).toHaveLength(rows.length - 1);
    expect(trail.broken).toBe(after.number + rows.length);
    throw new Refused("A8", "the last row is refused");
  },
  "audit/head": (vector) => {
    const by = history(directoryOf(vector["directory"] as Record<string, unknown>));
    return { content: readHead(by.current.service, bytes(vector, "document"), by) };
  },
  records: (vector) => recordsOf(caseworkOf(vector)),
  acts: (vector) => actsOf(caseworkOf(vector)),
  briefs: (vector) => briefOf(caseworkOf(vector)),
  conflicts: (vector) => conflictOf(caseworkOf(vector)),
  bodies: (vector) => bodyOf(str(vector, "form"), str(vector, "body")),
};

/** What all vectors of casework have in common. */
function caseworkOf(vector: Vector): CaseworkVector {
  const by = history(directoryOf(vector["directory"] as Record<string, unknown>));
  return { rule: vector.rule, members: vector, by, identity: identityOf(vector) };
}

/** A directory as vectors write it, with all its teams. */
function directoryOf(from: Record<string, unknown>): Directory {
  const documents = (member: string): Bytes[] => (from[member] as string[]).map(fromBase64);
  const one = (member: string): Bytes => fromBase64(from[member] as string);
  const of = from["service"] as ServiceId;
  let directory = verifyDirectory(of, one("genesis"), documents("leads"), one("root"));
  for (const team of documents("teams")) directory = addTeam(directory, team);
  return directory;
}

/** The identity that a vector writes as age does. */
function identityOf<Seed extends OpenSeed>(vector: Vector): Identity<Seed> {
  const { bytes: seed } = bech32.decodeToBytes(str(vector, "identity"));
  return identity(seed as Seed);
}

/** What the whole chain of grants says, refused when anything in it is. */
function grantsOf(vector: Vector): object {
  const by = history(directoryOf(vector["directory"] as Record<string, unknown>));
  const documents = (member: string): Bytes[] => (vector[member] as string[]).map(fromBase64);
  const statement = readStatement(by.current.service, bytes(vector, "statement"));
  const [epochs, rows] = [documents("epochs"), documents("rows")];
  const facts = { statement: statement.bytes, epochs, changes: [] };
  const record = caseRecord(statement, facts, by);
  const grants = verifyGrants(record, rows, [], by);
  const live = grants.live.map(({ member, epoch }) => `${epoch} ${member}`);
  const wanted = (vector["live"] as [string, number][]).map(
    ([member, epoch]) => `${epoch} ${member}`,
  );
  const [warning] = [...record.warnings, ...grants.warnings];
  expect(live.sort()).toEqual(wanted.sort());
  if (warning === undefined) return {};
  // Exactly one document is refused: the last epoch, or the last row.
  const ofEpoch = vector.rule === "K5" || rows.length === 0;
  expect(grants.record.epochs).toHaveLength(epochs.length - (ofEpoch ? 1 : 0));
  const refused = ofEpoch ? null : rows.length - 1;
  for (const one of grants.warnings) expect(one.row).toBe(refused);
  throw new Refused(warning.rule, "a document of the chain is refused");
}

/** One part of a report, read as if it were its case's. */
async function partOf(vector: Vector): Promise<object> {
  const file = bytes(vector, "file");
  const name = str(vector, "part");
  const member = "00".repeat(16) as MemberId;
  const statement = {
    service: service(vector),
    anchor: str(vector, "anchor"),
    grantees: [{ member }],
    parts: { [name]: digest(file) },
  } as unknown as Statement;
  const reader = { member, identity: identityOf<MemberOpenSeed>(vector) };
  const part: Part<object> =
    name === "body"
      ? await openBody(statement, file, identityOf<CaseSecret>(vector))
      : await (name === "parties" ? openParties : openIdentity)(statement, file, reader);
  const kinds = part.warnings.map((one) => one.kind).filter((kind) => kind !== "too-long");
  const quiet = name === "identity" && part.content === null && kinds.length === 0;
  const shut = kinds[0] === "does-not-open" || (quiet && vector["outcome"] !== "good");
  const outcome = shut ? "shut" : kinds[0] === "format" ? "unreadable" : (kinds[0] ?? "good");
  expect(outcome).toBe(vector["outcome"]);
  const bindings = ["version", "service", "anchor"];
  const whole = Object.entries(vector["content"] ?? {});
  const content = Object.fromEntries(whole.filter(([member]) => !bindings.includes(member)));
  if (part.content !== null) expect(part.content).toEqual(content);
  if (outcome === "good") return {};
  throw new Refused(vector.rule, outcome);
}

/** A conversation, held against all that the vector expects of it. */
async function conversationOf(vector: Vector): Promise<object> {
  const by = history(directoryOf(vector["directory"] as Record<string, unknown>));
  const of = { service: service(vector), case: str(vector, "case") as CaseId };
  const documents = { statement: bytes(vector, "statement"), epochs: [], changes: [] };
  const record = caseRecord(of, documents, by);
  const reader: ConversationReader =
    vector["reader"] === "member"
      ? { as: "member", secrets: new Map([[0, identityOf<CaseSecret>(vector)]]) }
      : { as: "reporter", identities: [identityOf<ReporterOpenSeed>(vector)] };
  const sent = DIRECTIONS.flatMap((direction) =>
    (vector[direction] as { stub: string; file: string | null }[]).map(({ stub, file }) => ({
      direction,
      stub: fromBase64(stub),
      file: file === null ? null : fromBase64(file),
    })),
  );
  const found = await readConversation(record, by, sent, reader);
  const side = (direction: Direction): object[] =>
    found.items
      .filter((item) => item.direction === direction)
      .map((item) => ({
        sequence: item.sequence,
        author: item.author?.member.member ?? null,
        kind: item.content?.kind ?? null,
        body: item.content?.body ?? null,
        warnings: item.warnings.map((one) => shortly(one, item.stub === null)).sort(),
      }));
  const read_ = { to_reporter: side("to_reporter"), from_reporter: side("from_reporter") };
  expect({ ...read_, stage: found.stage }).toEqual(vector["expected"]);
  const warnings = found.items.flatMap((item) => item.warnings);
  if (warnings.length > 0) throw new Refused(vector.rule, "there are warnings");
  return {};
}

/** A warning as the vectors call it. */
function shortly({ kind }: Warning, unverified: boolean): string {
  if (["gap", "previous", "seen", "earlier-epoch"].includes(kind)) return kind;
  return unverified ? "stub" : "file";
}

/** The changes of words of a case, and who holds it after the good ones. */
function changesOf(vector: Vector): object {
  const { service: of } = claimedStatement(vector);
  const statement = readStatement(of, bytes(vector, "statement"));
  const documents = (vector["changes"] as string[]).map(fromBase64);
  const facts = { statement: statement.bytes, epochs: [], changes: documents };
  const by = { current: { service: of } } as History;
  const record = caseRecord(statement, facts, by);
  const { changes, warnings } = record;
  const expected = {
    changes: changes.length,
    lookup: changes.at(-1)?.lookup ?? statement.lookup,
    recipient: reporterRecipient(record),
    key: reporterKey(record),
    keys_at: [1, 2, 3, 4, 5].map((sequence) => [sequence, reporterKeyAt(record, sequence)]),
  };
  expect(expected).toEqual(vector["expected"]);
  const [warning] = warnings;
  if (warning === undefined) return {};
  expect(changes).toHaveLength(documents.length - 1);
  throw new Refused(warning.rule, "the last change is refused");
}

/** What a vector's statement says of itself. */
function claimedStatement(vector: Vector): { service: ServiceId } {
  const { payload } = split(bytes(vector, "statement"));
  return JSON.parse(new TextDecoder().decode(payload)) as { service: ServiceId };
}

/** The act of a request as the builder takes it, with the file that goes along. */
function actOf(vector: Vector): Act {
  const act = vector["act"] as Record<string, unknown>;
  const { file } = vector["request"] as { file: string | null };
  const along = file === null ? new Uint8Array() : fromBase64(file);
  switch (act["do"]) {
    case "post":
      return { do: "post", stub: fromBase64(act["stub"] as string), file: along };
    case "change_words":
      return { do: "change_words", change: fromBase64(act["change"] as string), keep: along };
    default:
      return act as unknown as Act;
  }
}

/** The vault of a vector's member, as far as a ring needs it. */
function ownerOf(vector: Vector): Vault {
  const seed = fromHex(str(vector, "seed"), 32) as Uint8Array;
  return {
    service: service(vector),
    member: str(vector, "member") as MemberId,
    label: "",
    identity: identity(seed as MemberOpenSeed),
    signer: { seed: seed as MemberSignSeed, key: str(vector, "key") as VerifyingKey },
    unlocks: [],
  };
}

/** What only the service derives, or checks when a report or a request arrives. */
const notOurs = (of: string, { rule, kind }: Vector): boolean =>
  (of === "mailbox" && kind === "refuse") ||
  of === "derivation/pepper" ||
  (of === "container" && !["C1", "C2", "C3", "C4"].includes(rule));

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
        if (notOurs(of, vector)) return;
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
  return rule === wanted || /^([NGEF]\d|D9)$/.test(rule);
}
