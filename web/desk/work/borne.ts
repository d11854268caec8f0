/** What the service says of a case's procedure, held against the acts that members signed (Q4). Pure. */
import { warning } from "../../protocol";
import type { Digest, MemberId, Warning } from "../../protocol";
import type { ActRow, OpenedAct } from "../../protocol/act";
import type { Procedure } from "../../protocol/work-calls";
import type { SignedBars } from "../people";
import type { OpenedRecord } from "./opening";

type Checkpoint = Procedure["checkpoints"][number];

/** The procedure as far as acts bear it out. A signature that nobody gave counts as none; whoever is barred by the
 * service or by the acts is barred. */
export function borneOut(
  procedure: Procedure,
  acts: readonly OpenedAct[],
  records: Readonly<Partial<Record<string, Pick<OpenedRecord, "revision" | "digest">>>>,
): { readonly procedure: Procedure; readonly warnings: readonly Warning[] } {
  const rows = acts.flatMap(({ row }) => (row === null ? [] : [row]));
  const warnings: Warning[] = [];
  const checkpoints = procedure.checkpoints.map((one): Checkpoint => {
    const latest = records[one.record];
    const digest = latest?.revision === one.signed ? latest.digest : null;
    if (one.by === "" || gave(rows, "sign", one, one.by, digest)) {
      if (one.second === "" || gave(rows, "second", one, one.second, digest)) return one;
      warnings.push(warning("unproved-signature", "Q4"));
      return { ...one, second: "", done: false };
    }
    warnings.push(warning("unproved-signature", "Q4"));
    return { ...one, signed: 0, by: "", second: "", done: false };
  });
  const signed = barsSigned(acts).now;
  const bars = [...new Set([...procedure.bars, ...signed])];
  const differ = bars.length !== signed.size || bars.length !== procedure.bars.length;
  if (differ) warnings.push(warning("unproved-bars", "Q12"));
  return { procedure: { ...procedure, checkpoints, bars }, warnings };
}

/** Whether an act signs a record's revision: the latest one by its digest. */
function gave(
  rows: readonly ActRow[],
  how: "sign" | "second",
  { record, signed }: Checkpoint,
  by: MemberId,
  digest: Digest | null,
): boolean {
  return rows.some(
    ({ member, act }) =>
      act.do === how &&
      member === by &&
      act.record === record &&
      act.revision === signed &&
      (digest === null || act.digest === digest),
  );
}

/** Who is barred by what was signed, in its order, and who ever was. */
export function barsSigned(acts: readonly OpenedAct[]): SignedBars {
  const now = new Set<MemberId>();
  const ever = new Set<MemberId>();
  for (const { row } of acts) {
    if (row?.act.do === "bar") for (const member of row.act.members) now.add(member);
    if (row?.act.do === "lift") for (const member of row.act.members) now.delete(member);
    for (const member of now) ever.add(member);
  }
  return { now, ever };
}
