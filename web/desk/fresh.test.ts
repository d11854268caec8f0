import { expect, test, vi } from "vitest";
import { Refusal } from "./calling";
import { Freshness } from "./fresh";
import { Troubled, troubleOf } from "./trouble";

const refusal = (code: string, status: number): Refusal =>
  new Refusal({ code, title: "", status, detail: "", rule: null }, null);
const wanted = refusal("second-factor", 403);

/** A page that remembers what it was asked to show, at a service where only one code is right. */
function desk(): { fresh: Freshness; shown: unknown[]; signOut: ReturnType<typeof vi.fn> } {
  const shown: unknown[] = [];
  const signOut = vi.fn();
  const fresh = new Freshness(
    { change: ({ asking }) => shown.push(asking), signOut },
    {
      freshByCode: (code) =>
        code === "123456" ? Promise.resolve() : Promise.reject(refusal("second-factor", 401)),
      freshByPasskey: () => Promise.resolve(),
      passkeyOffer: () => Promise.reject(refusal("signed-out", 401)),
    },
  );
  return { fresh, shown, signOut };
}

/** A call that is refused until a second factor is fresh. */
function call(answer: string): () => Promise<string> {
  let calls = 0;
  return () => (++calls === 1 ? Promise.reject(wanted) : Promise.resolve(`${answer} ${calls}`));
}

test("a call that needs nothing is made once, and nothing is asked", async () => {
  const { fresh, shown } = desk();
  expect(await fresh.run(() => Promise.resolve(7))).toBe(7);
  await expect(fresh.run(() => Promise.reject(new Troubled("offline")))).rejects.toThrow(Troubled);
  expect(shown).toEqual([]);
});

test("one dialogue serves all calls that wait, and each is made again", async () => {
  const { fresh, shown } = desk();
  const both = Promise.all([fresh.run(call("one")), fresh.run(call("other"))]);
  await vi.waitFor(() => expect(shown).toEqual([{ busy: false, trouble: null }]), 30_000);
  await fresh.byCode("123456");
  expect(await both).toEqual(["one 2", "other 2"]);
  expect(shown.at(-1)).toBeNull();
});

test("a wrong code leaves the dialogue open and the call unmade", async () => {
  const { fresh, shown } = desk();
  const waiting = fresh.run(call("late"));
  await vi.waitFor(() => expect(shown).toHaveLength(1), 30_000);
  await fresh.byCode("000000");
  expect(shown.at(-1)).toEqual({ busy: false, trouble: { code: "factor_wrong" } });
  await fresh.byCode("123456");
  expect(await waiting).toBe("late 2");
});

test("who leaves the dialogue has changed nothing", async () => {
  const { fresh, shown } = desk();
  const made = vi.fn(call("never"));
  const waiting = fresh.run(made).catch(troubleOf);
  await vi.waitFor(() => expect(shown).toHaveLength(1), 30_000);
  fresh.give();
  expect(await waiting).toEqual({ code: "factor_left" });
  expect(made).toHaveBeenCalledTimes(1);
  expect(shown.at(-1)).toBeNull();
});

test("a session that ended meanwhile ends at the desk too", async () => {
  vi.stubGlobal("PublicKeyCredential", () => undefined);
  const { fresh, shown, signOut } = desk();
  const waiting = fresh.run(call("never")).catch(troubleOf);
  await vi.waitFor(() => expect(shown).toHaveLength(1), 30_000);
  await fresh.byPasskey();
  expect(await waiting).toEqual({ code: "signed_out" });
  expect(signOut).toHaveBeenCalledWith("ended");
  vi.unstubAllGlobals();
});
