/** Makes whole cases with fresh keys, for other implementations to open. */
import {
  NOTHING,
  TRAIL_START,
  addAuditRow,
  base64,
  caseRecord,
  challenge,
  changeWords,
  composeReport,
  day,
  digest,
  emptyBody,
  emptyIdentity,
  emptyOther,
  emptyParties,
  emptySubject,
  endGrant,
  firstReaders,
  grant,
  hex,
  history,
  identity,
  keyWords,
  mailboxRequest,
  newEpoch,
  newReportSecrets,
  newToken,
  nextReaders,
  randomBytes,
  reporterKeys,
  signApplication,
  signAttestation,
  signDeclaration,
  signHead,
  signReceipt,
  utf8,
  verifyGrants,
  writeFromReporter,
  writeToReporter,
} from "../protocol";
import type {
  AuditRow,
  CaseId,
  CaseRecord,
  CaseSecret,
  Directory,
  Draft,
  Heads,
  Identity,
  MemberId,
  Mode,
  RecoveryKeys,
  ReporterKeys,
  Writing,
} from "../protocol";
import {
  loginSecret,
  newRing,
  passkeyIdentity,
  passkeyUnlock,
  passphraseUnlock,
  sealRing,
  sealVault,
  stretch,
  vaultIdentity,
} from "../protocol/vault";
import { TODAY, newPerson, newService } from "./service";
import type { Person, Service } from "./service";
import { Work } from "./work";

/** Makes a case without conversation, and one in which everything happens. */
export async function writeCases(): Promise<ReadonlyMap<string, object>> {
  return new Map([
    ["anonymous", await writeCase("anonymous", false)],
    ["confidential", await writeCase("confidential", true)],
  ]);
}

async function writeCase(mode: Mode, full: boolean): Promise<object> {
  const service = newService();
  const { directory, people, recovery } = service;
  const [one, two, three] = people;
  const draft = newDraft(directory, mode);
  const composed = await composeReport(draft);
  const { statement } = composed;
  const talk = new Talk(service, draft, statement.bytes, composed.keys);
  if (full) await everything(talk, service);
  const record = talk.record();
  await talk.work.go(record, two, one);
  const asked = challenge(randomBytes(32));
  const mailbox = randomBytes(40);
  return {
    service: directory.service,
    directory: service.written,
    members: [...people, recovery].map(({ member, identity: opens, signer: signs }) => ({
      member,
      open: hex(opens.seed),
      sign: hex(signs.seed),
    })),
    token: hex(draft.token),
    container: base64(composed.bytes),
    parties: draft.parties,
    body: draft.body,
    identity: mode === "confidential" ? draft.identity : null,
    receipt: base64(
      signReceipt({ service: directory.service, case: statement.case, day: TODAY }, service.key),
    ),
    attest: {
      challenge: asked,
      signed: base64(
        signAttestation(composed.keys, directory.service, statement.case, asked, TODAY),
      ),
    },
    declarations: [one, two].map((by) => base64(declare(record, by))),
    ...talk.written(),
    mailbox: {
      challenge: base64(mailbox),
      request: mailboxRequest(talk.keys, directory.service, mailbox, { do: "open", after: 0 }),
    },
    ...(await keepers(one, record, directory, talk.secrets)),
    application: applied(directory, two),
    trail: trail(service, record.case),
    work: await talk.work.written(record, one, two, three),
  };
}

/** A grant by the recovery, an epoch, a change of words, and messages before, between and after. */
async function everything(talk: Talk, { people, recovery }: Service): Promise<void> {
  const [one, two, three] = people;
  await talk.toReporter(one, {
    kind: "acknowledgement",
    body: "Thank you.",
    stage: "acknowledged",
  });
  await talk.fromReporter("There is more: 😀 “quoted”, \u0000 and \u202e turned round.");
  await talk.grant(0, recovery, three);
  await talk.work.go(talk.record(), one, two);
  await talk.changeWords();
  const next = { what: "We will answer here", by: day("2026-12-03") };
  await talk.toReporter(two, { kind: "question", body: "What else?", stage: "triage", next });
  await talk.fromReporter("By the new words.");
  await talk.newEpoch(two);
  talk.end(0, three);
  await talk.toReporter(one, { kind: "message", body: "Under the new epoch." });
  await talk.fromReporter("To the new epoch.");
}

