import type { JSX } from "preact";
import { lackLine } from "../marks";
import { recordWords } from "../words";
import type { LackingProps } from "./props";

const { marks } = recordWords;

/** What is still missing in a record: each a way to its field. */
export function Lacking({ lacks, onGo }: LackingProps): JSX.Element {
  if (lacks.length === 0) return <p class="quiet">{marks.nothing}</p>;
  return (
    <ul class="rec-lacking">
      {lacks.map((one) => (
        <li key={`${one.record} ${one.place} ${one.code} ${one.about}`}>
          <span aria-hidden="true">{one.weight === "lack" ? "○" : "›"}</span>
          <button type="button" class="link" onClick={() => onGo(one)}>
            {one.weight === "hint" && <span class="hidden">{marks.look}: </span>}
            {lackLine(one)}
          </button>
        </li>
      ))}
    </ul>
  );
}
