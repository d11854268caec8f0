/** The answers of the calls about accounts: enrolment, second factors, sessions, vaults. Only members'
 * pages import this. */
import type { Digest, MemberId, ServiceId } from "./bytes";
import {
  b64,
  bool,
  dayFormat,
  hexOf,
  int,
  listOf,
  object,
  oneOf,
  orEmpty,
  orNull,
  read,
  text,
} from "./format";
import type { Format, Of } from "./format";

/** What a link enrols (section 12). */
export const PURPOSES = ["lead", "administrator", "member"] as const;
export type Purpose = (typeof PURPOSES)[number];

/** The kinds of a second factor. */
export const FACTOR_KINDS = ["totp", "passkey"] as const;

const memberFormat = hexOf<MemberId>(16);
const idFormat = hexOf<string>(16);
const hex32 = hexOf<string>(32);

const answers = {
  /** `POST /api/1/enrol/open`; `service` is empty while the installation is not founded. */
  enrolOpened: object({
    purpose: oneOf(PURPOSES),
    label: text,
    member: memberFormat,
    pepper: hex32,
    service: orEmpty(hexOf<ServiceId>(32)),
    genesis: orNull(b64),
    force: text,
    origin: text,
    until: int,
    replaces: orEmpty(memberFormat),
  }),
  /** `POST /api/1/enrol/keys` */
  enrolKeys: object({ totp: object({ secret: text, uri: text }) }),
  /** `POST /api/1/enrol/vault/open` */
  enrolVault: object({ vault: b64, salt: hexOf<string>(16) }),
  /** `POST /api/1/enrol/finish` */
  enrolFinished: object({ service: hexOf<ServiceId>(32) }),
  /** `POST /api/1/desk/passkey/sign-in` */
  passkeySignedIn: object({
    member: memberFormat,
    label: text,
    vault: b64,
    pepper: hex32,
    salt: hexOf<string>(16),
  }),
  /** `GET /api/1/desk/sessions`, in Unix seconds */
  sessions: object({
    sessions: listOf(object({ id: idFormat, opened: int, seen: int, own: bool })),
  }),
  /** `GET /api/1/desk/factors`; `credential` is the digest of a passkey's credential id. */
  factors: object({
    factors: listOf(
      object({
        id: idFormat,
        kind: oneOf(FACTOR_KINDS),
        name: text,
        added: dayFormat,
        used: orEmpty(dayFormat),
        credential: orEmpty(hexOf<Digest>(32)),
      }),
    ),
  }),
  /** `POST /api/1/desk/factors/totp` */
  totpAdded: object({ id: idFormat, secret: text, uri: text }),
  /** `POST /api/1/desk/factors/passkey` */
  factorAdded: object({ id: idFormat }),
  /** `GET /api/1/desk/vault` */
  vault: object({ vault: b64, salt: hexOf<string>(16), pepper: hex32 }),
};

export type PeopleAnswerName = keyof typeof answers;
/** The answer of a call about accounts. */
export type PeopleAnswerOf<N extends PeopleAnswerName> = Of<(typeof answers)[N]>;
export type EnrolOpened = PeopleAnswerOf<"enrolOpened">;
export type SessionEntry = PeopleAnswerOf<"sessions">["sessions"][number];
export type Factor = PeopleAnswerOf<"factors">["factors"][number];

/** Gives the reader of one answer. */
export function peopleAnswer<N extends PeopleAnswerName>(
  call: N,
): (bytes: Uint8Array) => PeopleAnswerOf<N> {
  const format = answers[call] as Format<unknown>;
  return (bytes) => read(format, bytes) as PeopleAnswerOf<N>;
}

export const peoplePaths = {
  enrol: {
    open: "/api/1/enrol/open",
    keys: "/api/1/enrol/keys",
    totp: "/api/1/enrol/totp",
    passkeyOptions: "/api/1/enrol/passkey/options",
    passkey: "/api/1/enrol/passkey",
    vault: "/api/1/enrol/vault",
    openVault: "/api/1/enrol/vault/open",
    finish: "/api/1/enrol/finish",
  },
  passkeyOptions: "/api/1/desk/passkey/options",
  passkeySignIn: "/api/1/desk/passkey/sign-in",
  fresh: "/api/1/desk/fresh",
  sessions: "/api/1/desk/sessions",
  endSession: (id: string): string => `/api/1/desk/sessions/${id}/end`,
  endOthers: "/api/1/desk/sessions/end-others",
  factors: "/api/1/desk/factors",
  addTotp: "/api/1/desk/factors/totp",
  factorPasskeyOptions: "/api/1/desk/factors/passkey/options",
  addPasskey: "/api/1/desk/factors/passkey",
  factor: (id: string, act: "prove" | "name" | "remove"): string =>
    `/api/1/desk/factors/${id}/${act}`,
  vault: "/api/1/desk/vault",
} as const;
