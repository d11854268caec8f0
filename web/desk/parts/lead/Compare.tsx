import type { JSX } from "preact";
import { WordGrid } from "../../../member/WordGrid";
import type { Person } from "../../lead/standing";
import { fill, words } from "../../words";
import type { Here } from "./People";

const said = words.lead.compare;

/** Two people read words to each other, both ways, before one signs for the other (D13). */
export function Compare({
  here,
  person,
  compared,
  onCompared,
}: {
  here: Here;
  person: Person;
  compared: boolean;
  onCompared: (compared: boolean) => void;
}): JSX.Element {
  const { serviceWords } = here.desk.state;
  const { label } = person;
  return (
    <section class="section compare" aria-labelledby="compare-heading">
      <h3 class="heading" id="compare-heading">
        {said.heading}
      </h3>
      <p>{fill(said.intro, { label })}</p>
      <h4 class="heading-small">{fill(said.theirs, { label })}</h4>
      <p class="quiet">{said.theirs_do}</p>
      <WordGrid list={person.words} label={fill(said.theirs, { label })} />
      <h4 class="heading-small">{said.ours}</h4>
      <p class="quiet">{said.ours_do}</p>
      <WordGrid list={serviceWords} label={said.ours} />
      <p class="quiet">{said.differ}</p>
      <label class="check">
        <input
          id="compared"
          type="checkbox"
          checked={compared}
          onChange={(event) => onCompared(event.currentTarget.checked)}
        />
        <span>{fill(said.both, { label })}</span>
      </label>
    </section>
  );
}
