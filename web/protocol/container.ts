import { concat, digest, readU32, u32 } from "./bytes";
import type { Bytes, ServiceId } from "./bytes";
import { require } from "./refused";
import { readStatement } from "./statement";
import type { Statement } from "./statement";

/** The most bytes of a submission (C1). */
export const LARGEST_SUBMISSION = 2_097_152;

/** The sections of a submission (C1). */
export interface Sections {
  readonly statement: Uint8Array;
  readonly parties: Uint8Array;
  readonly body: Uint8Array;
  readonly identity: Uint8Array;
  readonly grants: readonly Uint8Array[];
}

/** Joins the sections of a submission (C1). */
export function container(sections: Sections): Bytes {
  const { statement, parties, body, identity, grants } = sections;
  const parts = [statement, parties, body, identity, ...grants];
  const bytes = concat(Uint8Array.of(1), ...parts.flatMap((part) => [u32(part.length), part]));
  require(bytes.length <= LARGEST_SUBMISSION, "C1", "the report is too large");
  return bytes;
}

/** Takes a submission apart and checks what anybody can: C1, C2 and C4. */
export function readContainer(
  service: ServiceId,
  bytes: Uint8Array,
): { readonly sections: Sections; readonly statement: Statement } {
  require(bytes.length <= LARGEST_SUBMISSION, "C1", "the submission is too large");
  require(bytes[0] === 1, "C1", "the submission is of another version");
  const parts: Uint8Array[] = [];
  for (let at = 1; at < bytes.length;) {
    require(at + 4 <= bytes.length, "C1", "a section is cut");
    const length = readU32(bytes, at);
    require(at + 4 + length <= bytes.length, "C1", "a section is cut");
    parts.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  const [first, parties, body, identity, ...grants] = parts;
  require(first !== undefined &&
    parties !== undefined &&
    body !== undefined &&
    identity !== undefined, "C1", "a section is missing");
  const statement = readStatement(service, first);
  require(grants.length === statement.grantees.length, "C1", "a grant is missing, or one too many");
  const sections = { statement: first, parties, body, identity, grants };
  const { parts: named } = statement;
  const same =
    digest(parties) === named.parties &&
    digest(body) === named.body &&
    digest(identity) === named.identity &&
    grants.every((grant, place) => digest(grant) === statement.grantees[place]?.grant);
  require(same, "C4", "a section is not the one that the statement names");
  return { sections, statement };
}
