import type { JSX } from "preact";
import { date } from "../../days";
import { fill } from "../../words";
import { memberText } from "../shown";
import { recordWords } from "../words";
import type { Around, RecordViewProps, Standing } from "./props";

const { view } = recordWords;

/** Which revision this is, who wrote it, and how it is signed off. */
export function Revisions({
  record,
  latest,
  standing,
  around,
  onHistory,
}: Pick<RecordViewProps, "record" | "latest" | "standing" | "around" | "onHistory">): JSX.Element {
  return (
    <p class="rec-revisions">
      {latest === null ? (
        <span>{view.never}</span>
      ) : (
        <span>
          {fill(view.revision, {
            revision: latest.revision,
            who: memberText(latest.author, around),
            day: date(latest.day),
          })}
        </span>
      )}
      {latest !== null && record !== "notes" && (
        <span class={standing?.done === true ? "rec-signed" : "quiet"}>
          {standing?.done === true && <span aria-hidden="true">✓ </span>}
          {signedText(latest.revision, standing, around, record === "failing")}
        </span>
      )}
      {onHistory !== null && (
        <button type="button" class="link" onClick={onHistory}>
          {view.history}
        </button>
      )}
    </p>
  );
}

/** How a revision is signed off, in words. */
export function signedText(
  revision: number,
  standing: Standing | null,
  around: Pick<Around, "members">,
  needsSecond: boolean,
): string {
  if (standing === null || standing.signed === 0 || standing.by === "") return view.unsigned;
  const who = memberText(standing.by, around);
  if (standing.signed !== revision) {
    return fill(view.signed_older, { who, revision: standing.signed });
  }
  if (standing.second !== "") {
    return fill(view.signed_second, { who, second: memberText(standing.second, around) });
  }
  const signed = fill(view.signed, { who });
  return needsSecond ? `${signed}. ${view.needs_second}` : signed;
}
