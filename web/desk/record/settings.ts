/** The settings of casework as `GET casework` gives them, as far as the record is written by them. */

/** A code that a force edits, with its word. One that is retired is shown, but no longer offered. */
export type ListedCode = {
  readonly code: string;
  readonly label: string;
  readonly retired: boolean;
};

/** When a rule of the routing table applies; what is not there, empty or false asks for nothing. */
export type When = {
  readonly categories?: readonly string[];
  readonly gravity?: string;
  readonly characteristics?: boolean;
  readonly professional_standards?: boolean;
  /** A confirmed subject has this rank or a higher one. */
  readonly rank_from?: string;
  /** No subject has a higher rank than this. */
  readonly rank_to?: string;
  readonly unknown_subject?: boolean;
  readonly no_subject?: boolean;
  readonly bcu?: boolean;
};

/** One rule of the routing table: the team, or `subject-unit` for the standards unit of the subject. */
export type RoutingRule = {
  readonly when: When;
  readonly team: string;
  readonly reason: string;
};

export type Casework = {
  readonly bank_holidays: readonly string[];
  readonly lists: Readonly<Record<string, readonly ListedCode[]>>;
  readonly routing: readonly RoutingRule[];
  /** Units of the force that have a standards unit of their own, and its team. */
  readonly units: readonly { readonly name: string; readonly team: string }[];
  readonly force_units: readonly string[];
};

/** Settings of nothing: the record can be read with them, its codes as they stand. */
export const noCasework: Casework = {
  bank_holidays: [],
  lists: {},
  routing: [],
  units: [],
  force_units: [],
};
