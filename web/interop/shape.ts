import { b64, hexOf, int, listOf, object, oneOf, orNull, text } from "../protocol/format";
import type { Of } from "../protocol/format";
import type { CaseId, Challenge, MemberId, ServiceId } from "../protocol";
import { STAGES } from "../protocol";
import type { Json } from "../protocol/json";
import { workFile } from "./work";

const anything = (value: Json): Json => value;
const memberId = hexOf<MemberId>(16);

/** One whole case, as vectors/README.md has it under "Interop". */
export const caseFile = object({
  service: hexOf<ServiceId>(32),
  directory: object({ genesis: b64, leads: listOf(b64), root: b64, teams: listOf(b64) }),
  members: listOf(object({ member: memberId, open: hexOf<string>(32), sign: hexOf<string>(32) })),
  token: hexOf<string>(16),
  container: b64,
  parties: anything,
  body: anything,
  identity: anything,
  receipt: b64,
  attest: object({ challenge: hexOf<Challenge>(32), signed: b64 }),
  declarations: listOf(b64),
  epochs: listOf(b64),
  rows: listOf(object({ row: b64, sealed: orNull(b64) })),
  live: listOf(object({ member: memberId, epoch: int })),
  changes: listOf(object({ signed: b64, keep: b64, token: hexOf<string>(16) })),
  to_reporter: listOf(object({ stub: b64, case_file: b64, reporter_file: b64, body: text })),
  from_reporter: listOf(object({ stub: b64, file: b64, body: text })),
  stage: oneOf(STAGES),
  mailbox: object({ challenge: b64, request: text }),
  vault: object({
    member: memberId,
    label: text,
    passphrase: text,
    salt: hexOf<string>(16),
    pepper: hexOf<string>(32),
    login: hexOf<string>(32),
    prf: hexOf<string>(32),
    file: b64,
  }),
  ring: object({ member: memberId, file: b64 }),
  application: object({ signed: b64, words: text }),
  trail: object({ rows: listOf(b64), head: b64 }),
  work: workFile,
});
export type CaseFile = Of<typeof caseFile>;

/** The payload of a mailbox request (B2), for an `open`. */
export const openRequest = object({
  service: hexOf<ServiceId>(32),
  challenge: b64,
  method: oneOf(["POST"]),
  path: oneOf(["/api/1/mailbox"]),
  file: hexOf<CaseId>(32),
  act: object({ do: oneOf(["open"]), after: int }),
});
/** The body of a request that is posted. */
export const posted = object({ lookup: hexOf<string>(32), signed: b64, file: orNull(b64) });

/** Maps as plain objects, to compare with contents. */
export function plain(value: Json): unknown {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([name, part]) => [name, plain(part as Json)]));
  }
  return Array.isArray(value) ? value.map((part) => plain(part as Json)) : value;
}
