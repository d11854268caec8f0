import { expect, test, vi } from "vitest";
import {
  NO_DIGEST,
  base64,
  digest,
  fromBase64,
  keyWords,
  readApplication,
  serviceWords,
  sha256,
  utf8,
  verifyGenesis,
} from "../protocol";
import type { Day, MemberId, ServiceId } from "../protocol";
import { SERVICE, genesis, sampleMember } from "../protocol/sample";
import type { Parameters, Stretched } from "../protocol/vault";
import type { EnrolOpened } from "../protocol/people-calls";
import type { Fetch } from "../desk/calling";
import { today } from "../desk/days";
import type { Used, Created } from "../member/passkey";
import { createPasskey } from "../member/passkey";
import { EnrolCalls, secretIn } from "./calls";
import { Enrolment } from "./enrolment";

vi.mock("../member/passkey", async (original) => ({
  ...(await original<object>()),
  createPasskey: vi.fn(),
}));
vi.stubGlobal("navigator", { onLine: true });

const SECRET = "5e".repeat(32);
const MEMBER = "0a".repeat(16) as MemberId;
const PASSPHRASE = "the ferry left without my umbrella";
const PRF = new Uint8Array(32).fill(0xab);

type Body = Record<string, unknown>;

/** A service as far as one link is concerned. It remembers all that it was sent. */
class FakeService {
  readonly sent: { path: string; body: Body }[] = [];
  vault = "";
  salt = "";
  browser = "";
  taken = "";
  dead = false;
  readonly opened: Omit<EnrolOpened, "genesis"> & { genesis: string | null };

  constructor(change: Partial<FakeService["opened"]> = {}) {
    this.opened = {
      purpose: "member",
      label: "Handler-7",
      member: MEMBER,
      pepper: "02".repeat(32),
      service: SERVICE,
      genesis: base64(genesis),
      force: "Sample Force",
      origin: "https://report.example",
      until: 1_800_000_000,
      replaces: "",
      ...change,
    };
  }

  readonly fetch: Fetch = (path, init) => {
    const body = JSON.parse(init.body as string) as Body;
    this.sent.push({ path, body });
    const [status, answer] = this.#answer(path.replace("/api/1/enrol/", ""), body);
    return Promise.resolve({
      status,
      ok: status < 300,
      headers: new Headers(),
      arrayBuffer: () =>
        Promise.resolve(utf8(answer === null ? "" : JSON.stringify(answer)).buffer),
    });
  };

  bodyOf(path: string): Body {
    return this.sent.filter((one) => one.path === `/api/1/enrol/${path}`).at(-1)?.body ?? {};
  }

  #answer(path: string, body: Body): [number, object | null] {
    if (this.dead || body["secret"] !== SECRET) return [404, problem("invitation", 404)];
    // From the keys on it is one browser's.
    if (path === "keys") this.browser = body["browser"] as string;
    const goes = path === "open" ? undefined : this.browser;
    if (body["browser"] !== goes) return [409, problem("stale", 409)];
    switch (path) {
      case "open":
        return [200, this.opened];
      case "keys":
        if (body["label"] === this.taken) return [409, problem("label", 409)];
        this.vault = body["vault"] as string;
        this.salt = body["salt"] as string;
        return [200, { totp: { secret: "JBSWY3DPEHPK3PXP", uri: "otpauth://totp/x" } }];
      case "totp":
        return body["code"] === "123456" ? [204, null] : [422, problem("code", 422)];
      case "passkey/options":
        return [200, { ticket: "dGlja2V0", options: passkeyOptions }];
      case "passkey":
        return [204, null];
      case "vault":
        this.vault = body["vault"] as string;
        return [204, null];
      case "vault/open":
        return [200, { vault: this.vault, salt: this.salt }];
      default: {
        const founded = body["genesis"] as string | null;
        const id = founded === null ? SERVICE : digest(fromBase64(founded));
        return [200, { service: id }];
      }
    }
  }

  begin(secret: string | null = SECRET, page: ServiceId = SERVICE): Enrolment {
    const calls = secret === null ? null : new EnrolCalls(secret, this.fetch);
    return new Enrolment({ service: page, force: "Sample Force" }, calls, quickly);
  }
}

/** In the place of Argon2id, which has tests of its own. */
const quickly = (passphrase: string, { salt }: Parameters): Promise<Stretched> =>
  Promise.resolve(sha256(utf8(`${passphrase} ${salt}`)) as Uint8Array as Stretched);
