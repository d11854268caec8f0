/** Enrolment: how a newcomer's keys reach those who sign the directory (A5). */
import type { Bytes, Day, MemberId, ServiceId, VerifyingKey } from "./bytes";
import { checkLabel, recipientFormat } from "./directory";
import type { Member } from "./directory";
import { dayFormat, hexOf, object, orEmpty, read, text } from "./format";
import type { Of } from "./format";
import { refusedBy, require } from "./refused";
import type { Identity, MemberOpenSeed } from "./sealing";
import { sign, split, verify } from "./signing";
import type { MemberSignSeed, Signer } from "./signing";

const application = object({
  service: hexOf<ServiceId>(32),
  member: hexOf<MemberId>(16),
  label: text,
  recipient: recipientFormat,
  key: hexOf<VerifyingKey>(32),
  replaces: orEmpty(hexOf<MemberId>(16)),
  day: dayFormat,
});
/** What a newcomer asks to be listed as (A5). */
export type Application = Of<typeof application>;

/** Signs an application with the newcomer's own keys. Only for a vault that was fetched back and
 * opened again: a lead lists no keys that nobody can open (A5). */
export function signApplication(
  keys: {
    readonly service: ServiceId;
    readonly member: MemberId;
    readonly label: string;
    readonly identity: Identity<MemberOpenSeed>;
    readonly signer: Signer<MemberSignSeed>;
  },
  facts: { readonly replaces: MemberId | ""; readonly day: Day },
): Bytes {
  const { service, member, label, identity, signer } = keys;
  const { replaces, day } = facts;
  const { recipient } = identity;
  const document = { service, member, label, recipient, key: signer.key, replaces, day };
  return sign("enrol", document, signer);
}

/** Reads an application to a service, verified under the key that it names (A5). Whose key that is,
 * the key words say (D13). */
export function readApplication(service: ServiceId, bytes: Uint8Array): Application {
  return refusedBy("A5", () => {
    const named = read(application, split(bytes, "enrol").payload);
    verify("enrol", bytes, named.key);
    require(named.service === service, "A5", "the application is to another service");
    require(named.replaces !== named.member, "A5", "nobody replaces themselves");
    checkLabel(named.label);
    return named;
  });
}

/** Whether a team lists the newcomer as they applied: by this id, recipient and key. */
export function isListedAs(
  one: Application,
  as: Pick<Member, "member" | "recipient" | "key">,
): boolean {
  return one.member === as.member && one.recipient === as.recipient && one.key === as.key;
}
