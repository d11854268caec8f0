import { Refused } from "./refused";

/** What a reader is warned of, beside the thing that it is about. Never a reason to hide the rest. */
export type WarningKind =
  /** The file does not open with the reader's keys (E1 to E5). */
  | "does-not-open"
  /** The file is sealed to others: to the first grantees, or under an epoch without a grant. */
  | "not-sealed-to-you"
  /** The bytes are not those that the signed document names (C4, M4). */
  | "digest"
  /** It opens, but is not of its format (R9). */
  | "format"
  /** It names another service, case or anchor (R9, M4). */
  | "foreign"
  /** Its text is longer than the protocol allows (R8, M3). */
  | "too-long"
  /** The signature is not good (G1). */
  | "bad-signature"
  /** No member of the directory, and no reporter's key, signed this (D9, M4, M9). */
  | "unknown-signer"
  /** It names a root of the directory that the reader does not have (D9). */
  | "unknown-root"
  /** Stub and content do not agree (M4). */
  | "stub-differs"
  /** Messages before this one are missing (M5). */
  | "gap"
  /** The message before it is not the one that it follows (M5). */
  | "previous"
  /** It has seen a message of the other side that the reader does not have (M5). */
  | "seen"
  /** It is sealed under an earlier epoch (K6). */
  | "earlier-epoch"
  /** An epoch, grant row or change of words does not follow from the one before (K3, K5, W1). */
  | "chain"
  /** A grant that no live grant of its grantor supports, or to somebody who may not read (K4). */
  | "grant"
  /** An epoch whose author held no live grant of the one before, or that does not verify (K5). */
  | "epoch"
  /** The case secret does not yield the recipient that the case names (K2, S4). */
  | "secret"
  /** The service says that something was signed which no act signs (Q4). */
  | "unproved-signature"
  /** The service says that others are barred than the acts do (Q12). */
  | "unproved-bars"
  /** The directory is past its good-until day (D7). */
  | "good-until";

/** One warning, with the rule of docs/protocol.md that was broken. */
export interface Warning {
  readonly kind: WarningKind;
  readonly rule: string;
}

/** A warning. */
export function warning(kind: WarningKind, rule: string): Warning {
  return { kind, rule };
}

/** The warning that a refusal becomes; anything else is thrown on. */
export function warned(error: unknown, kind: WarningKind): Warning {
  if (error instanceof Refused) return { kind, rule: error.rule };
  throw error;
}