const problem = (code: string, status: number): object => ({
  type: `urn:rightline:problem:${code}`,
  title: "t",
  status,
  detail: "d",
});
const passkeyOptions = {
  challenge: "Y2hhbGxlbmdl",
  rp: { id: "localhost", name: "Sample Force" },
  user: { id: "bWVtYmVy", name: "Handler-7", displayName: "Handler-7" },
  pubKeyCredParams: [{ type: "public-key", alg: -7 }],
};
const NOWHERE = "0".repeat(64) as ServiceId;

/** Goes through all steps with an app, up to the comparison of words. */
async function upToWords(enrolment: Enrolment, passphrase = PASSPHRASE): Promise<void> {
  await enrolment.open();
  enrolment.chooseLabel("Handler-7");
  await enrolment.choosePassphrase(passphrase);
  await enrolment.proveCode("123456");
  enrolment.goOn();
  await enrolment.openAgain(passphrase);
}

test("a member enrols: the application is signed by the keys that came back", async () => {
  const service = new FakeService();
  const enrolment = service.begin();
  await upToWords(enrolment);
  const { place, keyWords: shown, serviceWords: installation } = enrolment.state;
  expect(place).toBe("words");
  expect(installation).toEqual(serviceWords(SERVICE));
  expect(service.sent.some((one) => one.path.endsWith("finish"))).toBe(false);
  await enrolment.finish();
  expect(enrolment.state.place).toBe("done");
  const { application, genesis: founded } = service.bodyOf("finish");
  expect(founded).toBeNull();
  const read = readApplication(SERVICE, fromBase64(application as string));
  expect(read).toMatchObject({
    member: MEMBER,
    label: "Handler-7",
    replaces: "",
    day: today() as Day,
  });
  expect(keyWords(read)).toEqual(shown);
});

test("the passphrase is in nothing that is sent, whole or in words", async () => {
  const service = new FakeService();
  const enrolment = service.begin();
  await upToWords(enrolment);
  await enrolment.finish();
  const sent = JSON.stringify(service.sent);
  expect(sent).not.toContain(PASSPHRASE);
  expect(sent).not.toContain("umbrella");
  expect(sent).not.toContain(Buffer.from(PASSPHRASE).toString("base64").slice(0, 30));
});

test("nobody signs before the vault was opened again, with the right passphrase", async () => {
  const service = new FakeService();
  const enrolment = service.begin();
  await enrolment.open();
  await enrolment.choosePassphrase(PASSPHRASE);
  enrolment.goOn();
  expect(enrolment.state.place).toBe("factor");
  await enrolment.proveCode("000000");
  expect(enrolment.state).toMatchObject({
    proved: { app: false },
    trouble: { code: "factor_wrong" },
  });
  await enrolment.proveCode("123456");
  enrolment.goOn();
  await enrolment.openAgain("the ferry left without my umbrela");
  expect(enrolment.state).toMatchObject({ place: "again", trouble: { code: "passphrase_wrong" } });
  await enrolment.openAgain(PASSPHRASE);
  expect(enrolment.state).toMatchObject({ place: "words", trouble: null });
});

test("a vault that holds other keys than were made is refused", async () => {
  const service = new FakeService();
  const other = service.begin();
  await upToWords(other);
  const { vault, salt } = service;
  const enrolment = service.begin();
  await enrolment.open();
  await enrolment.choosePassphrase(PASSPHRASE);
  await enrolment.proveCode("123456");
  enrolment.goOn();
  // The service gives back what was sealed before, which the same passphrase opens.
  Object.assign(service, { vault, salt });
  await enrolment.openAgain(PASSPHRASE);
  expect(enrolment.state).toMatchObject({ place: "again", trouble: { code: "vault_foreign" } });
});

test("the first lead founds the installation; its words are those of the genesis", async () => {
  const service = new FakeService({ purpose: "lead", label: "Lead-1", service: "", genesis: null });
  const enrolment = service.begin(SECRET, NOWHERE);
  await enrolment.open();
  expect(enrolment.state.offered).toMatchObject({ founding: true, purpose: "lead" });
  enrolment.chooseLabel("Lead-1");
  await enrolment.choosePassphrase(PASSPHRASE);
  await enrolment.proveCode("123456");
  enrolment.goOn();
  await enrolment.openAgain(PASSPHRASE);
  await enrolment.finish();
  expect(enrolment.state.place).toBe("done");
  const { application, genesis: made } = service.bodyOf("finish");
  const list = verifyGenesis(fromBase64(made as string));
  const read = readApplication(
    list.digest as string as ServiceId,
    fromBase64(application as string),
  );
  expect(list).toMatchObject({
    name: "Sample Force",
    origin: "https://report.example",
    leads: [{ member: MEMBER, label: "Lead-1", key: read.key }],
  });
  expect(enrolment.state.serviceWords).toEqual(serviceWords(list.digest as string as ServiceId));
});

