// Members without a page: a session at the desk's calls, for what a test needs to have happened before.
import { createHmac } from "node:crypto";
import { Api } from "../../../web/desk/api.js";
import { Caller } from "../../../web/desk/calling.js";
import { openCase } from "../../../web/desk/opening.js";
import { WorkCalls } from "../../../web/desk/work/calls.js";
import { signAct, type Act } from "../../../web/protocol/act.js";
import {
  base64,
  digest,
  history,
  identity,
  randomBytes,
  sign,
  signDeclaration,
  signer,
} from "../../../web/protocol/index.js";
import type {
  CaseId,
  Directory,
  Member as Entry,
  MemberId,
  MemberOpenSeed,
  MemberSignSeed,
} from "../../../web/protocol/index.js";
import { peopleAnswer, peoplePaths } from "../../../web/protocol/people-calls.js";
import { NO_REVISION, writeRevision } from "../../../web/protocol/record-file.js";
import type { Content, RecordName } from "../../../web/protocol/record-file.js";
import {
  loginSecret,
  openVault,
  passphraseUnlock,
  sealVault,
  stretch,
  vaultIdentity,
} from "../../../web/protocol/vault.js";
import type { Vault } from "../../../web/protocol/vault.js";
import { directoryOf, today } from "./client.js";
import type { Member, Service } from "./service.js";
import { flipped, lead } from "./tamper.js";

/** Somebody who is signed in, without a page. */
export interface AtWork {
  readonly api: Api;
  readonly vault: Vault;
}

/** An account that was enrolled by a test. */
export interface Enrolled extends Member {
  readonly member: MemberId;
  readonly vault: Vault;
  /** The code that an app would show now, and one that was not shown before. */
  readonly code: () => Promise<string>;
}

/** Calls a service as a browser would that keeps cookies. */
function caller(service: Service): { api: Api; calls: Caller } {
  const cookies = new Map<string, string>();
  const by = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set("Cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    const answer = await fetch(`${service.origin}${path}`, { ...init, headers });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return answer;
  };
  return { api: new Api(by), calls: new Caller(by) };
}

/** Signs a member in. */
export async function atWork(service: Service, of: Member, code = ""): Promise<AtWork> {
  const { api } = caller(service);
  const id = (await directoryOf(service)).service;
  const parameters = await api.parameters(of.label);
  const stretched = await stretch(of.passphrase, parameters);
  const { vault, pepper, member } = await api.signIn(of.label, loginSecret(stretched, id), code);
  const key = vaultIdentity(stretched, pepper, id, member);
  return { api, vault: await openVault(vault, key, id, member) };
}

/** Declares that there is no conflict with a case. */
export async function declareFree(
  { api, vault }: AtWork,
  directory: Directory,
  of: CaseId,
): Promise<void> {
  const { service, member } = vault;
  const { serial } = directory.root;
  const facts = { service, case: of, member, conflict: false, serial, day: today() };
  await api.declare(of, signDeclaration(facts, vault.signer), null);
}

/** Seals, signs and sends the next revision of a record; as a client that damages it would, where it is not to open. */
export async function keepRecord(
  { api, vault }: AtWork,
  directory: Directory,
  of: CaseId,
  name: RecordName,
  content: Content,
  opens = true,
): Promise<void> {
  const served = await api.deskCase(of);
  const { record } = await openCase(vault.service, served, vault, history(directory));
  const { member, signer: keys } = vault;
  const by = { member, signer: keys, serial: directory.root.serial, day: today() };
  const work = new WorkCalls(api);
  const before = (await work.work(of)).records.find((one) => one.record === name);
  const head =
    before === undefined
      ? NO_REVISION
      : { revision: outlineOf(before.stub).revision, digest: digest(before.stub) };
  const made = await writeRevision(record, name, head, content, by);
  if (opens) {
    await work.keep(of, made);
    return;
  }
  const damaged = flipped(made.file, -1);
  const stub = sign("record", { ...outlineOf(made.stub), file: digest(damaged) }, keys);
  await work.keep(of, { stub, file: damaged });
}

/** What the stub of a revision says. */
function outlineOf(stub: Uint8Array): Record<string, unknown> & { revision: number } {
  return JSON.parse(new TextDecoder().decode(stub.subarray(97))) as never;
}

/** Signs and sends the next act of a case. */
export async function does(
  { api, vault }: AtWork,
  directory: Directory,
  of: CaseId,
  act: Act,
  text = "",
): Promise<void> {
  const served = await api.deskCase(of);
  const { record } = await openCase(vault.service, served, vault, history(directory));
  const { member, signer: keys } = vault;
  const by = { member, signer: keys, serial: directory.root.serial, day: today() };
  const calls = new WorkCalls(api);
  await calls.act(of, await signAct(record, await calls.procedure(of), act, text, by));
}

