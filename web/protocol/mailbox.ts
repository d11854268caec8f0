import { NO_DIGEST, base64, digest } from "./bytes";
import type { ServiceId } from "./bytes";
import { require } from "./refused";
import { sign } from "./signing";
import type { ReporterKeys } from "./token";

/** Where challenges come from, and where requests go (B1, B2). */
export const CHALLENGE_PATH = "/api/1/mailbox/challenge";
export const MAILBOX_PATH = "/api/1/mailbox";
/** The most bytes of a request (B2). */
export const LARGEST_REQUEST = 262_144;

/** What a mailbox is asked to do (B4 to B7). */
export type Act =
  | { readonly do: "open"; readonly after: number }
  | { readonly do: "post"; readonly stub: Uint8Array; readonly file: Uint8Array }
  | { readonly do: "delete"; readonly up_to: number }
  | { readonly do: "change_words"; readonly change: Uint8Array; readonly keep: Uint8Array };

/** The body of a request to the mailbox, signed with the token's key (B2). */
export function mailboxRequest(
  keys: ReporterKeys,
  service: ServiceId,
  challenge: Uint8Array,
  act: Act,
): string {
  const { named, file } = wire(act);
  const payload = {
    service,
    challenge: base64(challenge),
    method: "POST",
    path: MAILBOX_PATH,
    file: file === null ? NO_DIGEST : digest(file),
    act: named,
  };
  const request = JSON.stringify({
    lookup: keys.lookup,
    signed: base64(sign("mailbox", payload, keys.signer)),
    file: file === null ? null : base64(file),
  });
  require(request.length <= LARGEST_REQUEST, "B2", "the request is too large");
  return request;
}

function wire(act: Act): { named: object; file: Uint8Array | null } {
  switch (act.do) {
    case "open":
      return { named: { do: "open", after: act.after }, file: null };
    case "post":
      return { named: { do: "post", stub: base64(act.stub) }, file: act.file };
    case "delete":
      return { named: { do: "delete", up_to: act.up_to }, file: null };
    case "change_words":
      return { named: { do: "change_words", change: base64(act.change) }, file: act.keep };
  }
}
