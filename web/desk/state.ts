import type {
  CaseId,
  CaseOpening,
  Day,
  Listed,
  MemberId,
  MyCase,
  Parties,
  Recipient,
  Role,
  ServiceId,
  Stage,
  Warning,
} from "../protocol";
import { emptyTrailView } from "./audit/state";
import type { TrailView } from "./audit/state";
import { anyWritten } from "./drafts";
import type { Asking } from "./fresh";
import { emptyLeadView } from "./lead/state";
import type { LeadView } from "./lead/state";
import type { Order, Row, Wanted } from "./list";
import { emptyOffice } from "./office";
import type { Office } from "./office";
import type { OpenedCase } from "./opening";
import type { People } from "./people";
import type { BarReason } from "./record/bars";
import type { Trouble } from "./trouble";
import type { Brief } from "../protocol/brief";
import type { CaseworkSettings } from "../protocol/work-calls";
import type { View } from "./views";
import type { SeveralView } from "./triage/several";
import { emptyDue } from "./work/due";
import type { DueView } from "./work/due";
import { anyDrafted } from "./work/state";
import type { AllRecordDrafts, WorkView } from "./work/state";

/** What signing in does, in order. */
export const signInSteps = [
  "passkey",
  "parameters",
  "passphrase",
  "service",
  "vault",
  "directory",
  "ring",
  "lists",
] as const;
export type SignInStep = (typeof signInSteps)[number];

/** How far signing in has come. */
export type SigningIn = {
  step: SignInStep | null;
  trouble: Trouble | null;
  /** Whose passphrase is still needed: a passkey let them in, but it does not open their keys. */
  unlock: string | null;
};
export const notSigningIn: SigningIn = { step: null, trouble: null, unlock: null };

/** Why nobody is signed in, where somebody was. */
export type After = "" | "signed_out" | "idle" | "ended" | "gone";

/** Who is signed in, as far as the page shows it. */
export type Me = {
  member: MemberId;
  label: string;
  /** Where the directory in force lists them; without, they cannot sign. */
  listed: Listed | null;
  /** Their roles in every team of that directory. */
  roles: readonly Role[];
  lead: boolean;
  administrator: boolean;
  /** The settings file names this installation. */
  pinned: boolean;
  demonstration: boolean;
};

/** A new report, before the declaration. */
export type NewRow = {
  case: CaseId;
  reference: string;
  day: string;
  route: string;
  team: string;
  /** How it is listed once it is mine. */
  served: MyCase;
  /** What a kind of conflict is sealed to: the case, in the epoch that the service says. */
  recipient: Recipient | null;
  /** What a member who let this one in later has said, where the parties do not open. */
  brief: Brief | "bad" | null;
  parties: Parties | null;
  /** What opened but could not be read. */
  text: string | null;
  warnings: readonly Warning[];
  readers: readonly string[];
  /** The reporter named this member among those who must not see it. */
  excludesMe: boolean;
  /** Why this member is near to a subject, by the units that the directory lists them with. */
  nearMe: readonly BarReason[];
  /** Somebody who is named is called as this member is. */
  namesMe: boolean;
  declaring: boolean;
  trouble: Trouble | null;
};

/** A list, as far as it was fetched. */
export type Listing<T> = {
  rows: readonly T[];
  /** "loading" until the first page is there; "more" while others come. */
  phase: "loading" | "more" | "ready";
  trouble: Trouble | null;
};

/** The opening of cases that the ring does not know. */
export type Opening = { done: number; total: number; failed: number; paused: boolean };

/** What is owed because of readers who left or lost their keys, and how far it has come. */
export type Handover = {
  /** The looking through for it. */
  looked: Progress;
  /** Cases in which somebody is to be let in again, and who. */
  shares: { cases: number; people: readonly { label: string; instead: string }[] };
  /** Cases that need new keys, and because of whom. */
  locks: { cases: number; people: readonly { label: string; day: Day | null }[] };
  /** Cases in which nothing can be done, because their keys do not hold together. */
  broken: number;
  /** The handing over that goes on, or has just ended; null where there is none. */
  round: RoundView | null;
};

/** How far something with many cases has come. */
export type Progress = { done: number; total: number; failed: number };

/** What a round of handing over is, and how it goes. */
export type RoundView = Progress & {
  kind: "shares" | "locks";
  paused: boolean;
  /** Done by colleagues meanwhile. */
  elsewhere: number;
  /** Left alone, because the reporter wanted somebody left out, or nobody here can see whether. */
  withheld: number;
  /** Why it stands still, where it does. */
  trouble: Trouble | null;
};