test("others wait until the installation is founded", async () => {
  for (const purpose of ["member", "administrator"] as const) {
    const service = new FakeService({ purpose, service: "", genesis: null });
    const enrolment = service.begin(SECRET, NOWHERE);
    await enrolment.open();
    expect(enrolment.state.place).toBe("wait");
    expect(service.sent).toHaveLength(1);
  }
});

test("a link that cannot be used says so at any step, and the keys are dropped", async () => {
  const service = new FakeService();
  service.dead = true;
  const early = service.begin();
  await early.open();
  expect(early.state.place).toBe("dead-link");
  service.dead = false;
  const late = service.begin();
  await late.open();
  await late.choosePassphrase(PASSPHRASE);
  service.dead = true;
  await late.proveCode("123456");
  expect(late.state).toMatchObject({ place: "dead-link", totp: null });
});

test("without the link's secret nothing is asked of the service", async () => {
  const service = new FakeService();
  const enrolment = service.begin(null);
  await enrolment.open();
  expect(enrolment.state.place).toBe("no-link");
  expect(service.sent).toEqual([]);
  expect(secretIn(`#${SECRET}`)).toBe(SECRET);
  for (const other of ["", "#", SECRET, `#${SECRET}0`, `#${SECRET.toUpperCase()}`]) {
    expect(secretIn(other), other).toBeNull();
  }
});

test("a label that somebody has brings one back to the label", async () => {
  const service = new FakeService();
  service.taken = "Handler-7";
  const enrolment = service.begin();
  await enrolment.open();
  enrolment.chooseLabel("Handler-7");
  await enrolment.choosePassphrase(PASSPHRASE);
  expect(enrolment.state).toMatchObject({ place: "label", trouble: { code: "label_taken" } });
  enrolment.chooseLabel("Handler-8");
  await enrolment.choosePassphrase(PASSPHRASE);
  expect(enrolment.state.place).toBe("factor");
});

test("what belongs to another installation stops everything", async () => {
  const other = digest(utf8("another")) as string as ServiceId;
  for (const [service, page] of [
    [new FakeService({ service: other }), SERVICE],
    [new FakeService({ genesis: null }), SERVICE],
    [new FakeService(), other],
  ] as const) {
    const enrolment = service.begin(SECRET, page);
    await enrolment.open();
    expect(enrolment.state).toMatchObject({
      place: "stopped",
      trouble: { code: "enrol_other_service" },
    });
    expect(service.sent).toHaveLength(1);
  }
});

test("a passkey with a PRF opens the vault too, and its output goes nowhere", async () => {
  const service = new FakeService();
  const enrolment = service.begin();
  await enrolment.open();
  await enrolment.choosePassphrase(PASSPHRASE);
  const posted: Created = { id: "aWQ", client_data: "Yw", attestation: "YQ" };
  const made: Used<Created> = { posted, credential: NO_DIGEST, prf: PRF.slice() };
  vi.mocked(createPasskey).mockResolvedValue(made);
  await enrolment.addPasskey("Blue key");
  expect(enrolment.state).toMatchObject({ proved: { passkeys: 1 }, opening: 1 });
  expect(service.bodyOf("passkey")).toEqual({
    secret: SECRET,
    browser: service.browser,
    ticket: "dGlja2V0",
    name: "Blue key",
    credential: posted,
  });
  const sent = JSON.stringify(service.sent);
  for (const form of [
    Buffer.from(PRF).toString("base64"),
    Buffer.from(PRF).toString("base64url"),
    Buffer.from(PRF).toString("hex"),
  ]) {
    expect(sent).not.toContain(form.slice(0, 20));
  }
  expect(made.prf?.every((byte) => byte === 0)).toBe(true);
  enrolment.goOn();
  await enrolment.openAgain(PASSPHRASE);
  expect(enrolment.state.place).toBe("words");
});

test("an enrolment that replaces somebody says so in what is signed", async () => {
  const old = sampleMember("Handler-1", "handler").member;
  const service = new FakeService({ replaces: old });
  const enrolment = service.begin();
  await upToWords(enrolment);
  await enrolment.finish();
  const { application } = service.bodyOf("finish");
  expect(readApplication(SERVICE, fromBase64(application as string)).replaces).toBe(old);
});
