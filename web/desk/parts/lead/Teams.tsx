import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { Day, TeamId } from "../../../protocol";
import { Field } from "../../../member/Field";
import { today } from "../../days";
import { changed, proposedChanges, teamIdOf } from "../../lead/changes";
import type { Change } from "../../lead/changes";
import { readersOf, routeNames } from "../../lead/picture";
import type { PicturedTeam, RouteName } from "../../lead/picture";
import { addChanges } from "../../lead/publishing";
import { concernText, listText, problemText, routeText } from "../../lead/sentences";
import { counted, fill, words } from "../../words";
import { Labelled } from "../office/Labelled";
import { Strip } from "../Strip";
import type { Here } from "./People";

const said = words.lead.teams;

/** The teams and what comes to them, as the draft has it. */
export function TeamsTab({ here }: { here: Here }): JSX.Element | null {
  const [problem, setProblem] = useState<{ at: string; text: string } | null>(null);
  const { desk, session, draft } = here;
  if (draft === null) {
    return (
      <p class="quiet" role="status">
        {words.desk.loading}…
      </p>
    );
  }
  /** Puts a change into the draft. False if it cannot be made, which is then said at `at`. */
  const add = (at: string, change: Change): boolean => {
    const result = changed(draft.picture, change, today() as Day);
    if ("problem" in result) {
      setProblem(
        result.problem.code === "already" ? null : { at, text: problemText(result.problem) },
      );
      return false;
    }
    setProblem(null);
    addChanges(desk, session, [change]);
    return true;
  };
  const problemAt = (at: string): string => (problem?.at === at ? problem.text : "");
  return (
    <div class="document">
      <Routes here={here} problemAt={problemAt} onAdd={add} />
      <Teams here={here} problemAt={problemAt} onAdd={add} />
      <Proposed here={here} />
      <NewTeam problem={problemAt("new")} onAdd={(change) => add("new", change)} />
    </div>
  );
}

type Add = (at: string, change: Change) => boolean;

function Routes({
  here,
  problemAt,
  onAdd,
}: {
  here: Here;
  problemAt: (at: string) => string;
  onAdd: Add;
}): JSX.Element | null {
  const id = useId();
  const { draft } = here;
  if (draft === null) return null;
  const { picture, concerns } = draft;
  return (
    <section class="section" aria-labelledby={`${id}heading`}>
      <h2 class="heading" id={`${id}heading`}>
        {said.routes}
      </h2>
      <p class="quiet">{said.routes_hint}</p>
      <div class="routes">
        {routeNames.map((route) => (
          <div key={route}>
            <Labelled
              id={`${id}${route}`}
              label={routeText(route)}
              hint={
                picture.routes[route] === "" ? "" : counted(said.readers, readersOf(picture, route))
              }
              problem={problemAt(route)}
            >
              {(field) => (
                <select
                  {...field}
                  class="select"
                  value={picture.routes[route]}
                  onChange={(event) => {
                    const team = event.currentTarget.value as TeamId | "";
                    // What is refused is not shown as if it were chosen.
                    if (!onAdd(route, { kind: "route", route, team })) {
                      event.currentTarget.value = picture.routes[route];
                    }
                  }}
                >
                  <option value="">{route === "intake" ? said.choose : said.none}</option>
                  {picture.teams.map(({ team, name }) => (
                    <option key={team} value={team}>
                      {name}
                    </option>
                  ))}
                </select>
              )}
            </Labelled>
            {concerns
              .filter((one) => one.route === route)
              .map((one) => (
                <Strip key={one.code} kind="warning">
                  {concernText(one, picture)}
                </Strip>
              ))}
          </div>
        ))}
      </div>
    </section>
  );
}