/** Publishes the next directory as the demonstration's lead, with a change to a team's members. */
export async function publish(
  service: Service,
  change: (members: readonly Entry[], team: string) => readonly Entry[],
): Promise<void> {
  const led = await lead(service);
  const { root, teams } = led.directory;
  const documents = root.teams.map(({ team }) => {
    const before = teams.get(team)?.members ?? [];
    return { team, bytes: led.team(team, () => ({ members: change(before, team) })) };
  });
  const next = led.root({
    serial: root.serial + 1,
    previous: root.digest,
    teams: documents.map(({ team, bytes }) => ({ team, digest: digest(bytes) })),
  });
  const { api } = await atWork(service, service.member("Lead-1"));
  await api.bytes("POST", "/api/1/desk/directory", {
    leads: [],
    teams: documents.map(({ bytes }) => base64(bytes)),
    root: next,
  });
}

/** Publishes the next directory with nobody in it who keeps names. */
export async function publishWithoutCustodians(service: Service): Promise<void> {
  await publish(service, (members) => members.filter((one) => !one.roles.includes("custodian")));
}

/** Enrols somebody by a link of the demonstration's lead, with an app as their second factor. */
export async function enrol(
  service: Service,
  label: string,
  replaces: MemberId | "" = "",
): Promise<Enrolled> {
  const { api } = await atWork(service, service.member("Lead-1"));
  const invited = JSON.parse(
    new TextDecoder().decode(
      await api.bytes("POST", "/api/1/desk/invitations", { label, replaces }),
    ),
  ) as { secret: string };
  const { secret } = invited;
  const { calls } = caller(service);
  const { enrol: paths } = peoplePaths;
  const opened = await calls.ask("POST", paths.open, peopleAnswer("enrolOpened"), { secret });
  const { member, pepper } = opened;
  const id = (await directoryOf(service)).service;
  const passphrase = `${label} has a passphrase of seven words`;
  const salt = Buffer.from(randomBytes(16)).toString("hex");
  const stretched = await stretch(passphrase, { salt, memory: 65_536, passes: 3, lanes: 1 });
  const key = vaultIdentity(stretched, pepper, id, member);
  const vault: Vault = {
    service: id,
    member,
    label,
    identity: identity(randomBytes(32) as Uint8Array as MemberOpenSeed),
    signer: signer(randomBytes(32) as Uint8Array as MemberSignSeed),
    unlocks: [passphraseUnlock(key)],
  };
  const login = loginSecret(stretched, id);
  const sealed = base64(await sealVault(vault));
  const browser = Buffer.from(randomBytes(32)).toString("hex");
  const who = { secret, browser };
  const keys = { ...who, label, salt, login, vault: sealed };
  const { totp } = await calls.ask("POST", paths.keys, peopleAnswer("enrolKeys"), keys);
  const code = codes(totp.secret);
  await calls.act("POST", paths.totp, { ...who, code: await code() });
  const application = sign(
    "enrol",
    {
      service: id,
      member,
      label,
      recipient: vault.identity.recipient,
      key: vault.signer.key,
      replaces,
      day: today(),
    },
    vault.signer,
  );
  await calls.bytes("POST", paths.finish, {
    ...who,
    application: base64(application),
    genesis: null,
  });
  return { label, passphrase, team: "", roles: [], member, vault, code };
}

/** How the directory lists somebody whom a test enrolled. */
export function entryOf(one: Enrolled, by: Entry): Entry {
  const { recipient } = one.vault.identity;
  const { key } = one.vault.signer;
  const { label, member } = one;
  return { ...by, member, label, recipient, key, since: today(), replaces: by.member };
}

/** One-time codes of a secret (RFC 6238), each at most once: the service takes none twice. */
function codes(secret: string): () => Promise<string> {
  const key = base32(secret);
  let last = 0;
  return async () => {
    for (;;) {
      const step = Math.floor(Date.now() / 30_000);
      // One step ahead is within what clocks may differ by.
      const next = Math.max(last + 1, step);
      if (next <= step + 1) {
        last = next;
        return codeAt(key, next);
      }
      await new Promise((done) => setTimeout(done, 500));
    }
  };
}

function codeAt(key: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac("sha1", key).update(counter).digest();
  const at = (hash[19] ?? 0) & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

function base32(text: string): Buffer {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const letter of text.replaceAll("=", "")) {
    bits += alphabet.indexOf(letter).toString(2).padStart(5, "0");
  }
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}
