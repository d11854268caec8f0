/** Opens and verifies everything in one case that another implementation made. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  TRAIL_START,
  addTeam,
  caseRecord,
  digest,
  followTrail,
  fromHex,
  headMark,
  history,
  identity,
  keyWords,
  listed,
  openGrant,
  openIdentity,
  openKeeps,
  openReport,
  readApplication,
  readContainer,
  readConversation,
  readHead,
  recoveryOf,
  reporterKey,
  reporterKeys,
  signer,
  token,
  utf8,
  verify,
  verifyAttestation,
  verifyDirectory,
  verifyGrants,
  verifyReceipt,
} from "../protocol";
import type {
  CaseRecord,
  CaseSecret,
  Conversation,
  Directory,
  History,
  Identity,
  MemberId,
  MemberOpenSeed,
  MemberSignSeed,
  ReporterKeys,
  Sent,
  Statement,
} from "../protocol";
import { read } from "../protocol/format";
import {
  loginSecret,
  openRing,
  openVault,
  passkeyIdentity,
  stretch,
  vaultIdentity,
} from "../protocol/vault";
import type { Vault } from "../protocol/vault";
import { caseFile, openRequest, plain, posted } from "./shape";
import type { CaseFile } from "./shape";
import { checkWork } from "./work";

type Identities = ReadonlyMap<MemberId, Identity<MemberOpenSeed>>;
type Sections = ReturnType<typeof readContainer>["sections"];

/** Checks one file; throws at the first thing that is not as it should be. */
export async function checkCase(bytes: Uint8Array): Promise<void> {
  const file = read(caseFile, bytes);
  const directory = readDirectory(file);
  const by = history(directory);
  const identities = readMembers(file, directory);
  const { sections, statement } = readContainer(file.service, file.container);
  await checkReport(file, statement, sections, identities, directory);
  const record = caseRecord(
    statement,
    {
      statement: statement.bytes,
      epochs: file.epochs,
      changes: file.changes.map((one) => one.signed),
    },
    by,
  );
  deepStrictEqual(record.warnings, []);
  const secrets = await checkGrants(file, record, sections, identities, by);
  const keys = await checkReporter(file, record, statement, directory);
  await checkMessages(file, record, by, secrets, keys);
  checkMailbox(file, record, keys);
  await checkVault(file, record, identities, secrets, directory);
  checkPeople(file, by);
  await checkWork(file.work, record, secrets, identities, by);
}

function readDirectory(file: CaseFile): Directory {
  const { genesis, leads, root, teams } = file.directory;
  let directory = verifyDirectory(file.service, genesis, leads, root);
  for (const team of teams) directory = addTeam(directory, team);
  strictEqual(directory.teams.size, directory.root.teams.length);
  return directory;
}

function readMembers(file: CaseFile, directory: Directory): Identities {
  const found = new Map<MemberId, Identity<MemberOpenSeed>>();
  for (const one of file.members) {
    const opens = identity(fromHex(one.open, 32) as Uint8Array as MemberOpenSeed);
    const signs = signer(fromHex(one.sign, 32) as Uint8Array as MemberSignSeed);
    const [entry] = listed(directory, one.member);
    const reader = entry?.member ?? recoveryOf(directory);
    strictEqual(reader?.member, one.member);
    strictEqual(reader.recipient, opens.recipient);
    strictEqual(reader.key, signs.key);
    found.set(one.member, opens);
  }
  return found;
}

async function checkReport(
  file: CaseFile,
  statement: Statement,
  sections: Sections,
  identities: Identities,
  directory: Directory,
): Promise<void> {
  strictEqual(statement.directory.digest, directory.root.digest);
  for (const [place, { member }] of statement.grantees.entries()) {
    const grant = sections.grants[place] ?? null;
    const by = { member, identity: known(identities, member) };
    const opened = await openReport(statement, { ...sections, identity: null, grant }, by);
    deepStrictEqual(opened.warnings, []);
    deepStrictEqual(opened.parties, { content: plain(file.parties), text: null, warnings: [] });
    deepStrictEqual(opened.body, { content: plain(file.body), text: null, warnings: [] });
  }
  for (const [member, opens] of identities) {
    const [entry] = listed(directory, member);
    if (entry?.member.roles.includes("custodian") !== true) continue;
    const part = await openIdentity(statement, sections.identity, { member, identity: opens });
    deepStrictEqual(part, { content: plain(file.identity), text: null, warnings: [] });
  }
}

async function checkGrants(
  file: CaseFile,
  record: CaseRecord,
  sections: Sections,
  identities: Identities,
  by: History,
): Promise<ReadonlyMap<number, Identity<CaseSecret>>> {
  const rows = file.rows.map((one) => one.row);
  const grants = verifyGrants(record, rows, file.declarations, by);
  deepStrictEqual(grants.warnings, []);
  deepStrictEqual(grants.declarations.length, file.declarations.length);
  const names = (all: readonly { member: string; epoch: number }[]): string[] =>
    all.map((one) => `${one.epoch} ${one.member}`).sort();
  deepStrictEqual(names(grants.live), names(file.live));
  const secrets = new Map<number, Identity<CaseSecret>>();
  for (const [place, { member }] of record.statement.grantees.entries()) {
    const sealed = sections.grants[place] ?? new Uint8Array();
    const opens = { member, identity: known(identities, member) };
    secrets.set(0, await openGrant(opens, record, 0, sealed));
  }
  for (const [place, row] of grants.rows.entries()) {
    const { sealed = null } = file.rows[place] ?? {};
    if (row.act === "end") {
      strictEqual(sealed, null);
      continue;
    }
    ok(sealed !== null);
    strictEqual(digest(sealed), row.digest);
    const opens = { member: row.grantee, identity: known(identities, row.grantee) };
    secrets.set(row.epoch, await openGrant(opens, record, row.epoch, sealed));
  }
  strictEqual(secrets.size, file.epochs.length + 1);
  return secrets;
}

