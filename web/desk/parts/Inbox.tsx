import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { History, MemberId } from "../../protocol";
import { briefDay, today } from "../days";
import { firstPromise, otherLine, personLine } from "../describe";
import type { NewRow } from "../state";
import { nameOf, teamName } from "../people";
import { troubleText } from "../trouble";
import { warningText } from "../warnings";
import { coded, fill, words } from "../words";
import { useDesk } from "./context";
import { HandoverBanner } from "./Handover";
import { Shown } from "./Shown";
import { Strip } from "./Strip";
import { ConflictDialog } from "./triage/ConflictDialog";
import { reasonsText } from "./triage/Near";

/** How many rows are drawn before "show more". */
const drawn = 100;

/** New reports: who is named, and the declaration that opens them or takes them away. */
export function Inbox(): JSX.Element {
  const desk = useDesk();
  const { fresh } = desk.state;
  const [asked, setAsked] = useState<NewRow | null>(null);
  const [limit, setLimit] = useState(drawn);
  return (
    <main class="inbox" id="main" tabIndex={-1}>
      <h1 class="heading-large">{words.inbox.heading}</h1>
      <HandoverBanner />
      {fresh.trouble !== null && (
        <Strip kind="trouble" announced>
          {troubleText(fresh.trouble)}{" "}
          <button type="button" class="link" onClick={() => void desk.refresh()}>
            {words.desk.try_again}
          </button>
        </Strip>
      )}
      {fresh.phase === "loading" && fresh.trouble === null && (
        <p class="quiet" role="status">
          {words.desk.loading}…
        </p>
      )}
      {fresh.phase === "ready" && fresh.rows.length === 0 && fresh.trouble === null && (
        <div class="empty">
          <p class="empty-line">{words.inbox.empty}</p>
          <p class="quiet">{words.inbox.empty_detail}</p>
        </div>
      )}
      {fresh.rows.length > 0 && (
        <>
          <p class="quiet">{words.inbox.intro}</p>
          <ul class="new-list">
            {fresh.rows.slice(0, limit).map((row) => (
              <NewReport key={row.case} row={row} onConflict={() => setAsked(row)} />
            ))}
          </ul>
          {fresh.rows.length > limit && (
            <button type="button" class="link more" onClick={() => setLimit(limit + drawn)}>
              {fill(words.mine.more, { count: fresh.rows.length - limit })}
            </button>
          )}
        </>
      )}
      {asked !== null && (
        <ConflictDialog
          reference={asked.reference}
          onYes={(kinds, detail) => {
            setAsked(null);
            desk.declare(asked.case, kinds, detail);
          }}
          onNo={() => setAsked(null)}
        />
      )}
    </main>
  );
}

function NewReport({ row, onConflict }: { row: NewRow; onConflict: () => void }): JSX.Element {
  const desk = useDesk();
  const now = today();
  const directory = desk.session?.roots.current;
  const { stage } = row.served;
  const facts = { day: row.day, stage, written: stage !== "received" };
  const promise = firstPromise(facts, desk.state.answerDays);
  const id = `new-${row.case.slice(0, 10)}`;
  return (
    <li class="new-report" data-row>
      <div class="new-what">
        <h2 class="heading-small reference" id={id}>
          {row.reference}
        </h2>
        <p>
          {briefDay(row.day, now)}
          <span class="quiet">
            {" · "}
            {coded(words.codes.route, row.route)}
            {directory !== undefined && ` · ${teamName(directory, row.team)}`}
          </span>
        </p>
        {promise !== null && (
          <p class="quiet">{fill(words.inbox.promised, { day: briefDay(promise, now) })}</p>
        )}
      </div>
      <div class="new-who">
        <Named row={row} />
      </div>
      <p class="new-readers">
        <span class="quiet">{words.inbox.readers}: </span>
        {row.readers.join(", ")}
      </p>
      <div class="new-declare">
        <button
          type="button"
          class="button"
          data-step
          aria-describedby={id}
          aria-disabled={row.declaring}
          onClick={() => desk.declare(row.case, ["none"])}
        >
          {row.declaring ? words.inbox.sending : words.inbox.no_conflict}
        </button>
        <button
          type="button"
          class="button button-conflict"
          aria-describedby={id}
          aria-disabled={row.declaring}
          onClick={() => {
            if (!row.declaring) onConflict();
          }}
        >
          {words.inbox.conflict}
        </button>
      </div>
      {row.trouble !== null && (
        <Strip kind="trouble" announced>
          {troubleText(row.trouble)}
        </Strip>
      )}
    </li>
  );
}

