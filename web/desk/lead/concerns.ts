/** What is wrong with a whole picture, and what a lead should know before signing it. Pure. */
import { names } from "../../protocol";
import type { Lead, MemberId } from "../../protocol";
import { isOpen, placesOfMember, readersOf, routeNames } from "./picture";
import type { Picture, Recovery, RouteName } from "./picture";

/** `problem`: the protocol refuses such a root. `warning`: it may be signed, and should not be lightly. */
export type Concern = {
  readonly kind: "problem" | "warning";
  readonly code: ConcernCode;
  readonly values: Readonly<Record<string, string | number>>;
  /** The route that it is about, where it is about one. */
  readonly route?: RouteName;
};
export type ConcernCode =
  | "no_intake"
  | "recovery_votes"
  | "no_readers"
  | "few_readers"
  | "no_custodians"
  | "few_custodians"
  | "same_team"
  | "one_lead"
  | "service_key"
  | "yourself"
  | "not_open";

/** Too few to rest a route on: when one is away, nobody reads. */
const enough = 2;

/** The concerns that a picture raises. `by` is who is about to sign it. */
export function concernsOf(picture: Picture, before: Picture | null, by: MemberId): Concern[] {
  const found: Concern[] = [];
  const say = (
    kind: Concern["kind"],
    code: ConcernCode,
    values: Concern["values"] = {},
    route?: RouteName,
  ): void => {
    found.push(route === undefined ? { kind, code, values } : { kind, code, values, route });
  };
  const { routes, recovery, leads } = picture;
  if (routes.intake === "" && picture.teams.length > 0) say("problem", "no_intake", {}, "intake");
  if (recovery !== null && votesThatCount(recovery, leads).length < enough) {
    say("problem", "recovery_votes");
  }
  for (const route of routeNames) {
    const count = readersOf(picture, route);
    if (routes[route] === "") {
      if (route === "custodians" && routes.intake !== "")
        say("warning", "no_custodians", {}, route);
      continue;
    }
    const code =
      route === "custodians" ? "few_custodians" : count === 0 ? "no_readers" : "few_readers";
    if (count < enough) say("warning", code, { count }, route);
  }
  if (routes.intake !== "" && routes.intake === routes.independent) {
    say("warning", "same_team", {}, "independent");
  }
  if (routes.intake !== "" && !isOpen(picture)) say("warning", "not_open");
  if (leads.length === 1) say("warning", "one_lead");
  if (before !== null && before.serviceKey !== picture.serviceKey) say("warning", "service_key");
  const wasThere = before !== null && placesOfMember(before, by).length > 0;
  if (!wasThere && placesOfMember(picture, by).length > 0) say("warning", "yourself");
  return found;
}

/** The votes for a recovery by those who are leads, one each (D6). */
export function votesThatCount(
  recovery: Pick<Recovery, "signatures">,
  leads: readonly Lead[],
): Recovery["signatures"] {
  return leads.flatMap(({ key }) => {
    const vote = recovery.signatures.find((one) => names(one, key));
    return vote === undefined ? [] : [vote];
  });
}
