import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { OpenedCase } from "../opening";
import { noCasework } from "../record/settings";
import type { CaseView } from "../state";
import { isAnybodyUnknown, unfitIn, unknownIn } from "../triage/plan";
import type { Unfit, Unknown } from "../triage/plan";
import { saysOf } from "../triage/says";
import { fill, words } from "../words";
import { useDesk } from "./context";
import { Shown } from "./Shown";
import { Strip } from "./Strip";

const texts = words.triage;

/** Whom the reporter named and the desk cannot leave out by itself; null where it knows all of them. */
export function useUnknown(opened: OpenedCase): Unknown | null {
  const { session, state } = useDesk();
  const directory = session?.roots.current;
  const casework = state.casework ?? noCasework;
  return useMemo(() => {
    if (directory === undefined) return null;
    const found = unknownIn(opened, directory, casework);
    return isAnybodyUnknown(found) ? found : null;
  }, [opened, directory, casework]);
}

/** Warns of them, in the reporter's words. */
export function UnknownNames({ unknown: { units, other } }: { unknown: Unknown }): JSX.Element {
  return (
    <Strip kind="warning">
      {units.length > 0 && (
        <>
          {texts.unknown_units}
          <Said texts={units} />
        </>
      )}
      {other !== "" && (
        <>
          {units.length > 0 ? texts.unknown_other_too : texts.unknown_other}
          <Said texts={[other]} />
        </>
      )}
      {texts.unknown_todo}
    </Strip>
  );
}

/** The units in the records that no unit or team of the force is called by. */
export function useUnfit({ work }: CaseView): readonly Unfit[] {
  const { session, state } = useDesk();
  const directory = session?.roots.current;
  const casework = state.casework ?? noCasework;
  return useMemo(
    () =>
      directory === undefined || work.opened === null
        ? []
        : unfitIn(saysOf(work.opened), directory, casework),
    [work.opened, directory, casework],
  );
}

/** Warns of them, and leads to the records. */
export function UnfitNames({ unfit }: { unfit: readonly Unfit[] }): JSX.Element {
  const desk = useDesk();
  const records = [...new Set(unfit.map((one) => one.record))];
  return (
    <Strip kind="warning">
      {texts.unfit}
      <Said texts={unfit.map(({ who, unit }) => fill(texts.unfit_of, { who, unit }))} />
      {texts.unfit_todo}
      {records.map((record) => (
        <span key={record}>
          {" "}
          <button type="button" class="link" onClick={() => desk.work.showRecord(record)}>
            {texts.unfit_open[record]}
          </button>
        </span>
      ))}
    </Strip>
  );
}

function Said({ texts: said }: { texts: readonly string[] }): JSX.Element {
  return (
    <ul class="triage-list">
      {said.map((text) => (
        <li key={text}>
          <Shown text={text} long />
        </li>
      ))}
    </ul>
  );
}
