import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { date } from "../../days";
import type { Change } from "../../lead/changes";
import { endorsementOf } from "../../lead/history";
import { labelIn, placesOfMember } from "../../lead/picture";
import { addChanges, setLead } from "../../lead/publishing";
import { problemText, rolesText } from "../../lead/sentences";
import { changed, concerns } from "../../lead/changes";
import type { Person } from "../../lead/standing";
import { fill, words } from "../../words";
import { today } from "../../days";
import type { Day } from "../../../protocol";
import { WordGrid } from "../../../member/WordGrid";
import { Strip } from "../Strip";
import { Compare } from "./Compare";
import type { Here } from "./People";
import { isAlarming } from "./PeopleList";
import { PlaceForm } from "./PlaceForm";
import type { Placing } from "./PlaceForm";

const said = words.lead.person;

/** One person: how they stand, whom they stand for, their teams, and what a lead may do. */
export function PersonPage({ here, person }: { here: Here; person: Person }): JSX.Element {
  const { desk, draft } = here;
  const heading = useRef<HTMLHeadingElement>(null);
  const [compared, setCompared] = useState(false);
  const [placing, place] = useState<Placing | null>(null);
  const [problem, setProblem] = useState("");
  useEffect(() => heading.current?.focus(), [person.member]);
  const { standing, application, label, member } = person;
  const asks = (standing === "waiting" || standing === "former") && application !== null;
  const drafted = draft !== null && asks && placesOfMember(draft.picture, member).length > 0;

  /** Puts a change into the draft, or says why it cannot be made. */
  function add(change: Change): void {
    if (draft === null) return;
    const result = changed(draft.picture, change, today() as Day);
    if ("problem" in result) {
      setProblem(problemText(result.problem));
      return;
    }
    setProblem("");
    addChanges(desk, here.session, [change]);
  }

  return (
    <article class="person">
      <button
        type="button"
        class="link person-back"
        onClick={() => setLead(desk, { selected: null })}
      >
        {said.back}
      </button>
      <div class="person-head">
        <h2 class="heading-large" tabIndex={-1} ref={heading}>
          {label}
        </h2>
        <span class={isAlarming(person) ? "tag tag-warning" : "tag"}>
          {words.office.state[standing]}
        </span>
        {person.lead && <span class="tag">{words.office.state.lead}</span>}
        {person.suspended && <span class="tag tag-warning">{words.office.state.suspended}</span>}
      </div>
      <Standing person={person} drafted={drafted} />
      {!drafted && draft?.changes.some(({ change }) => concerns(change, member)) && (
        <Strip kind="calm">{said.drafted}</Strip>
      )}
      {problem !== "" && (
        <Strip kind="trouble" announced onHide={() => setProblem("")}>
          {problem}
        </Strip>
      )}
      {asks && !drafted && placing === null && (
        <>
          <Compare here={here} person={person} compared={compared} onCompared={setCompared} />
          <PlaceForm
            here={here}
            placing={{ kind: "endorse", application, compared }}
            onDone={() => setCompared(false)}
          />
        </>
      )}
      <Facts here={here} person={person} />
      {person.places.length > 0 && (
        <Places here={here} person={person} onPlace={place} onAdd={add} />
      )}
      {placing !== null && <PlaceForm here={here} placing={placing} onDone={() => place(null)} />}
      {person.words.length > 0 && !asks && (
        <section class="section" aria-labelledby="person-words">
          <h3 class="heading" id="person-words">
            {said.words}
          </h3>
          <WordGrid list={person.words} label={fill(words.lead.compare.theirs, { label })} small />
        </section>
      )}
      {person.places.length > 0 && (
        <section class="section with-hint">
          <button
            type="button"
            class="button button-quiet"
            onClick={() => add({ kind: "remove", member })}
          >
            {said.remove}
          </button>
          <span class="hint">{said.remove_hint}</span>
        </section>
      )}
    </article>
  );
}

