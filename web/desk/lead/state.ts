/** What a lead has before them, and what they are drafting. */
import type { MemberId } from "../../protocol";
import type { OfficeAnswerOf } from "../../protocol/office-calls";
import { notFetched } from "../office";
import type { Fetched } from "../office";
import type { Trouble } from "../trouble";
import type { Change } from "./changes";
import type { Signed } from "./next";

export const leadTabs = ["people", "teams", "leads", "recovery", "history"] as const;
export type LeadTab = (typeof leadTabs)[number];

export type LeadView = {
  readonly tab: LeadTab;
  /** Whom the page shows. */
  readonly selected: MemberId | null;
  /** The draft is shown although the window is narrow. */
  readonly rail: boolean;
  /** The draft of the next root. */
  readonly changes: readonly Change[];
  /** What the draft was made upon: the serial in force and the number of lead lists. */
  readonly base: { readonly serial: number; readonly lists: number } | null;
  /** Somebody published while this lead was drafting: a sentence. */
  readonly rebased: string | null;
  /** What would be published, signed and verified, for the lead to read. */
  readonly review: Signed | null;
  readonly publishing: boolean;
  readonly trouble: Trouble | null;
  /** Something that went well and is said once. */
  readonly done: string | null;
  readonly votes: Fetched<OfficeAnswerOf<"votes">["votes"]>;
  readonly voting: boolean;
  /** How far back the roots are there. */
  readonly back: {
    readonly serial: number | null;
    readonly missing: number | null;
    readonly trouble: Trouble | null;
  };
};

export const emptyLeadView: LeadView = {
  tab: "people",
  selected: null,
  rail: false,
  changes: [],
  base: null,
  rebased: null,
  review: null,
  publishing: false,
  trouble: null,
  done: null,
  votes: notFetched,
  voting: false,
  back: { serial: null, missing: null, trouble: null },
};
