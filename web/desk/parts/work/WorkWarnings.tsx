import type { JSX } from "preact";
import { fill, words } from "../../words";
import type { OpenedWork } from "../../work/opening";
import { recordWarning } from "../../work/work";
import { Strip } from "../Strip";

/** What is not as it should be about the records and acts of a case as a whole, each kind once. */
export function WorkWarnings({ opened }: { opened: Pick<OpenedWork, "warnings"> }): JSX.Element {
  const texts = new Set(opened.warnings.map(({ kind }) => recordWarning(kind)));
  return (
    <>
      {[...texts].map((text) => (
        <Strip key={text} kind="warning">
          {fill(words.work.part, { text })}
        </Strip>
      ))}
    </>
  );
}
