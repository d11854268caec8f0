import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { CaseView } from "../../state";
import { troubleText } from "../../trouble";
import { words } from "../../words";
import { useDesk } from "../context";
import { Strip } from "../Strip";
import { ConflictDialog } from "../triage/ConflictDialog";

const texts = words.procedure.conflict;

/** Leaves the case to the others once somebody has found a conflict in it. */
export function FoundConflict({ view }: { view: CaseView }): JSX.Element {
  return (
    <section class="section">
      <h3 class="heading">{texts.heading}</h3>
      <p class="quiet">{texts.intro}</p>
      <ConflictButton view={view} />
    </section>
  );
}

/** Asks what kind of conflict it is, and declares it. */
export function ConflictButton({ view }: { view: CaseView }): JSX.Element {
  const desk = useDesk();
  const [asking, setAsking] = useState(false);
  const { acting, actTrouble } = view.work;
  const busy = acting !== null;
  return (
    <>
      <button
        type="button"
        class="button button-quiet"
        aria-disabled={busy}
        onClick={() => {
          if (busy) return;
          desk.work.set({ actTrouble: null });
          setAsking(true);
        }}
      >
        {texts.found}
      </button>
      {asking && (
        <ConflictDialog
          reference={view.reference}
          text={texts.text}
          trouble={
            actTrouble !== null && (
              <Strip kind="trouble" announced>
                {troubleText(actTrouble)}
              </Strip>
            )
          }
          onYes={(kinds, detail) => {
            if (!busy) desk.work.declareFound(kinds, detail);
          }}
          onNo={() => setAsking(false)}
        />
      )}
    </>
  );
}
