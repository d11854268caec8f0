/**
 * Passkeys, as enrolment and desk use them. What may leave the page is read field by field from what
 * the browser returns, never by `toJSON()`, which would carry the PRF output along: that output opens
 * the member's vault and stays here (A6).
 */
import { base64urlnopad } from "@scure/base";
import { concat, digest, randomBytes } from "../protocol";
import type { Bytes, Digest } from "../protocol";
import { Troubled } from "../desk/trouble";

/** What is posted of a passkey that was made. */
export type Created = { id: string; client_data: string; attestation: string };
/** What is posted of a passkey that was used. */
export type Asserted = {
  id: string;
  client_data: string;
  authenticator_data: string;
  signature: string;
  user_handle: string;
};

/** What the service asks of the browser, with the ticket that it wants back. */
export type Offer<Options> = { ticket: string; options: Options };
export type CreationOffer = Offer<PublicKeyCredentialCreationOptions>;
export type RequestOffer = Offer<PublicKeyCredentialRequestOptions>;

/** What a passkey gave: the fields to post, and what stays in the page. */
export type Used<Posted> = {
  posted: Posted;
  /** The digest of its id, by which a vault names it (A1). */
  credential: Digest;
  /** 32 bytes, or null where this passkey or this browser has no PRF. */
  prf: Bytes | null;
};

/** Whether this browser can use passkeys at all. */
export function passkeysThere(): boolean {
  return typeof PublicKeyCredential === "function";
}

/** Reads an offer to make a passkey. The structure is W3C's, with negative numbers and members that
 * come and go, so what we use is picked out of it; what decides security is set here. */
export function readCreationOffer(bytes: Uint8Array): CreationOffer {
  const { ticket, options } = offer(bytes);
  const user = record(options["user"]);
  const rp = record(options["rp"]);
  return {
    ticket,
    options: {
      challenge: bytesOf(options["challenge"]),
      rp: { id: textOf(rp["id"]), name: textOf(rp["name"]) },
      user: {
        id: bytesOf(user["id"]),
        name: textOf(user["name"]),
        displayName: textOf(user["displayName"]),
      },
      pubKeyCredParams: listOf(options["pubKeyCredParams"]).map((one) => {
        const { alg } = one;
        if (typeof alg !== "number") throw new TypeError("an algorithm is a number");
        return { type: "public-key", alg };
      }),
      excludeCredentials: listOf(options["excludeCredentials"] ?? []).map((one) => ({
        type: "public-key",
        id: bytesOf(one["id"]),
      })),
      authenticatorSelection: {
        residentKey: "required",
        requireResidentKey: true,
        userVerification: "required",
      },
      // Nobody needs to learn which make of key a member carries.
      attestation: "none",
      timeout: patience,
    },
  };
}

/** Reads an offer to use a passkey. */
export function readRequestOffer(bytes: Uint8Array): RequestOffer {
  const { ticket, options } = offer(bytes);
  return {
    ticket,
    options: {
      challenge: bytesOf(options["challenge"]),
      rpId: textOf(options["rpId"]),
      userVerification: "required",
      timeout: patience,
    },
  };
}

/** Makes a passkey. `input` is what its PRF is asked about. */
export async function createPasskey(
  { options }: CreationOffer,
  input: Bytes,
): Promise<Used<Created>> {
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: { ...options, extensions: { prf: { eval: { first: input } } } },
    }),
  );
  const { response } = made;
  if (!(response instanceof AuthenticatorAttestationResponse)) throw new Troubled("passkey_failed");
  const { prf } = made.getClientExtensionResults();
  const first = output(prf?.results?.first);
  return {
    posted: {
      id: url(made.rawId),
      client_data: url(response.clientDataJSON),
      attestation: url(response.attestationObject),
    },
    credential: digest(new Uint8Array(made.rawId)),
    // Many keys say at first only that they have a PRF, and answer when they are used.
    prf:
      first ?? (prf?.enabled === true ? await evaluated(made.rawId, options.rp.id, input) : null),
  };
}

/** Uses a passkey. `input` is what its PRF is asked about, null where nothing is to be opened. */
export async function usePasskey(
  { options }: RequestOffer,
  input: Bytes | null,
): Promise<Used<Asserted>> {
  const extensions = input === null ? {} : { extensions: { prf: { eval: { first: input } } } };
  const used = await asked(() =>
    navigator.credentials.get({ publicKey: { ...options, ...extensions } }),
  );
  const { response } = used;
  if (!(response instanceof AuthenticatorAssertionResponse)) throw new Troubled("passkey_failed");
  return {
    posted: {
      id: url(used.rawId),
      client_data: url(response.clientDataJSON),
      authenticator_data: url(response.authenticatorData),
      signature: url(response.signature),
      user_handle: response.userHandle === null ? "" : url(response.userHandle),
    },
    credential: digest(new Uint8Array(used.rawId)),
    prf: output(used.getClientExtensionResults().prf?.results?.first),
  };
}

/** How long the browser waits for the member, in milliseconds: as long as a ticket is good. */
const patience = 300_000;

/** Asks a passkey that was just made for its PRF. The signature proves nothing to anybody: it is over
 * a challenge of our own and is dropped. */
async function evaluated(
  id: ArrayBuffer,
  rpId: string | undefined,
  input: Bytes,
): Promise<Bytes | null> {
  try {
    const used = await asked(() =>
      navigator.credentials.get({
        publicKey: {
          challenge: randomBytes(32),
          ...(rpId === undefined ? {} : { rpId }),
          allowCredentials: [{ type: "public-key", id }],
          userVerification: "required",
          timeout: patience,
          extensions: { prf: { eval: { first: input } } },
        },
      }),
    );
    return output(used.getClientExtensionResults().prf?.results?.first);
  } catch {
    // The passkey is made and signs in; it only does not open the vault by itself.
    return null;
  }
}

async function asked(how: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  let found: Credential | null;
  try {
    found = await how();
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (name === "NotAllowedError" || name === "AbortError") throw new Troubled("passkey_none");
    if (name === "InvalidStateError") throw new Troubled("passkey_known");
    throw new Troubled("passkey_failed");
  }
  if (!(found instanceof PublicKeyCredential)) throw new Troubled("passkey_none");
  return found;
}

function output(of: BufferSource | undefined): Bytes | null {
  if (of === undefined) return null;
  const bytes = ArrayBuffer.isView(of)
    ? new Uint8Array(of.buffer, of.byteOffset, of.byteLength)
    : new Uint8Array(of);
  return bytes.length === 32 ? concat(bytes) : null;
}

function url(of: ArrayBuffer): string {
  return base64urlnopad.encode(new Uint8Array(of));
}

type Loose = Readonly<Record<string, unknown>>;

function offer(bytes: Uint8Array): Offer<Loose> {
  const whole = record(JSON.parse(new TextDecoder().decode(bytes)) as unknown);
  return { ticket: textOf(whole["ticket"]), options: record(whole["options"]) };
}

function record(of: unknown): Loose {
  if (typeof of !== "object" || of === null) throw new TypeError("this is not an object");
  return of as Loose;
}

function listOf(of: unknown): Loose[] {
  if (!Array.isArray(of)) throw new TypeError("this is not a list");
  return of.map(record);
}

function textOf(of: unknown): string {
  if (typeof of !== "string") throw new TypeError("this is not text");
  return of;
}

function bytesOf(of: unknown): Bytes {
  return concat(base64urlnopad.decode(textOf(of)));
}
