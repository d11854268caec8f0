import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { OpenedCase } from "../opening";
import { noCasework } from "../record/settings";
import { isAnybodyUnknown, unknownIn } from "../triage/plan";
import type { Unknown } from "../triage/plan";
import { words } from "../words";
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