async function checkReporter(
  file: CaseFile,
  record: CaseRecord,
  statement: Statement,
  directory: Directory,
): Promise<{ keys: ReporterKeys; identities: readonly Identity[] }> {
  const all = [file.token, ...file.changes.map((one) => one.token)].map((entropy) =>
    reporterKeys(token(fromHex(entropy, 16)), file.service),
  );
  const [first] = all;
  const keys = all.at(-1);
  ok(first !== undefined && keys !== undefined);
  strictEqual(first.signer.key, statement.reporter_key);
  strictEqual(first.lookupDigest, statement.lookup);
  strictEqual(keys.signer.key, reporterKey(record));
  const keeps = file.changes.map((one) => one.keep);
  const opened = await openKeeps(record, keys, keeps);
  deepStrictEqual(opened.warnings, []);
  strictEqual(opened.identities.length, file.changes.length + 1);
  verifyReceipt(file.receipt, file.service, statement.case, [directory.root.service_key]);
  verifyAttestation(file.attest.signed, statement, file.attest.challenge);
  return { keys, identities: opened.identities };
}

async function checkMessages(
  file: CaseFile,
  record: CaseRecord,
  by: History,
  secrets: ReadonlyMap<number, Identity<CaseSecret>>,
  reporter: { identities: readonly Identity[] },
): Promise<void> {
  const bodies = (read: Conversation, direction: string): (string | undefined)[] =>
    read.items.filter((one) => one.direction === direction).map((one) => one.content?.body);
  const calm = (read: Conversation): void => {
    deepStrictEqual(
      read.items.flatMap((one) => one.warnings),
      [],
    );
    deepStrictEqual(read.gaps, []);
    strictEqual(read.stage, file.stage);
  };
  const copies = (mine: boolean): Sent[] => [
    ...file.to_reporter.map((one) => ({
      direction: "to_reporter" as const,
      stub: one.stub,
      file: mine ? one.case_file : one.reporter_file,
    })),
    ...file.from_reporter.map((one) => ({
      direction: "from_reporter" as const,
      stub: one.stub,
      file: mine ? one.file : null,
    })),
  ];
  const member = await readConversation(record, by, copies(true), { as: "member", secrets });
  calm(member);
  const wanted = file.to_reporter.map((one) => one.body);
  deepStrictEqual(bodies(member, "to_reporter"), wanted);
  deepStrictEqual(
    bodies(member, "from_reporter"),
    file.from_reporter.map((one) => one.body),
  );
  const identities = reporter.identities as never;
  const theirs = await readConversation(record, by, copies(false), { as: "reporter", identities });
  calm(theirs);
  deepStrictEqual(bodies(theirs, "to_reporter"), wanted);
}

function checkMailbox(file: CaseFile, record: CaseRecord, by: { keys: ReporterKeys }): void {
  const { lookup, signed, file: sent } = read(posted, utf8(file.mailbox.request));
  strictEqual(lookup, by.keys.lookup);
  strictEqual(sent, null);
  const payload = read(openRequest, verify("mailbox", signed, reporterKey(record)));
  strictEqual(payload.service, file.service);
  deepStrictEqual(payload.challenge, file.mailbox.challenge);
  ok(/^0{64}$/.test(payload.file));
}

async function checkVault(
  file: CaseFile,
  record: CaseRecord,
  identities: Identities,
  secrets: ReadonlyMap<number, Identity<CaseSecret>>,
  directory: Directory,
): Promise<void> {
  const { member, label, passphrase, salt, pepper, login } = file.vault;
  const stretched = await stretch(passphrase, { salt, memory: 65_536, passes: 3, lanes: 1 });
  strictEqual(loginSecret(stretched, file.service), login);
  const opens = vaultIdentity(stretched, pepper, file.service, member);
  const vault = await openVault(file.vault.file, opens, file.service, member);
  strictEqual(vault.label, label);
  strictEqual(vault.identity.recipient, known(identities, member).recipient);
  const passkey = passkeyIdentity(fromHex(file.vault.prf, 32), pepper, file.service, member);
  const again = await openVault(file.vault.file, passkey, file.service, member);
  strictEqual(again.identity.recipient, vault.identity.recipient);
  strictEqual(again.unlocks.length, 2);
  const [listing] = listed(directory, file.ring.member);
  ok(listing !== undefined);
  const owner: Vault = {
    ...vault,
    signer: { ...vault.signer, key: listing.member.key },
    member: file.ring.member,
    identity: known(identities, file.ring.member),
  };
  const ring = await openRing(file.ring.file, owner);
  ok(ring.cases.length > 0);
  for (const one of ring.cases) {
    strictEqual(one.case, record.case);
    deepStrictEqual(new Uint8Array(one.secret), new Uint8Array(secrets.get(one.epoch)?.seed ?? []));
  }
}

/** An application, and the trail up to a head that an auditor signed. */
function checkPeople({ service, application, trail }: CaseFile, by: History): void {
  const found = readApplication(service, application.signed);
  strictEqual(keyWords(found).join(" "), application.words);
  const { end, broken } = followTrail(TRAIL_START, trail.rows);
  strictEqual(broken, null);
  deepStrictEqual(headMark(readHead(service, trail.head, by)), end);
}

function known(identities: Identities, member: MemberId): Identity<MemberOpenSeed> {
  const found = identities.get(member);
  ok(found !== undefined, "the file has no seeds of this member");
  return found;
}
