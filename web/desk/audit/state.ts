/** What an auditor has before them. */
import type { AuditRow, Head } from "../../protocol";
import type { Trouble } from "../trouble";
import type { Finding, Followed } from "./chain";
import { everything } from "./wanted";
import type { Wanted } from "./wanted";

export type TrailView = {
  /** Null until the first page is there. */
  readonly followed: Followed | null;
  /** Rows are being fetched and followed. */
  readonly following: boolean;
  readonly trouble: Trouble | null;
  /** What the auditors countersigned, verified; and how many of it is not good. */
  readonly heads: readonly Head[];
  readonly badHeads: number;
  /** What the countersigned heads show to be wrong. */
  readonly finding: Finding | null;
  /** Earlier rows than those that were followed, as the service gives them. */
  readonly earlier: readonly AuditRow[];
  readonly wanted: Wanted;
  readonly drawn: number;
  readonly signing: boolean;
  readonly exporting: boolean;
  /** Something that went well and is said once. */
  readonly done: string | null;
};

/** How many rows are drawn before "show earlier rows". */
export const DRAWN = 100;

export const emptyTrailView: TrailView = {
  followed: null,
  following: false,
  trouble: null,
  heads: [],
  badHeads: 0,
  finding: null,
  earlier: [],
  wanted: everything,
  drawn: DRAWN,
  signing: false,
  exporting: false,
  done: null,
};