/** What is out of the ordinary about somebody, in a sentence. */
function Standing({ person, drafted }: { person: Person; drafted: boolean }): JSX.Element {
  const told = words.lead.standing;
  const { standing, label } = person;
  const strips: ComponentChildren[] = [];
  if (drafted) {
    strips.push(
      <Strip kind="good" announced>
        {fill(told.drafted, { label })}
      </Strip>,
    );
  } else if (standing !== "listed" && standing !== "waiting") {
    strips.push(
      <Strip kind={isAlarming(person) ? "warning" : "calm"}>
        {fill(told[standing], { label })}
      </Strip>,
    );
  }
  if (person.suspended) strips.push(<Strip kind="calm">{told.suspended}</Strip>);
  return <>{strips}</>;
}

function Facts({ here, person }: { here: Here; person: Person }): JSX.Element {
  const { account, application } = person;
  const replaces = person.places[0]?.member.replaces ?? application?.replaces ?? "";
  const rows: (readonly [string, string])[] = [];
  if (person.places.length > 0) rows.push([said.endorsed, endorsedText(here, person)]);
  if (person.lead) rows.push([said.lead_since, said.lead_yes]);
  if (replaces !== "") {
    const label = here.picture === null ? null : labelIn(here.picture, replaces);
    const known = here.people.find((one) => one.member === replaces)?.label;
    rows.push([said.replaces, label ?? known ?? replaces.slice(0, 8)]);
  }
  if (application !== null) rows.push([said.applied, date(application.day)]);
  if (account !== null) {
    const { factors } = account;
    rows.push([said.factors, factors === 0 ? said.factors_none : String(factors)]);
  }
  return (
    <dl class="answers">
      {rows.map(([name, value]) => (
        <div key={name} class="answer">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Who signed for somebody, and when. Earlier roots may still have to be fetched to know. */
function endorsedText({ desk, session }: Here, { member }: Person): string {
  const history = session.directory?.history;
  const found = history === undefined ? null : endorsementOf(history, member);
  if (found === null) return "";
  if (found !== "unknown") {
    const { by, day, serial } = found;
    return fill(said.endorsed_by, { label: by, day: date(day), serial });
  }
  const { missing, trouble } = desk.state.lead.back;
  return missing !== null || trouble !== null ? said.endorsed_unknown : `${said.endorsed_search}…`;
}

function Places({
  here,
  person,
  onPlace,
  onAdd,
}: {
  here: Here;
  person: Person;
  onPlace: (placing: Placing) => void;
  onAdd: (change: Change) => void;
}): JSX.Element {
  const { label, member } = person;
  const others = (here.draft?.picture.teams.length ?? 0) > person.places.length;
  return (
    <section class="section" aria-labelledby="person-teams">
      <table class="table">
        <caption class="heading" id="person-teams">
          {said.teams}
        </caption>
        <thead>
          <tr>
            <th scope="col">{said.column.team}</th>
            <th scope="col">{said.column.roles}</th>
            <th scope="col">{said.column.units}</th>
            <th scope="col">{said.column.since}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {person.places.map(({ member: entry, team }) => (
            <tr key={team.team}>
              <th scope="row">{team.name}</th>
              <td>{rolesText(entry.roles)}</td>
              <td>{entry.units.length === 0 ? said.no_units : entry.units.join(", ")}</td>
              <td>
                <span class="narrow">{said.column.since} </span>
                {date(entry.since)}
              </td>
              <td class="acts">
                <button
                  type="button"
                  class="link"
                  aria-label={fill(said.change_in, { label, team: team.name })}
                  onClick={() => onPlace({ kind: "roles", entry, team })}
                >
                  {said.change}
                </button>
                {others && (
                  <button
                    type="button"
                    class="link"
                    aria-label={fill(said.move_from, { label, team: team.name })}
                    onClick={() => onPlace({ kind: "move", entry, team })}
                  >
                    {said.move}
                  </button>
                )}
                {person.places.length > 1 && (
                  <button
                    type="button"
                    class="link"
                    aria-label={fill(said.leave_from, { label, team: team.name })}
                    onClick={() => onAdd({ kind: "leave", member, team: team.team })}
                  >
                    {said.leave}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {others && person.places[0] !== undefined && (
        <button
          type="button"
          class="link"
          onClick={() => {
            const [first] = person.places;
            if (first !== undefined) onPlace({ kind: "join", entry: first.member });
          }}
        >
          {said.join}
        </button>
      )}
    </section>
  );
}
