import { expect, test, vi } from "vitest";
import { NO_DIGEST, identity, signer } from "../protocol";
import type { CaseSecret, MemberOpenSeed, MemberSignSeed } from "../protocol";
import { seed } from "../protocol/sample";
import { newRing, sealRing } from "../protocol/vault";
import type { Vault } from "../protocol/vault";
import { Api } from "./api";
import { RingKeeper } from "./keeper";
import { openCase } from "./opening";
import { withEntry } from "./ring";
import type { Roots } from "./roots";
import { SERVICE, SampleCase, handlers, readerOf, sampleFacts, sampleHistory } from "./sample";
import { Session } from "./session";
import { byPassphrase } from "./signing-in";
import { Troubled } from "./trouble";
import type { Workers } from "./workers";

const [{ member, entry }] = handlers;

function vaultOf(label: string): Vault {
  return {
    service: SERVICE,
    member,
    label: "Handler-1",
    identity: identity(seed<MemberOpenSeed>(`${label} open`).slice() as MemberOpenSeed),
    signer: signer(seed<MemberSignSeed>(`${label} sign`).slice() as MemberSignSeed),
    unlocks: [],
  };
}

function session(vault: Vault): { session: Session; ended: () => boolean } {
  let over = false;
  const api = new Api(() => Promise.reject(new Error("nothing is fetched here")));
  const ring = newRing(vault, sampleHistory.current.root);
  const start = { ring, revision: 0, saved: true };
  const made = new Session({
    api,
    service: SERVICE,
    vault,
    workers: { end: () => (over = true) } as unknown as Workers,
    sealed: NO_DIGEST,
    directory: { current: sampleHistory.current, history: sampleHistory } as unknown as Roots,
    facts: sampleFacts,
    keeper: new RingKeeper(
      api,
      vault,
      start,
      (ring) => sealRing(ring, vault),
      () => undefined,
    ),
    memory: "kept",
  });
  return { session: made, ended: () => over };
}

test("at the end every key is overwritten and everything decrypted is let go", async () => {
  const vault = vaultOf("Handler-1");
  const { session: one, ended } = session(vault);
  const sample = await SampleCase.file();
  const opened = await openCase(SERVICE, sample.served, readerOf(handlers[0]), sampleHistory);
  one.opened = opened;
  one.texts.set(opened.case, "decrypted");
  const secret = new Uint8Array(32).fill(9) as Uint8Array as CaseSecret;
  const kept = { case: opened.case, epoch: 0, secret, summary: "decrypted", read: 0 };
  one.keeper.change((ring) => withEntry(ring, kept));
  one.end();
  for (const bytes of [
    vault.identity.seed,
    vault.signer.seed,
    secret,
    ...[...opened.secrets.values()].map((each) => each.seed),
  ]) {
    expect(bytes.every((byte) => byte === 0)).toBe(true);
  }
  expect(ended() && one.isEnded()).toBe(true);
  expect(one.opened).toBeNull();
  expect(one.texts.size + one.cases.size + one.fresh.size).toBe(0);
});

test("who paused the opening of cases does not hold up the end", async () => {
  const { session: one } = session(vaultOf("Handler-1"));
  let resume = (): void => undefined;
  const promise = new Promise<void>((done) => (resume = done));
  one.pause = { promise, resume };
  one.end();
  await expect(promise).resolves.toBeUndefined();
});

test("only the keys that the directory lists make a member", () => {
  expect(session(vaultOf("Handler-1")).session.me).toMatchObject({ label: entry.label });
  expect(session(vaultOf("Handler-1")).session.me.listed?.team.team).toBe("intake");
  expect(session(vaultOf("Somebody else")).session.me.listed).toBeNull();
});

test("no passphrase is worked on before the service has answered", async () => {
  vi.stubGlobal("navigator", { onLine: true });
  const api = new Api(() => Promise.reject(new TypeError("network")));
  const steps: string[] = [];
  const begun = byPassphrase(
    {
      api,
      service: SERVICE,
      step: (step) => steps.push(step),
      ringTrouble: () => undefined,
    },
    { label: "x", passphrase: "y", code: "" },
  );
  await expect(begun).rejects.toThrow(Troubled);
  expect(steps).toEqual(["parameters"]);
  vi.unstubAllGlobals();
});
