import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { CaseView } from "../../state";
import { words } from "../../words";
import { useDesk } from "../context";
import { ConflictDialog } from "../triage/ConflictDialog";

const texts = words.procedure.conflict;

/** Leaves the case to the others once somebody has found a conflict in it. */
export function FoundConflict({ view }: { view: CaseView }): JSX.Element {
  const desk = useDesk();
  const [asking, setAsking] = useState(false);
  const busy = view.work.acting !== null;
  return (
    <section class="section">
      <h3 class="heading">{texts.heading}</h3>
      <p class="quiet">{texts.intro}</p>
      <button
        type="button"
        class="button button-quiet"
        aria-disabled={busy}
        onClick={() => {
          if (!busy) setAsking(true);
        }}
      >
        {texts.found}
      </button>
      {asking && (
        <ConflictDialog
          reference={view.reference}
          text={texts.text}
          onYes={(kinds, detail) => {
            setAsking(false);
            desk.work.declareFound(kinds, detail);
          }}
          onNo={() => setAsking(false)}
        />
      )}
    </section>
  );
}
