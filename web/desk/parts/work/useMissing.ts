import { useMemo } from "preact/hooks";
import type { Around } from "../../record/parts/props";
import type { CaseView } from "../../state";
import { worseDays } from "../../work/check-ins";
import { missingOf } from "../../work/missing";
import type { Missing } from "../../work/missing";

/** What is missing before the open case can be closed; null until its records were fetched. */
export function useMissing({ work, opened }: CaseView, around: Around): readonly Missing[] | null {
  const procedure = work.opened?.procedure;
  return useMemo(
    () =>
      procedure === undefined
        ? null
        : missingOf(procedure, around, opened === null ? [] : worseDays(opened)),
    [procedure, around, opened],
  );
}
