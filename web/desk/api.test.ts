import { expect, test, vi } from "vitest";
import { utf8 } from "../protocol";
import type { CaseId } from "../protocol";
import { Api } from "./api";
import type { Fetch } from "./api";
import { Troubled, troubleText } from "./trouble";

type Seen = { path: string; init: RequestInit };

function answering(
  status: number,
  body: object | string,
  headers: Record<string, string> = {},
): { api: Api; seen: Seen[] } {
  const seen: Seen[] = [];
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const by: Fetch = (path, init) => {
    seen.push({ path, init });
    return Promise.resolve({
      status,
      ok: status < 300,
      headers: new Headers(headers),
      arrayBuffer: () => Promise.resolve(utf8(text).buffer),
    });
  };
  return { api: new Api(by), seen };
}

const problem = (code: string, status: number, rule?: string): object => ({
  type: `urn:rightline:problem:${code}`,
  title: "t",
  status,
  detail: "d",
  ...(rule === undefined ? {} : { rule }),
});
const trouble = async (of: Promise<unknown>): Promise<string> => {
  try {
    await of;
    return "none";
  } catch (error) {
    return error instanceof Troubled ? error.trouble.code : "other";
  }
};
const id = "a".repeat(64) as CaseId;

test("every call says that it is the desk, and stays on this site", async () => {
  const { api, seen } = answering(200, { revision: 3, ring: null });
  expect(await api.ring()).toEqual({ revision: 3, ring: null });
  const init = seen[0]?.init;
  expect(init).toMatchObject({
    method: "GET",
    credentials: "same-origin",
    redirect: "error",
    referrerPolicy: "no-referrer",
    headers: { "Rightline-Desk": "1" },
  });
  expect(init?.body).toBeUndefined();
});

test("what is sent is JSON with base64", async () => {
  const { api, seen } = answering(200, { conflict: false, stranded: false });
  await api.declare(id, Uint8Array.of(0, 255), null);
  expect(seen[0]?.path).toBe(`/api/1/desk/cases/${id}/declaration`);
  expect(seen[0]?.init).toMatchObject({
    method: "POST",
    body: '{"signed":"AP8=","file":null}',
    headers: { "Content-Type": "application/json" },
  });
});

test("an answer of another form is not used", async () => {
  expect(await trouble(answering(200, { revision: 3 }).api.ring())).toBe("answer");
  expect(await trouble(answering(200, { revision: 3, ring: null, more: 1 }).api.ring())).toBe(
    "answer",
  );
  expect(await trouble(answering(200, "<html>").api.ring())).toBe("answer");
});

test("refusals become sentences", async () => {
  for (const [code, status, told] of [
    ["sign-in", 401, "sign_in"],
    ["signed-out", 401, "signed_out"],
    ["not-found", 404, "not_found"],
    ["foreign", 403, "foreign"],
    ["unavailable", 503, "unavailable"],
    ["storage-full", 503, "storage_full"],
    ["sequence", 409, "refused"],
  ] as const) {
    expect(await trouble(answering(status, problem(code, status)).api.me()), code).toBe(told);
  }
  expect(await trouble(answering(422, problem("invalid", 422, "K4")).api.me())).toBe(
    "refused_rule",
  );
  expect(await trouble(answering(502, "<html>").api.me())).toBe("unavailable");
  expect(await trouble(answering(404, "<html>").api.me())).toBe("answer");
});

test("too many attempts say how long to wait", async () => {
  const { api } = answering(429, problem("slow-down", 429), { "retry-after": "40" });
  const error = await api.signIn("Handler-1", "00", "").catch((thrown: unknown) => thrown);
  expect(error instanceof Troubled && troubleText(error.trouble)).toContain("40 seconds");
});

test("no answer at all is told apart from a refusal", async () => {
  const api = new Api(() => Promise.reject(new TypeError("network")));
  vi.stubGlobal("navigator", { onLine: true });
  expect(await trouble(api.me())).toBe("unreachable");
  vi.stubGlobal("navigator", { onLine: false });
  expect(await trouble(api.me())).toBe("offline");
  vi.unstubAllGlobals();
});
