import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { questions, report } from "../../text/en.json";
import { memberId } from "../protocol/bytes";
import { routeTeam } from "../protocol/directory";
import type { Directory, Route } from "../protocol/directory";
import { Checkboxes, Radios } from "../ui/fields";
import { Heading } from "../ui/heading";
import { P } from "../ui/parts";
import { fill } from "../ui/text";
import { AskBlock, useAsking } from "./asking";
import { allReaders, chosenRoute, hasIndependent, otherUnitsOf, unitsOf } from "./draft";
import { IndependentProposal } from "./people";
import { topicTitle } from "./topics";

/** Which team reads the report, and who of it must not. */
export function Readers(props: {
  readonly directory: Directory;
  readonly forceUnits: readonly string[];
}): JSX.Element {
  const { directory, forceUnits } = props;
  const { draft, change } = useAsking();
  const readers = allReaders(directory);
  const units = unitsOf(directory);
  const others = otherUnitsOf(directory, forceUnits);
  const { exclude } = draft;
  // The list stays open when the last choice in it is taken back.
  const [opened] = useState(draft.force_units.length > 0);
  return (
    <>
      <Heading>{topicTitle("readers")}</Heading>
      <IndependentProposal directory={directory} />
      {hasIndependent(directory) ? (
        <Radios
          id="route"
          label={questions.route.label}
          size="m"
          value={chosenRoute(draft)}
          items={(["intake", "independent"] as const).map((route) => ({
            value: route,
            label: fill(questions.route[route], { team: routeTeam(directory, route)?.name ?? "" }),
            hint: questions.route[`${route}_hint`],
          }))}
          onChoose={(route) => change({ ...draft, route: route as Route })}
        />
      ) : null}
      <h2 class="govuk-heading-m">{questions.exclude.label}</h2>
      <P>{questions.exclude.hint}</P>
      <Checkboxes
        id="exclude-members"
        label={questions.exclude.members.label}
        hint={report.readers_all}
        small
        items={readers.map((one) => ({
          value: one.member,
          label: fill(report.readers_of, { label: one.label, team: one.team }),
        }))}
        values={exclude.members}
        onChoose={(chosen) =>
          change({ ...draft, exclude: { ...exclude, members: chosen.map(memberId) } })
        }
      />
      {units.length === 0 ? (
        <P>{report.units_none}</P>
      ) : (
        <Checkboxes
          id="exclude-units"
          label={questions.exclude.units.label}
          hint={questions.exclude.units.hint}
          small
          items={units.map((unit, place) => ({ value: String(place), label: unit }))}
          values={units.flatMap((unit, place) =>
            exclude.units.includes(unit) ? [String(place)] : [],
          )}
          onChoose={(chosen) =>
            change({
              ...draft,
              exclude: { ...exclude, units: chosen.map((place) => units[Number(place)] ?? "") },
            })
          }
        />
      )}
      {others.length > 0 && (
        <details class="govuk-details" id="force-units-list" open={opened}>
          <summary class="govuk-details__summary">
            <span class="govuk-details__summary-text">{questions.force_units.open}</span>
          </summary>
          <div class="govuk-details__text">
            <Checkboxes
              id="force_units"
              label={questions.force_units.label}
              hint={questions.force_units.hint}
              small
              items={others.map((unit, place) => ({ value: String(place), label: unit }))}
              values={others.flatMap((unit, place) =>
                draft.force_units.includes(unit) ? [String(place)] : [],
              )}
              onChoose={(chosen) =>
                change({
                  ...draft,
                  force_units: chosen.map((place) => others[Number(place)] ?? ""),
                })
              }
            />
          </div>
        </details>
      )}
      <AskBlock path="other_units" rows={3} />
      <AskBlock path="exclude.other" rows={3} />
    </>
  );
}
