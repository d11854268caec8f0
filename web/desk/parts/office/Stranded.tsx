import type { JSX } from "preact";
import { reference } from "../../../protocol";
import { date } from "../../days";
import { counted, fill, words } from "../../words";
import { useDesk } from "../context";
import { Strip } from "../Strip";

const said = words.stranded;

/** Which reports nobody is left to work on, and what to do; nothing where there are none. */
export function Stranded(): JSX.Element | null {
  const { found } = useDesk().state.office.stranded;
  if (found === null || found.cases.length === 0) return null;
  return (
    <Strip kind="warning" announced>
      <strong>{counted(said.heading, found.cases.length)}</strong>
      <p>{said.text}</p>
      <ul class="plain">
        {found.cases.map((one) => (
          <li key={one.case}>
            {fill(said.received, { reference: reference(one.case), day: date(one.day) })}
          </li>
        ))}
      </ul>
      {found.next !== null && <p>{said.more}</p>}
      <p>{said.what_to_do}</p>
    </Strip>
  );
}
