/** Which rows of the audit trail are looked at. Pure. */
import { reference } from "../../protocol";
import type { AuditRow, CaseId, MemberId } from "../../protocol";

/** What the rows are narrowed to; "" is everything. */
export type Wanted = {
  readonly who: MemberId | "";
  readonly act: string;
  readonly case: CaseId | "";
  /** Only what was refused. */
  readonly refused: boolean;
};

export const everything: Wanted = { who: "", act: "", case: "", refused: false };

export function isEverything({ who, act, case: of, refused }: Wanted): boolean {
  return who === "" && act === "" && of === "" && !refused;
}

/** Whether a row is one of those wanted. */
export function fits(row: AuditRow, { who, act, case: of, refused }: Wanted): boolean {
  return (
    (who === "" || row.who === who) &&
    (act === "" || row.act === act) &&
    (of === "" || row.case === of) &&
    (!refused || row.outcome !== "done")
  );
}

/** The case that somebody means by a reference such as `RL-7K3M-92QD` or by an id, among those known. */
export function caseMeant(typed: string, known: Iterable<CaseId>): CaseId | null {
  const wanted = typed.trim().toUpperCase().replace(/\s+/g, "");
  if (/^[0-9A-F]{64}$/.test(wanted)) return wanted.toLowerCase() as CaseId;
  for (const one of known) if (reference(one) === wanted) return one;
  return null;
}
