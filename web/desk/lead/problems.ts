/** Why a change cannot be made, and where on the page that is said. Pure. */
/** Where on the page a problem is shown. */
export type Field =
  "label" | "team" | "roles" | "units" | "name" | "day" | "leads" | "recovery" | "route";

/** Why a change cannot be made: a sentence of the page's text, by its name. */
export type Problem = {
  readonly field: Field;
  readonly code: ProblemCode;
  readonly values?: Readonly<Record<string, string | number>>;
};
export type ProblemCode =
  | "already"
  | "gone"
  | "listed"
  | "label_long"
  | "label_taken"
  | "label_unseen"
  | "key_taken"
  | "keys_differ"
  | "no_role"
  | "alone"
  | "alone_elsewhere"
  | "administrator_lead"
  | "lead_administrator"
  | "unit_long"
  | "no_team"
  | "in_team"
  | "team_full"
  | "team_taken"
  | "team_id"
  | "team_name"
  | "team_members"
  | "team_route"
  | "no_intake"
  | "day_past"
  | "leads_full"
  | "lead_last"
  | "lead_already";

/** Thrown where a change cannot be made; {@link refuse} throws it. */
export class Refusal extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.code);
    this.problem = problem;
  }
}

export function refuse(field: Field, code: ProblemCode, values?: Problem["values"]): never {
  throw new Refusal(values === undefined ? { field, code } : { field, code, values });
}