function Named({ row }: { row: NewRow }): JSX.Element {
  const { parties, warnings, text, brief } = row;
  const shown = warnings.filter((one) => one.kind !== "not-sealed-to-you" || brief === null);
  const kept = excluded(row, useDesk().session?.roots.history);
  return (
    <>
      {parties !== null && (
        <ul class="plain">
          {parties.subjects.map((person, place) => (
            <li key={place}>
              <Shown text={personLine(person)} />
              {person.reads_reports === "yes" && (
                <span class="tag tag-warning">{words.inbox.subject_you}</span>
              )}
            </li>
          ))}
          {parties.others.map((person, place) => (
            <li key={`other ${place}`} class="quiet">
              {words.inbox.knew}: <Shown text={otherLine(person)} />
            </li>
          ))}
          {parties.subjects.length + parties.others.length === 0 && (
            <li class="quiet">{words.inbox.nobody}</li>
          )}
          {kept !== "" && (
            <li class="quiet">
              <Shown text={fill(words.inbox.exclude, { who: kept })} />
            </li>
          )}
        </ul>
      )}
      {row.parties === null && <Briefed row={row} />}
      {row.excludesMe && <Strip kind="warning">{words.inbox.exclude_you}</Strip>}
      <OwnHints row={row} />
      {shown.map((one) => (
        <Strip key={one.kind} kind={one.kind === "not-sealed-to-you" ? "calm" : "warning"}>
          {one.kind === "not-sealed-to-you"
            ? fill(words.inbox.not_first, { readers: row.readers.join(", ") })
            : warningText("part", one)}
        </Strip>
      ))}
      {text !== null && <Shown text={text} long />}
    </>
  );
}

/** What speaks for a conflict of this member's own, before they say whether they have one. */
function OwnHints({ row }: { row: NewRow }): JSX.Element | null {
  const label = useDesk().session?.vault.label ?? "";
  const { nearMe, namesMe, parties } = row;
  const works = parties?.subjects.some((one) => one.reads_reports === "yes") === true;
  const said = [
    nearMe.length > 0 ? fill(words.inbox.near_you, { why: reasonsText(nearMe) }) : "",
    namesMe ? fill(words.triage.own_name, { label }) : "",
    works && !namesMe ? words.inbox.works_here : "",
  ].filter(Boolean);
  return said.length === 0 ? null : <Strip kind="warning">{said.join(" ")}</Strip>;
}

/** What whoever let this member in has said, where the parties do not open. */
function Briefed({ row }: { row: NewRow }): JSX.Element | null {
  const history = useDesk().session?.roots.history;
  const { brief } = row;
  if (brief === null) return null;
  if (brief === "bad") return <Strip kind="warning">{words.inbox.brief_bad}</Strip>;
  const label = (member: MemberId): string =>
    history === undefined ? "" : nameOf(history, member);
  const { units, members, other } = brief.exclude;
  const kept = [...units, ...members.map(label), other].filter(Boolean).join(", ");
  return (
    <>
      <p class="quiet">{fill(words.inbox.brief, { label: label(brief.grantor) })}</p>
      <ul class="plain">
        {brief.people.map(({ who, unit, part }, place) => (
          <li key={place} class={part === "subject" ? undefined : "quiet"}>
            {part === "other" && `${words.inbox.knew}: `}
            <Shown
              text={
                part === "reporter_unit"
                  ? fill(words.inbox.brief_reporter_unit, { unit })
                  : [who, unit].filter(Boolean).join(", ")
              }
            />
          </li>
        ))}
        {kept !== "" && (
          <li class="quiet">
            <Shown text={fill(words.inbox.exclude, { who: kept })} />
          </li>
        )}
      </ul>
    </>
  );
}

function excluded({ parties }: NewRow, history: History | undefined): string {
  const { units = [], other = "", members = [] } = parties?.exclude ?? {};
  const labels = history === undefined ? [] : members.map((member) => nameOf(history, member));
  return [...units, ...labels, other].filter(Boolean).join(", ");
}
