import { base64urlnopad } from "@scure/base";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { digest, utf8 } from "../protocol";
import { Troubled, troubleOf } from "../desk/trouble";
import { createPasskey, readCreationOffer, readRequestOffer, usePasskey } from "./passkey";

const prf = new Uint8Array(32).fill(0xab);
const input = new Uint8Array(32).fill(1);
const rawId = new Uint8Array([9, 8, 7]).buffer;
const url = (text: string): string => base64urlnopad.encode(utf8(text));

class Attested {
  clientDataJSON = utf8("client").buffer;
  attestationObject = utf8("attested").buffer;
  getTransports = (): string[] => ["internal"];
}
class Asserted {
  clientDataJSON = utf8("client").buffer;
  authenticatorData = utf8("data").buffer;
  signature = utf8("signed").buffer;
  userHandle = utf8("handle").buffer;
}

type Results = { prf?: { enabled?: boolean; results?: { first: BufferSource } } };

/** A credential as browsers give them, whose `toJSON` tells everything. */
class Credential {
  id = "not used";
  rawId = rawId;
  readonly response: Attested | Asserted;
  readonly results: Results;

  constructor(response: Attested | Asserted, results: Results) {
    this.response = response;
    this.results = results;
  }
  getClientExtensionResults(): Results {
    return this.results;
  }
  toJSON(): object {
    return { clientExtensionResults: this.results, everything: true };
  }
}

const credentials = { create: vi.fn(), get: vi.fn() };

beforeEach(() => {
  vi.stubGlobal("PublicKeyCredential", Credential);
  vi.stubGlobal("AuthenticatorAttestationResponse", Attested);
  vi.stubGlobal("AuthenticatorAssertionResponse", Asserted);
  vi.stubGlobal("navigator", { credentials });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

const creation = (): ReturnType<typeof readCreationOffer> =>
  readCreationOffer(
    utf8(
      JSON.stringify({
        ticket: "dGlja2V0",
        options: {
          challenge: url("challenge"),
          rp: { id: "localhost", name: "Sample Force", more: 1 },
          user: { id: url("member"), name: "Handler-1", displayName: "Handler-1" },
          pubKeyCredParams: [{ type: "public-key", alg: -7 }],
          excludeCredentials: [{ type: "public-key", id: url("known"), transports: ["usb"] }],
          attestation: "direct",
          authenticatorSelection: { userVerification: "discouraged" },
          extensions: { credProps: true },
        },
      }),
    ),
  );
const request = (): ReturnType<typeof readRequestOffer> =>
  readRequestOffer(
    utf8(
      JSON.stringify({
        ticket: "dGlja2V0",
        options: {
          challenge: url("challenge"),
          rpId: "localhost",
          userVerification: "discouraged",
          allowCredentials: [],
        },
      }),
    ),
  );

test("what decides security is set here, whatever the service offers", () => {
  const { ticket, options } = creation();
  expect(ticket).toBe("dGlja2V0");
  expect(options).toMatchObject({
    attestation: "none",
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    pubKeyCredParams: [{ type: "public-key", alg: -7 }],
    rp: { id: "localhost", name: "Sample Force" },
  });
  expect(options.extensions).toBeUndefined();
  expect(options.excludeCredentials).toEqual([{ type: "public-key", id: utf8("known") }]);
  expect(request().options.userVerification).toBe("required");
  expect(() => readRequestOffer(utf8('{"ticket":"x","options":{}}'))).toThrow();
  expect(() =>
    readRequestOffer(utf8('{"ticket":1,"options":{"challenge":"","rpId":""}}')),
  ).toThrow();
});

test("exactly the allowed fields are posted of a passkey that was made, and no PRF output", async () => {
  const results = { prf: { enabled: true, results: { first: prf } } };
  credentials.create.mockResolvedValue(new Credential(new Attested(), results));
  const made = await createPasskey(creation(), input);
  expect(made.posted).toEqual({
    id: base64urlnopad.encode(new Uint8Array(rawId)),
    client_data: url("client"),
    attestation: url("attested"),
  });
  expect(made.prf).toEqual(prf);
  expect(made.credential).toBe(digest(new Uint8Array(rawId)));
  expect(credentials.create).toHaveBeenCalledWith({
    publicKey: expect.objectContaining({
      extensions: { prf: { eval: { first: input } } },
    }) as object,
  });
  expect(credentials.get).not.toHaveBeenCalled();
  carriesNoPrf(made.posted);
});

test("exactly the allowed fields are posted of a passkey that was used, and no PRF output", async () => {
  const results = { prf: { results: { first: prf.buffer } } };
  credentials.get.mockResolvedValue(new Credential(new Asserted(), results));
  const used = await usePasskey(request(), input);
  expect(used.posted).toEqual({
    id: base64urlnopad.encode(new Uint8Array(rawId)),
    client_data: url("client"),
    authenticator_data: url("data"),
    signature: url("signed"),
    user_handle: url("handle"),
  });
  expect(used.prf).toEqual(prf);
  carriesNoPrf(used.posted);
});

test("a key that only says that it has a PRF is asked once more, and nothing of that is posted", async () => {
  credentials.create.mockResolvedValue(new Credential(new Attested(), { prf: { enabled: true } }));
  credentials.get.mockResolvedValue(
    new Credential(new Asserted(), { prf: { results: { first: prf } } }),
  );
  const made = await createPasskey(creation(), input);
  expect(made.prf).toEqual(prf);
  expect(Object.keys(made.posted).sort()).toEqual(["attestation", "client_data", "id"]);
  credentials.get.mockRejectedValue(new Error("taken out"));
  expect((await createPasskey(creation(), input)).prf).toBeNull();
});

test("without a PRF the passkey signs in and opens nothing", async () => {
  credentials.create.mockResolvedValue(new Credential(new Attested(), {}));
  credentials.get.mockResolvedValue(new Credential(new Asserted(), {}));
  expect((await createPasskey(creation(), input)).prf).toBeNull();
  expect((await usePasskey(request(), input)).prf).toBeNull();
  // A PRF of another length is none.
  const short = { prf: { results: { first: new Uint8Array(16) } } };
  credentials.get.mockResolvedValue(new Credential(new Asserted(), short));
  expect((await usePasskey(request(), input)).prf).toBeNull();
});

test("to show a second factor again, no PRF is asked for", async () => {
  credentials.get.mockResolvedValue(new Credential(new Asserted(), {}));
  await usePasskey(request(), null);
  const asked = (credentials.get.mock.calls[0] as [{ publicKey: object }])[0];
  expect(asked.publicKey).not.toHaveProperty("extensions");
});

test("who changes their mind is told so", async () => {
  const trouble = async (error: unknown): Promise<string> => {
    credentials.get.mockRejectedValue(error);
    const thrown = await usePasskey(request(), null).catch((one: unknown) => one);
    expect(thrown).toBeInstanceOf(Troubled);
    return troubleOf(thrown).code;
  };
  expect(await trouble(Object.assign(new Error(), { name: "NotAllowedError" }))).toBe(
    "passkey_none",
  );
  expect(await trouble(Object.assign(new Error(), { name: "InvalidStateError" }))).toBe(
    "passkey_known",
  );
  expect(await trouble(new Error("other"))).toBe("passkey_failed");
});

function carriesNoPrf(posted: object): void {
  const text = JSON.stringify(posted);
  const forms = [
    base64urlnopad.encode(prf),
    Buffer.from(prf).toString("base64"),
    Buffer.from(prf).toString("hex"),
  ];
  for (const form of forms) expect(text).not.toContain(form.slice(0, 20));
}
