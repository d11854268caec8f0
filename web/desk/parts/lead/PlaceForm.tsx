import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { Application, Day, Member, MemberId, Role, TeamId } from "../../../protocol";
import { Field } from "../../../member/Field";
import { today } from "../../days";
import { drafted, proposedChanges, teamIdOf } from "../../lead/changes";
import type { Change } from "../../lead/changes";
import type { Field as Place, Problem } from "../../lead/problems";
import { placesOfMember } from "../../lead/picture";
import type { Picture, PicturedTeam } from "../../lead/picture";
import { addChanges } from "../../lead/publishing";
import { problemText } from "../../lead/sentences";
import { fill, words } from "../../words";
import { Strip } from "../Strip";
import type { Here } from "./People";
import { Replaces, RoleField, TeamField, UnitField, fresh } from "./PlaceFields";

const said = words.lead.place;

/** Where somebody is being put. */
export type Placing =
  | { readonly kind: "endorse"; readonly application: Application; readonly compared: boolean }
  | { readonly kind: "join"; readonly entry: Member }
  | { readonly kind: "roles" | "move"; readonly entry: Member; readonly team: PicturedTeam };

/** Asks for team, roles and units, and puts the change into the draft. */
export function PlaceForm({
  here,
  placing,
  onDone,
}: {
  here: Here;
  placing: Placing;
  onDone: () => void;
}): JSX.Element | null {
  const { desk, session, draft } = here;
  const id = useId();
  const start = placing.kind === "endorse" ? null : placing.entry;
  const asked = placing.kind === "endorse" ? placing.application.replaces : "";
  const replaced = asked === "" ? undefined : here.people.find((one) => one.member === asked);
  const place = replaced?.places[0];
  const [team, setTeam] = useState<string>(place?.team.team ?? "");
  const [name, setName] = useState("");
  const [roles, setRoles] = useState<readonly Role[]>(start?.roles ?? place?.member.roles ?? []);
  const [units, setUnits] = useState<readonly string[]>(start?.units ?? place?.member.units ?? []);
  const [other, setOther] = useState("");
  const [replaces, setReplaces] = useState<MemberId | "">(asked);
  const [out, setOut] = useState(true);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [uncompared, setUncompared] = useState(false);
  if (draft === null) return null;
  const { picture } = draft;
  const problemAt = (...fields: Place[]): string | null =>
    problem !== null && fields.includes(problem.field) ? problemText(problem) : null;

  function add(event: SubmitEvent): void {
    event.preventDefault();
    if (draft === null) return;
    const open = placing.kind === "endorse" && !placing.compared;
    setUncompared(open);
    if (open) {
      document.getElementById("compared")?.focus();
      return;
    }
    const typed = other.split(",").map((one) => one.trim());
    const answers = {
      team: team === fresh ? teamIdOf(name) : team,
      roles,
      units: [...units, ...typed].filter((one) => one !== ""),
      replaces,
      out: out && replaces !== "" && placesOfMember(picture, replaces).length > 0,
    };
    const made = changesFor(
      placing,
      answers,
      team === fresh ? newTeam(name) : proposed(here, team),
    );
    const wrong = problemOf(picture, made);
    setProblem(wrong);
    if (wrong !== null) {
      requestAnimationFrame(() => document.querySelector<HTMLElement>(".field-error")?.focus());
      return;
    }
    addChanges(desk, session, made);
    onDone();
  }

  const { label } = placing.kind === "endorse" ? placing.application : placing.entry;
  const from = "team" in placing ? placing.team.name : "";
  const wrongAbout = problemAt("label", "leads");
  return (
    <form class="section place" aria-labelledby={`${id}heading`} noValidate onSubmit={add}>
      <h3 class="heading" id={`${id}heading`}>
        {fill(headings[placing.kind], { label, team: from })}
      </h3>
      {uncompared && (
        <Strip kind="trouble" announced>
          {words.lead.compare.both_none}
        </Strip>
      )}
      {wrongAbout !== null && (
        <Strip kind="trouble" announced>
          {wrongAbout}
        </Strip>
      )}
      {placing.kind !== "roles" && (
        <TeamField
          id={`${id}team`}
          here={here}
          except={
            placing.kind === "endorse"
              ? []
              : placesOfMember(picture, placing.entry.member).map((one) => one.team.team)
          }
          value={team}
          problem={problemAt("team")}
          onChange={setTeam}
        />
      )}
      {team === fresh && placing.kind !== "roles" && (
        <Field
          label={said.team_name}
          hint={said.team_name_hint}
          problem={problemAt("name")}
          value={name}
          onInput={setName}
          autocomplete="off"
        />
      )}
      {placing.kind !== "move" && (
        <>
          <RoleField roles={roles} problem={problemAt("roles")} onChange={setRoles} />
          <UnitField
            units={units}
            proposed={desk.state.office.facts.found?.units ?? []}
            other={other}
            problem={problemAt("units")}
            onChange={setUnits}
            onOther={setOther}
          />
        </>
      )}
      {placing.kind === "endorse" && (
        <Replaces
          id={`${id}replaces`}
          here={here}
          self={placing.application.member}
          asked={asked}
          value={replaces}
          out={out}
          onChange={setReplaces}
          onOut={setOut}
        />
      )}
      <div class="buttons">
        <button type="submit" class="button">
          {said.add}
        </button>
        {placing.kind !== "endorse" && (
          <button type="button" class="button button-quiet" onClick={onDone}>
            {said.cancel}
          </button>
        )}
      </div>
    </form>
  );
}

const headings = {
  endorse: said.endorse,
  join: said.join,
  roles: said.change,
  move: said.move,
} as const;

type Answers = {
  readonly team: string;
  readonly roles: readonly Role[];
  readonly units: readonly string[];
  readonly replaces: MemberId | "";
  readonly out: boolean;
};

/** The changes that a filled form asks for. A team that is not there yet comes first, with its name. */
function changesFor(placing: Placing, answers: Answers, first: readonly Change[]): Change[] {
  const { roles, units, replaces, out } = answers;
  const team = answers.team as TeamId;
  switch (placing.kind) {
    case "endorse": {
      const { member, label, recipient, key } = placing.application;
      const newcomer = { member, label, recipient, key };
      const gone: Change[] = out && replaces !== "" ? [{ kind: "remove", member: replaces }] : [];
      return [...first, { kind: "endorse", newcomer, team, roles, units, replaces }, ...gone];
    }
    case "join":
      return [...first, { kind: "join", member: placing.entry.member, team, roles, units }];
    case "roles": {
      const { entry } = placing;
      return [{ kind: "roles", member: entry.member, team: placing.team.team, roles, units }];
    }
    case "move": {
      const { entry } = placing;
      return [...first, { kind: "move", member: entry.member, from: placing.team.team, to: team }];
    }
  }
}

/** What makes a team that the settings propose and the draft does not have; nothing for any other. */
function proposed({ desk, draft }: Here, team: string): Change[] {
  const found = desk.state.office.facts.found?.teams.find((one) => one.team === team);
  return draft === null || found === undefined ? [] : proposedChanges(draft.picture, found);
}

function newTeam(name: string): Change[] {
  return [{ kind: "team", team: teamIdOf(name), name }];
}

function problemOf(picture: Picture, made: readonly Change[]): Problem | null {
  const { changes } = drafted(picture, made, today() as Day);
  return changes.find((one) => one.problem !== null)?.problem ?? null;
}