function Teams({
  here,
  problemAt,
  onAdd,
}: {
  here: Here;
  problemAt: (at: string) => string;
  onAdd: Add;
}): JSX.Element | null {
  const [renaming, rename] = useState<{ team: TeamId; name: string } | null>(null);
  const { draft } = here;
  if (draft === null) return null;
  const { picture } = draft;
  const routesOf = (team: PicturedTeam): RouteName[] =>
    routeNames.filter((route) => picture.routes[route] === team.team);
  return (
    <section class="section">
      <h2 class="heading">{said.heading}</h2>
      {picture.teams.length === 0 ? (
        <p class="quiet">{said.empty}</p>
      ) : (
        <table class="table">
          <caption class="hidden">{said.heading}</caption>
          <thead>
            <tr>
              <th scope="col">{said.column.team}</th>
              <th scope="col">{said.column.members}</th>
              <th scope="col">{said.column.route}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {picture.teams.map((team) => (
              <tr key={team.team}>
                <th scope="row">
                  {renaming?.team === team.team ? (
                    <form
                      noValidate
                      onSubmit={(event) => {
                        event.preventDefault();
                        const change = { kind: "rename" as const, ...renaming };
                        const same = renaming.name.trim() === team.name;
                        if (same || onAdd(team.team, change)) rename(null);
                      }}
                    >
                      <Field
                        label={fill(said.rename_of, { team: team.name })}
                        problem={problemAt(team.team) === "" ? null : problemAt(team.team)}
                        value={renaming.name}
                        onInput={(name) => rename({ ...renaming, name })}
                        autocomplete="off"
                        autofocus
                      />
                      <button type="submit" class="button button-quiet">
                        {said.add}
                      </button>
                    </form>
                  ) : (
                    <>
                      {team.name}
                      <span class="hint">{team.team}</span>
                      {problemAt(team.team) !== "" && (
                        <span class="field-error" role="alert">
                          {problemAt(team.team)}
                        </span>
                      )}
                    </>
                  )}
                </th>
                <td>
                  <span class="narrow">{said.column.members}: </span>
                  {team.members.length === 0 ? 0 : listText(team.members.map((one) => one.label))}
                </td>
                <td>{routesOf(team).map(routeText).join(", ")}</td>
                <td class="acts">
                  <button
                    type="button"
                    class="link"
                    aria-label={fill(said.rename_of, { team: team.name })}
                    onClick={() => rename({ team: team.team, name: team.name })}
                  >
                    {said.rename}
                  </button>
                  {team.members.length === 0 && routesOf(team).length === 0 && (
                    <button
                      type="button"
                      class="link"
                      aria-label={fill(said.close_of, { team: team.name })}
                      onClick={() => onAdd(team.team, { kind: "close", team: team.team })}
                    >
                      {said.close}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** Teams of the settings file that no root has and the draft neither. */
function Proposed({ here }: { here: Here }): JSX.Element | null {
  const { desk, session, draft } = here;
  const all = desk.state.office.facts.found?.teams ?? [];
  if (draft === null) return null;
  const { picture } = draft;
  const left = all.filter((one) => !picture.teams.some((team) => team.team === one.team));
  if (left.length === 0) return null;
  const add = (made: readonly Change[]): void => addChanges(desk, session, made);
  return (
    <section class="section">
      <h2 class="heading">{said.proposed}</h2>
      <ul class="candidates">
        {left.map((one) => (
          <li key={one.team}>
            <button
              type="button"
              class="button button-quiet"
              onClick={() => add(proposedChanges(picture, one))}
            >
              {fill(said.add_proposed, { name: one.name })}
            </button>
            {one.route !== "" && (
              <span class="hint">{fill(said.proposed_route, { route: routeText(one.route) })}</span>
            )}
          </li>
        ))}
      </ul>
      {left.length > 1 && (
        <button
          type="button"
          class="link"
          onClick={() => add(left.flatMap((one) => proposedChanges(picture, one)))}
        >
          {said.add_all}
        </button>
      )}
    </section>
  );
}

function NewTeam({
  problem,
  onAdd,
}: {
  problem: string;
  onAdd: (change: Change) => boolean;
}): JSX.Element {
  const [name, setName] = useState("");
  return (
    <form
      class="section new-team"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (onAdd({ kind: "team", team: teamIdOf(name), name })) setName("");
      }}
    >
      <h2 class="heading">{said.new}</h2>
      <Field
        label={said.new_name}
        hint={words.lead.place.team_name_hint}
        problem={problem === "" ? null : problem}
        value={name}
        onInput={setName}
        autocomplete="off"
      />
      <button type="submit" class="button button-quiet">
        {said.add}
      </button>
    </form>
  );
}
