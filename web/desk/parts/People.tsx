import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { date } from "../days";
import { openingTexts } from "../openings";
import type { OpenedCase } from "../opening";
import { nameOf, teamName } from "../people";
import type { Candidate, People, ReaderView } from "../people";
import type { CaseView } from "../state";
import { troubleText } from "../trouble";
import { coded, fill, words } from "../words";
import type { Declared } from "../work/opening";
import { useDesk } from "./context";
import { Confirm } from "./Dialog";
import { Strip } from "./Strip";
import { UnfitNames, UnknownNames, useUnfit, useUnknown } from "./UnknownNames";
import { reasonsText, useNear } from "./triage/Near";
import type { Near } from "./triage/Near";

/** Who can read the case, who let them in, and whom one may let in. */
export function PeopleTab({
  view,
  opened,
  people,
}: {
  view: CaseView;
  opened: OpenedCase;
  people: People;
}): JSX.Element {
  const desk = useDesk();
  const [asked, setAsked] = useState<Candidate | null>(null);
  const directory = desk.session?.roots.current;
  const team = directory === undefined ? "" : teamName(directory, opened.team);
  const kinds = view.work.opened?.conflicts ?? [];
  const unknown = useUnknown(opened);
  const unfit = useUnfit(view);
  const near = useNear(view, opened);
  const candidates = (of: readonly Candidate[]): JSX.Element => (
    <Candidates view={view} candidates={of} near={near} onAsk={setAsked} />
  );
  const warned = asked === null ? "" : nearText(near, asked);
  return (
    <div class="people">
      {people.warnings.map((text) => (
        <Strip key={text} kind="warning">
          {text}
        </Strip>
      ))}
      <Readers heading={words.people.heading} readers={people.readers} kinds={kinds} />
      {people.former.length > 0 && (
        <Readers heading={words.people.ended_heading} readers={people.former} kinds={kinds} />
      )}
      <section class="section" aria-labelledby="share-heading">
        <h2 class="heading" id="share-heading">
          {words.people.share_heading}
        </h2>
        {view.done !== null && (
          <Strip kind="good" announced>
            {view.done}
          </Strip>
        )}
        {view.shareTrouble !== null && (
          <Strip kind="trouble" announced>
            {troubleText(view.shareTrouble)}
          </Strip>
        )}
        {unknown !== null && <UnknownNames unknown={unknown} />}
        {unfit.length > 0 && <UnfitNames unfit={unfit} />}
        {view.work.opened === null && view.work.trouble !== null && (
          <Strip kind="warning">{words.people.share_unchecked}</Strip>
        )}
        {people.team.length === 0 ? (
          <p class="quiet">{fill(words.people.share_none, { team })}</p>
        ) : (
          <>
            <p class="quiet">{fill(words.people.share_intro, { team })}</p>
            {candidates(people.team)}
          </>
        )}
        {people.custodians.length > 0 && (
          <>
            <p class="quiet">{words.people.share_custodians}</p>
            {candidates(people.custodians)}
          </>
        )}
        {people.others.length > 0 && (
          <details class="others">
            <summary>{words.people.share_others}</summary>
            <p class="quiet">{words.people.share_others_intro}</p>
            {candidates(people.others)}
          </details>
        )}
      </section>
      <Openings view={view} />
      {asked !== null && (
        <Confirm
          heading={fill(words.people.share_confirm.heading, {
            reference: view.reference,
            label: asked.member.label,
          })}
          warning={warned}
          text={fill(
            asked.outside ? words.people.share_confirm.outside : words.people.share_confirm.text,
            { label: asked.member.label, team },
          )}
          yes={warned === "" ? words.people.share_confirm.yes : words.people.share_confirm.near_yes}
          no={words.people.share_confirm.no}
          onYes={() => {
            setAsked(null);
            desk.share(asked.member);
          }}
          onNo={() => setAsked(null)}
        />
      )}
    </div>
  );
}

