/** Who the accounts of a service belong to, going by what is signed and not by the service's word. Pure. */
import { Refused, isListedAs, keyWords, readApplication } from "../../protocol";
import type { Application, Lead, Member, MemberId, ServiceId } from "../../protocol";
import type { Account } from "../../protocol/office-calls";
import { labelIn, placesOf, placesOfMember } from "./picture";
import type { Picture, PicturedTeam } from "./picture";

/**
 * How somebody stands:
 * - `listed`: the directory or the list of leads names them, and the account has their keys;
 * - `waiting`: they have enrolled, and nobody has signed for them yet;
 * - `former`: an earlier root listed them, and this one does not;
 * - `enrolling`: they have not finished;
 * - `altered`: the account asks with other keys than those that a lead signed for;
 * - `forged`: the application is not signed by the keys that it names, or is somebody else's;
 * - `unasked`: nobody has signed for the account, and it never asked;
 * - `accountless`: the directory lists them, and the service shows no account.
 */
export type Standing =
  "listed" | "waiting" | "former" | "enrolling" | "altered" | "forged" | "unasked" | "accountless";

/** Somebody with an account, an entry in the directory, or both. */
export type Person = {
  readonly member: MemberId;
  readonly label: string;
  readonly standing: Standing;
  readonly lead: boolean;
  readonly suspended: boolean;
  readonly places: readonly { readonly member: Member; readonly team: PicturedTeam }[];
  readonly account: Account | null;
  /** Verified: signed by the keys that it names, for this account. */
  readonly application: Application | null;
  /** The words of the keys that the directory lists, or else of those that the application names. */
  readonly words: readonly string[];
};

/** Everybody, in the order of the page: who waits first, then by label. */
export function peopleOf(
  service: ServiceId,
  picture: Picture,
  accounts: readonly Account[],
  former: ReadonlySet<MemberId> = new Set(),
): Person[] {
  const people = accounts.map((one) => personOf(service, picture, one, former));
  const known = new Set(people.map((one) => one.member));
  for (const { member, label } of [
    ...placesOf(picture).map((one) => one.member),
    ...picture.leads,
  ]) {
    if (known.has(member)) continue;
    known.add(member);
    people.push({
      member,
      label,
      standing: "accountless",
      lead: isLead(picture, member),
      suspended: false,
      places: placesOfMember(picture, member),
      account: null,
      application: null,
      words: wordsOf(picture, member, null),
    });
  }
  return people.sort((one, other) => compare(one.label, other.label));
}

function personOf(
  service: ServiceId,
  picture: Picture,
  account: Account,
  former: ReadonlySet<MemberId>,
): Person {
  const { member, label, state } = account;
  const application = applicationOf(service, account);
  const places = placesOfMember(picture, member);
  return {
    member,
    label: labelIn(picture, member) ?? label,
    standing: standingOf(picture, account, application, former),
    lead: isLead(picture, member),
    suspended: state === "suspended",
    places,
    account,
    application,
    words: wordsOf(picture, member, application),
  };
}

function standingOf(
  picture: Picture,
  account: Account,
  application: Application | null,
  former: ReadonlySet<MemberId>,
): Standing {
  const { member } = account;
  const [place] = placesOfMember(picture, member);
  const lead = picture.leads.find((one) => one.member === member);
  if (place !== undefined || lead !== undefined) {
    // Without an application there is nothing to compare: what is signed counts.
    if (account.application === null) return "listed";
    if (application === null) return "altered";
    const asListed = place === undefined || isListedAs(application, place.member);
    const asLead = lead === undefined || lead.key === application.key;
    return asListed && asLead ? "listed" : "altered";
  }
  if (account.state === "enrolling") return "enrolling";
  if (account.application === null) return former.has(member) ? "former" : "unasked";
  if (application === null) return "forged";
  return former.has(member) ? "former" : "waiting";
}

/** The application of an account, if it is signed by the keys that it names and is this account's. */
function applicationOf(service: ServiceId, account: Account): Application | null {
  if (account.application === null) return null;
  try {
    const found = readApplication(service, account.application);
    return found.member === account.member && found.label === account.label ? found : null;
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

function wordsOf(
  picture: Picture,
  member: MemberId,
  application: Application | null,
): readonly string[] {
  const [place] = placesOfMember(picture, member);
  const keys = place?.member ?? application;
  return keys === null ? [] : keyWords(keys);
}

/** The words of a lead's keys. A list of leads names the signing key only: the other one is known of
 * whoever stands in a team or has applied with that key, and of oneself. Empty where it is not. */
export function leadWords(
  people: readonly Person[],
  { member, key }: Lead,
  own: Pick<Member, "recipient" | "key">,
): readonly string[] {
  const person = people.find((one) => one.member === member);
  const known = [person?.places[0]?.member, person?.application, own];
  const keys = known.find((one) => one?.key === key);
  return keys === undefined || keys === null ? [] : keyWords(keys);
}

function isLead(picture: Picture, member: MemberId): boolean {
  return picture.leads.some((one) => one.member === member);
}

function compare(one: string, other: string): number {
  return one.localeCompare(other, "en-GB", { numeric: true });
}
