import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { ROLES } from "../../../protocol";
import type { MemberId, Role, TeamId } from "../../../protocol";
import { Field } from "../../../member/Field";
import { isAlone, toggled } from "../../lead/changes";
import { labelIn, placesOfMember } from "../../lead/picture";
import { fill, words } from "../../words";
import { Labelled } from "../office/Labelled";
import type { Here } from "./People";

const said = words.lead.place;
/** The choice of a team that does not exist yet. */
export const fresh = "+";

/** Which team: one that there is, one that the settings propose, or a new one. */
export function TeamField({
  id,
  here,
  except,
  value,
  problem,
  onChange,
}: {
  id: string;
  here: Here;
  except: readonly TeamId[];
  value: string;
  problem: string | null;
  onChange: (team: string) => void;
}): JSX.Element {
  const there = here.draft?.picture.teams ?? [];
  const proposed = (here.desk.state.office.facts.found?.teams ?? []).filter(
    (one) => !there.some((other) => other.team === one.team),
  );
  return (
    <Labelled id={id} label={said.team} problem={problem ?? ""}>
      {(field) => (
        <select
          {...field}
          class="select"
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          <option value="">{said.team_choose}</option>
          {there
            .filter((one) => !except.includes(one.team))
            .map((one) => (
              <option key={one.team} value={one.team}>
                {one.name}
              </option>
            ))}
          {proposed.map(({ team, name }) => (
            <option key={team} value={team}>
              {fill(said.team_proposed, { name })}
            </option>
          ))}
          <option value={fresh}>{said.team_new}</option>
        </select>
      )}
    </Labelled>
  );
}

/** Which roles, each with what it means. */
export function RoleField({
  roles,
  problem,
  onChange,
}: {
  roles: readonly Role[];
  problem: string | null;
  onChange: (roles: readonly Role[]) => void;
}): JSX.Element {
  const id = useId();
  return (
    <fieldset
      class={problem === null ? "field" : "field field-problem"}
      aria-describedby={`${id}hint ${problem === null ? "" : `${id}problem`}`.trim()}
    >
      <legend>{said.roles}</legend>
      <span class="hint" id={`${id}hint`}>
        {said.roles_hint}
      </span>
      {problem !== null && (
        <span class="field-error" id={`${id}problem`} role="alert">
          {problem}
        </span>
      )}
      <ul class="role-list">
        {ROLES.map((role) => (
          <li key={role}>
            <label class="check">
              <input
                type="checkbox"
                checked={roles.includes(role)}
                aria-describedby={`${id}${role}`}
                onChange={() => onChange(toggled(roles, role))}
              />
              <span>{words.codes.role[role]}</span>
            </label>
            <span class="hint" id={`${id}${role}`}>
              {said.role[role]}
              {isAlone(role) && ` (${said.alone})`}
            </span>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

/** Which units: those that the settings propose, and others. */
export function UnitField({
  units,
  proposed,
  other,
  problem,
  onChange,
  onOther,
}: {
  units: readonly string[];
  proposed: readonly string[];
  other: string;
  problem: string | null;
  onChange: (units: readonly string[]) => void;
  onOther: (other: string) => void;
}): JSX.Element {
  const all = [...new Set([...proposed, ...units])];
  return (
    <fieldset class="field units">
      <legend>{said.units}</legend>
      <span class="hint">{said.units_hint}</span>
      {all.length > 0 && (
        <ul class="unit-list">
          {all.map((unit) => (
            <li key={unit}>
              <label class="check">
                <input
                  type="checkbox"
                  checked={units.includes(unit)}
                  onChange={(event) =>
                    onChange(
                      event.currentTarget.checked
                        ? [...units, unit]
                        : units.filter((one) => one !== unit),
                    )
                  }
                />
                <span>{unit}</span>
              </label>
            </li>
          ))}
        </ul>
      )}
      <Field
        label={said.unit_other}
        problem={problem}
        value={other}
        onInput={onOther}
        autocomplete="off"
      />
    </fieldset>
  );
}

/** Whose place they take, and whether that person leaves the directory at the same time. */
export function Replaces({
  id,
  here,
  self,
  asked,
  value,
  out,
  onChange,
  onOut,
}: {
  id: string;
  here: Here;
  self: MemberId;
  asked: MemberId | "";
  value: MemberId | "";
  out: boolean;
  onChange: (replaces: MemberId | "") => void;
  onOut: (out: boolean) => void;
}): JSX.Element {
  const { people, draft } = here;
  const others = people.filter(
    (one) =>
      one.member !== self &&
      (one.places.length > 0 || one.standing === "former" || one.member === asked),
  );
  const listed = draft !== null && value !== "" && placesOfMember(draft.picture, value).length > 0;
  const label = draft === null || value === "" ? "" : (labelIn(draft.picture, value) ?? "");
  return (
    <>
      <Labelled id={id} label={said.replaces} hint={asked === "" ? "" : said.replaces_asked}>
        {(field) => (
          <select
            {...field}
            class="select"
            value={value}
            onChange={(event) => onChange(event.currentTarget.value as MemberId | "")}
          >
            <option value="">{said.nobody}</option>
            {others.map((one) => (
              <option key={one.member} value={one.member}>
                {one.label}
              </option>
            ))}
          </select>
        )}
      </Labelled>
      {listed && (
        <label class="check">
          <input
            type="checkbox"
            checked={out}
            onChange={(event) => onOut(event.currentTarget.checked)}
          />
          <span>{fill(said.replaced_out, { label })}</span>
        </label>
      )}
    </>
  );
}
