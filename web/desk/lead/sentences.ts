/** Differences, problems and concerns as sentences. */
import type { Role } from "../../protocol";
import { fullDay } from "../days";
import { coded, fill, words } from "../words";
import type { Change } from "./changes";
import type { Concern } from "./concerns";
import { differencesOf } from "./differences";
import type { Difference } from "./differences";
import { labelIn, teamNameIn } from "./picture";
import type { Picture, RouteName } from "./picture";
import type { Problem } from "./problems";
import { recoveryWords } from "./recovery";

const said = words.lead.change;

/** A difference as a sentence. */
export function differenceText(difference: Difference): string {
  switch (difference.kind) {
    case "keys":
    case "lead_keys":
    case "lead":
    case "unlead":
    case "left":
    case "removed":
    case "label":
    case "team":
    case "team_gone":
    case "team_name":
    case "recovery_gone":
    case "recovery_votes":
    case "service_key":
      return fill(said[difference.kind], difference);
    case "listed":
    case "joined":
    case "moved":
      return placedText(difference);
    case "roles": {
      const { roles, before } = difference;
      return fill(said.roles, {
        ...difference,
        roles: rolesText(roles),
        before: rolesText(before),
      });
    }
    case "units":
      return difference.units.length === 0
        ? fill(said.units_none, { label: difference.label, team: difference.team })
        : fill(said.units, { ...difference, units: listText(difference.units) });
    case "route": {
      const { team, before } = difference;
      const text = team === "" ? said.route_gone : before === "" ? said.route_first : said.route;
      return fill(text, { team, before, route: routeText(difference.route) });
    }
    case "recovery": {
      const { threshold, shares } = difference.recovery;
      const text = difference.first ? said.recovery : said.recovery_other;
      return fill(text, { threshold, shares, words: recoveryWords(difference.recovery).join(" ") });
    }
    case "good_until":
      return fill(said.good_until, { day: fullDay(difference.day) });
  }
}

/** What one change of a draft makes different, as sentences. */
export function changeTexts(before: Picture, after: Picture): string[] {
  return differencesOf(before, after).map(differenceText);
}

/** A change in a few words, where what it would make different cannot be said. */
export function changeName(change: Change, picture: Picture): string {
  const { kinds } = words.lead.draft;
  const label =
    change.kind === "endorse"
      ? change.newcomer.label
      : change.kind === "lead"
        ? change.lead.label
        : "member" in change
          ? (labelIn(picture, change.member) ?? change.member.slice(0, 8))
          : "";
  const team =
    "name" in change ? change.name : "team" in change ? teamNameIn(picture, change.team) : "";
  return fill(kinds[change.kind], { label, team });
}

/** Why a change cannot be made. */
export function problemText({ code, values = {} }: Problem): string {
  return fill(words.lead.problem[code], values);
}

/** What a lead should know of a picture before signing it. */
export function concernText({ code, values, route }: Concern, picture: Picture): string {
  const team = route === undefined ? "" : teamNameIn(picture, picture.routes[route]);
  const named = route === undefined ? "" : routeText(route);
  return fill(words.lead.concern[code], { ...values, team, route: named });
}

export function routeText(route: RouteName): string {
  return words.lead.route[route];
}

/** Roles in words: "handler and investigator". */
export function rolesText(roles: readonly Role[]): string {
  return listText(roles.map((role) => coded(words.codes.role, role)));
}

/** Items in a row: "one, two and three". */
export function listText(items: readonly string[]): string {
  return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(items);
}

function placedText(
  difference: Extract<Difference, { kind: "listed" | "joined" | "moved" }>,
): string {
  const { kind, label, team, roles, units, replaces } = difference;
  const text = units.length === 0 ? said[kind] : said[`${kind}_units`];
  const from = kind === "moved" ? difference.from : "";
  const values = { label, team, from, roles: rolesText(roles), units: listText(units) };
  const replaced =
    replaces === "" || kind !== "listed" ? "" : ` ${fill(said.replaces, { replaces })}`;
  return fill(text, values) + replaced;
}