/** One case as it grows. */
class Talk {
  keys: ReporterKeys;
  readonly work = new Work();
  readonly secrets: Identity<CaseSecret>[];
  readonly #service: Service;
  readonly #statement: Uint8Array;
  readonly #live: { member: MemberId; epoch: number }[];
  readonly #epochs: Uint8Array[] = [];
  readonly #rows: { row: Uint8Array; sealed: Uint8Array | null }[] = [];
  readonly #changes: { signed: Uint8Array; keep: string; token: string }[] = [];
  readonly #to: object[] = [];
  readonly #from: object[] = [];
  #heads: Heads = { to_reporter: NOTHING, from_reporter: NOTHING };
  #stage = "received";

  constructor(service: Service, draft: Draft, statement: Uint8Array, keys: ReporterKeys) {
    this.#service = service;
    this.#statement = statement;
    this.keys = keys;
    this.secrets = [identity(draft.caseSecret)];
    const readers = [...draft.grantees, service.recovery.member];
    this.#live = readers.map((member) => ({ member, epoch: 0 }));
  }

  record(): CaseRecord {
    const { directory } = this.#service;
    const of = { service: directory.service, case: digest(this.#statement) as never };
    const changes = this.#changes.map((one) => one.signed);
    const documents = { statement: this.#statement, epochs: this.#epochs, changes };
    return caseRecord(of, documents, history(directory));
  }

  async toReporter(by: Person, writing: Writing): Promise<void> {
    const author = { member: by.member, signer: by.signer, serial: 1, day: TODAY };
    const sent = await writeToReporter(this.record(), this.#heads, writing, author);
    const { stub, sequence } = sent;
    this.#heads = { ...this.#heads, to_reporter: { sequence, digest: digest(stub) } };
    if (writing.stage !== undefined && writing.stage !== "") this.#stage = writing.stage;
    this.#to.push({
      stub: base64(stub),
      case_file: base64(sent.case_file),
      reporter_file: base64(sent.reporter_file),
      body: writing.body,
    });
  }

  async fromReporter(body: string): Promise<void> {
    const by = { serial: 1, day: TODAY };
    const writing = { kind: "message", body } as const;
    const sent = await writeFromReporter(this.record(), this.#heads, writing, this.keys, by);
    const { stub, sequence, file } = sent;
    this.#heads = { ...this.#heads, from_reporter: { sequence, digest: digest(stub) } };
    this.#from.push({ stub: base64(stub), file: base64(file), body });
  }

  async grant(epoch: number, by: Person | RecoveryKeys, to: Person): Promise<void> {
    const secret = this.secrets[epoch];
    if (secret === undefined) throw new Error("there is no such epoch");
    const facts = { epoch, secret, grantee: to.entry, grantor: by.member, serial: 1, day: TODAY };
    const rows = this.#rows.map((one) => one.row);
    this.#rows.push(await grant(this.record(), rows, facts, by.signer));
    this.#drop(epoch, to.member);
    this.#live.push({ member: to.member, epoch });
  }

  end(epoch: number, by: Person): void {
    const facts = { epoch, grantor: by.member, serial: 1, day: TODAY };
    const rows = this.#rows.map((one) => one.row);
    this.#rows.push({ row: endGrant(this.record(), rows, facts, by.signer), sealed: null });
    this.#drop(epoch, by.member);
  }

  async changeWords(): Promise<void> {
    const token = newToken();
    const to = reporterKeys(token, this.#service.directory.service);
    const facts = { after: this.#heads.from_reporter.sequence, day: TODAY };
    const made = await changeWords(this.record(), this.keys, to, facts);
    this.#changes.push({ signed: made.change, keep: base64(made.keep), token: hex(token) });
    this.keys = to;
  }

  /** New keys, for everybody who reads the case. */
  async newEpoch(by: Person): Promise<void> {
    const { directory } = this.#service;
    const rows = this.#rows.map((one) => one.row);
    const grants = verifyGrants(this.record(), rows, [], history(directory));
    const grantees = nextReaders(grants, directory, by.member);
    const facts = { author: by.member, grantees, serial: 1, day: TODAY };
    const made = await newEpoch(grants.record, rows, { ...facts, reason: "leaver" }, by.signer);
    this.#epochs.push(made.document);
    this.#rows.push(...made.rows);
    this.secrets.push(made.identity);
    for (const { member } of grantees) this.#live.push({ member, epoch: made.number });
  }

  written(): object {
    return {
      epochs: this.#epochs.map(base64),
      rows: this.#rows.map(({ row, sealed }) => ({
        row: base64(row),
        sealed: sealed === null ? null : base64(sealed),
      })),
      live: this.#live,
      changes: this.#changes.map((one) => ({ ...one, signed: base64(one.signed) })),
      to_reporter: this.#to,
      from_reporter: this.#from,
      stage: this.#stage,
    };
  }

  #drop(epoch: number, member: MemberId): void {
    const at = this.#live.findIndex((one) => one.member === member && one.epoch === epoch);
    if (at >= 0) this.#live.splice(at, 1);
  }
}

function newDraft(directory: Directory, mode: Mode): Draft {
  const subject = { ...emptySubject(), name: "Ann Example", rank: "sergeant", acting: true };
  const other = { ...emptyOther(), who: "Bo Example", reason: "feared being called a grass" };
  const happened = "Something happened. 😀 \u0007\u202e </script> ".repeat(200);
  return {
    directory,
    route: "intake",
    grantees: firstReaders(directory, "intake").map((one) => one.member),
    parties: {
      ...emptyParties(),
      subjects: [subject],
      others: [other],
      exclude: { units: ["Custody"], members: [hex(randomBytes(16)) as MemberId], other: "x" },
    },
    body: { ...emptyBody("web", mode), what_happened: happened, concerns: ["bullying", "other"] },
    identity: { ...emptyIdentity(), name: "Cy Example", contact: "by post" },
    ...newReportSecrets(),
    day: TODAY,
  };
}

function declare(record: CaseRecord, by: Person): Uint8Array {
  const { service, case: of } = record;
  const facts = { service, case: of, member: by.member, conflict: false, serial: 1, day: TODAY };
  return signDeclaration(facts, by.signer);
}

/** The vault and ring of one member. */
async function keepers(
  by: Person,
  record: CaseRecord,
  directory: Directory,
  secrets: readonly Identity<CaseSecret>[],
): Promise<object> {
  const { service } = record;
  const { member, signer: signs, identity: opens } = by;
  const { label } = by.entry;
  const passphrase = "Ünïcode ﬁsh and six words";
  const [salt, pepper] = [hex(randomBytes(16)), hex(randomBytes(32))];
  const stretched = await stretch(passphrase, { salt, memory: 65_536, passes: 3, lanes: 1 });
  const opener = vaultIdentity(stretched, pepper, service, member);
  const prf = randomBytes(32);
  const key = passkeyIdentity(prf, pepper, service, member);
  const unlocks = [passphraseUnlock(opener), passkeyUnlock(randomBytes(20), key)];
  const vault = { service, member, label, identity: opens, signer: signs, unlocks };
  const sealed = await sealVault(vault);
  const cases = secrets.map(({ seed }, epoch) => ({
    case: record.case,
    epoch,
    secret: seed,
    summary: "Sgt, remarks",
    read: 1,
  }));
  const audit = { number: 3, digest: directory.root.digest };
  const ring = await sealRing({ ...newRing(vault, directory.root), audit, cases }, vault);
  const login = loginSecret(stretched, service);
  return {
    vault: { member, label, passphrase, salt, pepper, login, prf: hex(prf), file: base64(sealed) },
    ring: { member, file: base64(ring) },
  };
}

/** The application of somebody who takes another's place. */
function applied({ service }: Directory, replaced: Person): object {
  const one = newPerson("Newcomer-1");
  const { member, identity: opens, signer: signs, entry } = one;
  const keys = { service, member, label: entry.label, identity: opens, signer: signs };
  const signed = signApplication(keys, { replaces: replaced.member, day: TODAY });
  return { signed: base64(signed), words: keyWords(entry).join(" ") };
}

/** An audit trail of two rows, and the auditor's word for it. */
function trail({ directory, people, auditor }: Service, of: CaseId): object {
  let end = TRAIL_START;
  const rows = (["sign-in", "grant"] as const).map((act) => {
    const row: AuditRow = {
      number: end.number + 1,
      previous: end.digest,
      time: 1_795_478_400,
      who: people[0].member,
      by: "member",
      act,
      case: act === "grant" ? of : "",
      about: "",
      outcome: "done",
    };
    const bytes = utf8(JSON.stringify(row));
    end = addAuditRow(end, bytes).mark;
    return base64(bytes);
  });
  const { service, root } = directory;
  const facts = { service, ...end, member: auditor.member, serial: root.serial, day: TODAY };
  return { rows, head: base64(signHead(facts, auditor.signer)) };
}