function Readers({
  heading,
  readers,
  kinds,
}: {
  heading: string;
  readers: readonly ReaderView[];
  /** What kind of conflict somebody declared, sealed to the readers. */
  kinds: readonly Declared[];
}): JSX.Element {
  return (
    <section class="section">
      <table class="table">
        <caption class="heading">{heading}</caption>
        <thead>
          <tr>
            <th scope="col">{words.people.column.reader}</th>
            <th scope="col">{words.people.column.roles}</th>
            <th scope="col">{words.people.column.let_in}</th>
            <th scope="col">{words.people.column.declared}</th>
          </tr>
        </thead>
        <tbody>
          {readers.map((one) => (
            <tr key={one.member}>
              <th scope="row">
                {one.label}
                {one.self && ` (${words.desk.you})`}
                <span class="hint">{standing(one)}</span>
              </th>
              <td>{one.roles.map((role) => coded(words.codes.role, role)).join(", ")}</td>
              <td>
                <span class="narrow">{words.people.column.let_in} </span>
                {letIn(one)}
              </td>
              <td>
                <span class="narrow">{words.people.column.declared}: </span>
                {declared(one)}
                {one.declared?.conflict === true && <Kinds found={ofConflict(kinds, one)} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What somebody with a conflict said of it: not what they said while they knew of none. */
function ofConflict(kinds: readonly Declared[], { member }: ReaderView): Declared | undefined {
  const own = kinds.filter((one) => one.member === member);
  return own.find((one) => one.kinds?.includes("none") !== true);
}

/** What kind of conflict it is, and what was said about it. */
function Kinds({ found }: { found: Declared | undefined }): JSX.Element | null {
  if (found === undefined) return null;
  if (found.kinds === null) return <span class="hint">{words.people.kinds_closed}</span>;
  return (
    <span class="hint">
      {found.kinds.map((kind) => words.codes.conflict[kind]).join("; ")}
      {found.detail !== "" && (
        <span class="shown kinds-detail" dir="auto">
          {found.detail}
        </span>
      )}
    </span>
  );
}

/** Who has opened the case, by the service's trail. */
function Openings({ view }: { view: CaseView }): JSX.Element {
  const desk = useDesk();
  const { openings, openingsTrouble } = view;
  const history = desk.session?.roots.history;
  const accounts = desk.state.office.accounts.found?.accounts;
  return (
    <section class="section">
      <h2 class="heading">{words.people.openings}</h2>
      <p class="quiet">{words.people.openings_intro}</p>
      {openingsTrouble !== null && <Strip kind="trouble">{troubleText(openingsTrouble)}</Strip>}
      {openings === null
        ? openingsTrouble === null && <p class="quiet">{words.desk.loading}…</p>
        : openings.length === 0 && <p class="quiet">{words.people.openings_none}</p>}
      {openings !== null && openings.length > 0 && history !== undefined && (
        <ul class="plain openings">
          {openingTexts(openings, (member) => nameOf(history, member, accounts)).map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What is to be thought of before somebody is let in; "" for nothing. */
function nearText(near: Near, { member: { member, label } }: Candidate): string {
  const reasons = near(member);
  if (reasons.length === 0) return "";
  return fill(words.people.share_near, { label, why: reasonsText(reasons) });
}

function Candidates({
  view,
  candidates,
  near,
  onAsk,
}: {
  view: CaseView;
  candidates: readonly Candidate[];
  near: Near;
  onAsk: (candidate: Candidate) => void;
}): JSX.Element {
  const { me } = useDesk().state;
  // Until the records are there, nobody knows who is near.
  const { opened: records, trouble } = view.work;
  const shut =
    view.sharing !== null || me?.listed === null || (records === null && trouble === null);
  return (
    <ul class="candidates">
      {candidates.map((one) => {
        const { member, label } = one.member;
        const busy = view.sharing === member;
        const warned = one.excluded ? "" : nearText(near, one);
        return (
          <li key={member}>
            {one.excluded ? (
              <span class="quiet">{fill(words.people.share_excluded, { label })}</span>
            ) : (
              <button
                type="button"
                class="button button-quiet"
                aria-disabled={shut}
                onClick={() => {
                  if (!shut) onAsk(one);
                }}
              >
                {busy ? words.people.sharing : fill(words.people.share, { label })}
              </button>
            )}
            <span class="hint">
              {[one.team, ...one.member.roles.map((role) => coded(words.codes.role, role))].join(
                " · ",
              )}
            </span>
            {warned !== "" && <Strip kind="warning">{warned}</Strip>}
          </li>
        );
      })}
    </ul>
  );
}

/** Where a reader stands now: in a team, or gone, and what that means for what they had. */
function standing({ left, listed, team, recovery }: ReaderView): string {
  if (recovery) return left === null ? words.people.recovery_hint : words.people.recovery_former;
  if (left === null) return listed ? team : words.people.unlisted;
  const texts = left.locked === null ? words.people.left : words.people.left_locked;
  const values = {
    day: left.day === "" ? "" : date(left.day),
    locked: left.locked === null ? "" : date(left.locked),
  };
  return fill(left.day === "" ? texts.undated : texts.dated, values);
}

/** Who let somebody in, in words. */
export function letIn({ by, day }: ReaderView): string {
  if (by === "") return words.people.unproven;
  const who = by ?? words.people.reporter;
  return day === "" ? who : fill(words.people.by, { label: who, day: date(day) });
}

function declared({ declared: found }: ReaderView): string {
  if (found === null) return words.people.declared_none;
  const texts = words.people;
  const day = date(found.day);
  if (found.free !== null) return fill(texts.declared_found, { free: date(found.free), day });
  return fill(found.conflict ? texts.declared_conflict : texts.declared_free, { day });
}