export const tabs = [
  "report",
  "triage",
  "conversation",
  "record",
  "notes",
  "procedure",
  "people",
] as const;
export type Tab = (typeof tabs)[number];

/** The case in the middle of the page. */
export type CaseView = {
  case: CaseId;
  reference: string;
  tab: Tab;
  /** The rail is shown although the window is narrow. */
  rail: boolean;
  opened: OpenedCase | null;
  people: People | null;
  /** The reporter's messages up to this one had been read when the case was opened. */
  readBefore: number;
  trouble: Trouble | null;
  /** Something that went well and is said once. */
  done: string | null;
  /** The member that the case is being shared with. */
  sharing: MemberId | null;
  shareTrouble: Trouble | null;
  /** Who has opened the case, as the service's audit trail has it; null until it is fetched. */
  openings: readonly CaseOpening[] | null;
  openingsTrouble: Trouble | null;
  /** What members keep of it. */
  work: WorkView;
  /** The record is shown as it is printed. */
  printing: boolean;
};

export type DraftKind =
  | "message"
  | "acknowledgement"
  | "stage"
  | "question"
  | "decision"
  | "support"
  | "check_in"
  | "survey";

/** What a member is writing in a case. */
export type Draft = {
  kind: DraftKind;
  text: string;
  stage: Stage | "";
  next: string;
  by: string;
  sending: boolean;
  /** A sentence about the last attempt. */
  trouble: Trouble | "overtaken" | null;
};

/** A sentence across the page; with a brief one, the whole is shown on demand. */
export type Notice = {
  id: string;
  kind: "warning" | "trouble" | "calm";
  text: string;
  brief?: string;
};

export type State = {
  service: ServiceId;
  serviceWords: readonly string[];
  force: string;
  /** Within how many days reporters are told that they are answered. */
  answerDays: number;
  online: boolean;
  after: After;
  idleMinutes: number;
  idleSoon: boolean;
  signIn: SigningIn;
  /** Null while nobody is signed in. */
  me: Me | null;
  notices: readonly Notice[];
  view: View;
  /** The service wants to see a second factor again. */
  asking: Asking | null;
  fresh: Listing<NewRow>;
  mine: Listing<Row>;
  opening: Opening | null;
  /** Null until something is looked through or owed. */
  handover: Handover | null;
  wanted: Wanted;
  order: Order;
  /** The row under the keys. */
  selected: string | null;
  open: CaseView | null;
  drafts: ReadonlyMap<CaseId, Draft>;
  recordDrafts: AllRecordDrafts;
  /** Reports that are being set aside together; null while none are chosen. */
  several: SeveralView | null;
  due: DueView;
  /** Null until they were fetched. */
  casework: CaseworkSettings | null;
  /** What leads and administrators see of accounts and of the service. */
  office: Office;
  lead: LeadView;
  trail: TrailView;
  help: boolean;
  letters: boolean;
};

/** Whether a service has begun: the id of one that has not is zeros (D1). */
export function isFounded({ service }: Pick<State, "service">): boolean {
  return !/^0+$/.test(service);
}

/** The state of a page on which nobody is signed in. */
export function signedOut(
  page: Pick<State, "service" | "serviceWords" | "force" | "answerDays" | "online" | "letters">,
  after: After,
  idleMinutes: number,
): State {
  return {
    ...page,
    after,
    idleMinutes,
    idleSoon: false,
    signIn: notSigningIn,
    me: null,
    notices: [],
    view: "account",
    asking: null,
    fresh: { rows: [], phase: "loading", trouble: null },
    mine: { rows: [], phase: "loading", trouble: null },
    opening: null,
    handover: null,
    wanted: { stage: "", route: "", unread: false, aside: false, search: "" },
    order: "day",
    selected: null,
    open: null,
    drafts: new Map(),
    recordDrafts: new Map(),
    casework: null,
    several: null,
    due: emptyDue,
    office: emptyOffice,
    lead: emptyLeadView,
    trail: emptyTrailView,
    help: false,
  };
}

/** Whether leaving would drop something that a member has written or drafted. */
export function anyLeft({
  drafts,
  lead,
  recordDrafts,
}: Pick<State, "drafts" | "lead" | "recordDrafts">): boolean {
  return lead.changes.length > 0 || anyWritten(drafts) || anyDrafted(recordDrafts);
}
