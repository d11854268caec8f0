import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { setLead } from "../../lead/publishing";
import type { Person } from "../../lead/standing";
import { rolesText } from "../../lead/sentences";
import { placesOfMember } from "../../lead/picture";
import { folded } from "../../text";
import { date } from "../../days";
import { words } from "../../words";
import { Invitations } from "../office/Invitations";
import type { Here } from "./People";
import { PersonPage } from "./Person";

const said = words.lead.list;

/** Everybody by where they stand, and the page of whoever is chosen. */
export function PeopleList({ here }: { here: Here }): JSX.Element {
  const { desk, people } = here;
  const { selected } = desk.state.lead;
  const { accounts } = desk.state.office;
  const person = people.find((one) => one.member === selected) ?? null;
  const invitations = accounts.found?.invitations ?? [];
  const [wanted, want] = useState("");
  const shown = people.filter((one) => fits(one, wanted));
  const groups = groupsOf(here, shown);
  return (
    <div class={person === null ? "persons" : "persons persons-open"}>
      <nav class="person-list" aria-label={said.label}>
        {people.length > 12 && (
          <label class="person-find">
            <span class="hidden">{said.filter}</span>
            <input
              class="input"
              type="search"
              placeholder={said.filter}
              autocomplete="off"
              spellcheck={false}
              value={wanted}
              onInput={(event) => want(event.currentTarget.value)}
            />
          </label>
        )}
        {accounts.found === null && accounts.trouble === null && (
          <p class="quiet person-note" role="status">
            {words.office.loading}…
          </p>
        )}
        {accounts.found !== null && people.length === 0 && (
          <p class="quiet person-note">{said.none}</p>
        )}
        {people.length > 0 && shown.length === 0 && <p class="quiet person-note">{said.nobody}</p>}
        {groups.map(({ name, members }) => (
          <section key={name} aria-label={name}>
            <h2 class="heading-small">
              {name} <span class="count">{members.length}</span>
            </h2>
            <ul class="plain">
              {members.map((one) => (
                <li key={one.member}>
                  <Row here={here} person={one} current={one.member === selected} />
                </li>
              ))}
            </ul>
          </section>
        ))}
        {invitations.length > 0 && (
          <section aria-label={said.invited}>
            <h2 class="heading-small">
              {said.invited} <span class="count">{invitations.length}</span>
            </h2>
            <Invitations invitations={invitations} />
          </section>
        )}
      </nav>
      {person === null ? (
        <p class="quiet person-none">{words.lead.person.choose}</p>
      ) : (
        <PersonPage key={person.member} here={here} person={person} />
      )}
    </div>
  );
}

function Row({
  here,
  person,
  current,
}: {
  here: Here;
  person: Person;
  current: boolean;
}): JSX.Element {
  const { desk, draft } = here;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (current) button.current?.scrollIntoView({ block: "nearest" });
  }, [current]);
  const { standing, application } = person;
  const drafted =
    draft !== null &&
    person.places.length === 0 &&
    placesOfMember(draft.picture, person.member).length > 0;
  const roles = [...new Set(person.places.flatMap((one) => one.member.roles))];
  const beside =
    standing === "waiting" && application !== null ? date(application.day) : rolesText(roles);
  return (
    <button
      ref={button}
      type="button"
      class="person-row"
      aria-current={current ? "true" : undefined}
      onClick={() => setLead(desk, { selected: person.member })}
    >
      <span class="person-label">{person.label}</span>
      <span class="person-beside quiet">{drafted ? said.drafted : beside}</span>
      {(person.suspended || isAlarming(person)) && (
        <span class="tag tag-warning">
          {words.office.state[person.suspended ? "suspended" : standing]}
        </span>
      )}
    </button>
  );
}

type Group = { readonly name: string; readonly members: readonly Person[] };

/** Who waits, then what is wrong, then the teams as the directory has them, then the rest. */
function groupsOf({ picture }: Here, people: readonly Person[]): Group[] {
  const by = (standing: Person["standing"]): Person[] =>
    people.filter((one) => one.standing === standing);
  const teams = (picture?.teams ?? []).map(({ team, name }) => ({
    name,
    members: people.filter((one) => one.places.some((place) => place.team.team === team)),
  }));
  const leads = people.filter((one) => one.lead && one.places.length === 0);
  return [
    { name: said.waiting, members: by("waiting") },
    { name: said.look, members: people.filter(isAlarming) },
    ...teams,
    { name: said.noteam, members: leads },
    { name: said.enrolling, members: by("enrolling") },
    { name: said.former, members: by("former") },
  ].filter(({ members }) => members.length > 0);
}

/** Whether something about an account should be looked at. */
export function isAlarming({ standing }: Person): boolean {
  return ["altered", "forged", "unasked", "accountless"].includes(standing);
}

function fits({ label, places }: Person, wanted: string): boolean {
  const text = folded([label, ...places.map((one) => one.team.name)].join(" "));
  return text.includes(folded(wanted.trim()));
}
