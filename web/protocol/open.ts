import { digest } from "./bytes";
import type { MemberId } from "./bytes";
import { unframe } from "./framing";
import { openGrant } from "./grant";
import { parse } from "./json";
import { readPart, tooLong } from "./report";
import type { Body, IdentityContent, Parties, PartContents, PartName } from "./report";
import { open } from "./sealing";
import type { CaseSecret, Identity, MemberOpenSeed } from "./sealing";
import type { Statement } from "./statement";
import { warned, warning } from "./warning";
import type { Warning } from "./warning";

/** A part of a report as a reader sees it: never hidden once it opens (R9). */
export interface Part<T> {
  /** The content; null when it does not open, is of no known format, or is empty on purpose. */
  readonly content: T | null;
  /** What opened but is of no known format, as text to be shown as it stands. */
  readonly text: string | null;
  readonly warnings: readonly Warning[];
}

/** A member, with the identity from their vault. */
export interface Reader {
  readonly member: MemberId;
  readonly identity: Identity<MemberOpenSeed>;
}

/** A report as opened by a member (S4). */
export interface OpenedReport {
  readonly parties: Part<Parties>;
  readonly body: Part<Body>;
  /** Null to all but custodians. Its content is null when nobody gave a name in confidence. */
  readonly identity: Part<IdentityContent> | null;
  /** The case's identity of epoch 0, when the member's grant is good. */
  readonly secret: Identity<CaseSecret> | null;
  readonly warnings: readonly Warning[];
}

/** Opens the parties, which are sealed to the first grantees themselves (R3). */
export async function openParties(
  statement: Statement,
  file: Uint8Array,
  by: Reader,
): Promise<Part<Parties>> {
  const place = statement.grantees.findIndex((one) => one.member === by.member);
  if (place < 0) return unread([warning("not-sealed-to-you", "R3")]);
  return openPart("parties", statement, file, by.identity, place);
}

/** Opens the body with the case's identity (R3). */
export async function openBody(
  statement: Statement,
  file: Uint8Array,
  secret: Identity<CaseSecret>,
): Promise<Part<Body>> {
  return openPart("body", statement, file, secret);
}

/** Opens the identity as a custodian. A file sealed to nobody opens to nothing, without a warning:
 * it is the same to whoever looks at it (R3). */
export async function openIdentity(
  statement: Statement,
  file: Uint8Array,
  by: Reader,
): Promise<Part<IdentityContent>> {
  const part = await openPart("identity", statement, file, by.identity);
  const shut = part.warnings.every((one) => one.rule === "E1");
  return part.content === null && part.text === null && shut ? unread([]) : part;
}

/** Opens a report with one's own grant of epoch 0 and checks all that S4 asks. */
export async function openReport(
  statement: Statement,
  files: {
    readonly parties: Uint8Array;
    readonly body: Uint8Array;
    readonly identity: Uint8Array | null;
    /** One's own grant of epoch 0; null for a member without one. */
    readonly grant: Uint8Array | null;
  },
  by: Reader,
): Promise<OpenedReport> {
  const warnings: Warning[] = [];
  const parties = await openParties(statement, files.parties, by);
  const secret = await ownSecret(statement, files.grant, by, warnings);
  const body =
    secret === null
      ? unread<Body>([warning("not-sealed-to-you", "K2")])
      : await openBody(statement, files.body, secret);
  const identity =
    files.identity === null ? null : await openIdentity(statement, files.identity, by);
  const promised = body.content?.mode === "confidential";
  const missing = promised && identity?.content === null && identity.text === null;
  const noted =
    missing && identity.warnings.length === 0
      ? { ...identity, warnings: [warning("does-not-open", "R3")] }
      : identity;
  return { parties, body, identity: noted, secret, warnings };
}

async function ownSecret(
  statement: Statement,
  file: Uint8Array | null,
  by: Reader,
  warnings: Warning[],
): Promise<Identity<CaseSecret> | null> {
  if (file === null) return null;
  const named = statement.grantees.find((one) => one.member === by.member)?.grant;
  // A later grant is named by its row instead, which verifyGrants looks at.
  if (named !== undefined && digest(file) !== named) warnings.push(warning("digest", "S4"));
  try {
    return await openGrant(by, { statement, epochs: [] }, 0, file);
  } catch (error) {
    warnings.push(warned(error, "secret"));
    return null;
  }
}

async function openPart<N extends PartName>(
  name: N,
  statement: Statement,
  file: Uint8Array,
  by: Identity,
  place = 0,
): Promise<Part<PartContents[N]>> {
  const warnings: Warning[] = [];
  if (digest(file) !== statement.parts[name]) warnings.push(warning("digest", "S4"));
  let framed: Uint8Array;
  try {
    framed = await open(by, file, place);
  } catch (error) {
    return unread([...warnings, warned(error, "does-not-open")]);
  }
  let bytes = framed;
  try {
    bytes = unframe(framed);
    if (name === "identity" && bytes.length === 0) return unread(warnings);
    const { service, anchor, content } = readPart(name, parse(bytes));
    if (service !== statement.service || anchor !== statement.anchor) {
      warnings.push(warning("foreign", "R9"));
    }
    if (tooLong(content).length > 0) warnings.push(warning("too-long", "R8"));
    return { content, text: null, warnings };
  } catch (error) {
    warnings.push(warned(error, "format"));
    return { content: null, text: lenient(bytes), warnings };
  }
}

function unread<T>(warnings: readonly Warning[]): Part<T> {
  return { content: null, text: null, warnings };
}

/** Bytes of no known format as text, whatever they are; a frame's padding is left out. */
function lenient(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/\0+$/, "");
}
