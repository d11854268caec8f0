import type { JSX } from "preact";
import { reference } from "../../../protocol";
import { date, due as dueIn, today } from "../../days";
import { unpacked } from "../../ring";
import { troubleText } from "../../trouble";
import { coded, counted, words } from "../../words";
import { ahead } from "../../work/due";
import type { DueView } from "../../work/due";
import { teamName } from "../../people";
import { useDesk } from "../context";
import { Shown } from "../Shown";
import { Strip } from "../Strip";

const texts = words.due;

/** What runs out soon, and what has. */
export function Due(): JSX.Element {
  const desk = useDesk();
  const { due } = desk.state;
  const { session } = desk;
  const directory = session?.roots.current;
  const now = today();
  const lines = new Map(
    (session?.keeper.ring.cases ?? []).map((one) => [one.case, unpacked(one.summary).line]),
  );
  const team = due.list === "mine" ? "" : due.list.team;
  return (
    <main class="due page" id="main" tabIndex={-1}>
      <h1 class="heading-large">{texts.heading}</h1>
      <div class="filters">
        <label>
          <span>{texts.team}</span>
          <select
            class="select"
            value={team}
            onChange={(event) => {
              const wanted = event.currentTarget.value;
              const list = wanted === "" ? ("mine" as const) : { team: wanted };
              desk.work.loadDue({ list, within: due.within });
            }}
          >
            <option value="">{texts.mine}</option>
            {[...(directory?.teams.values() ?? [])].map((one) => (
              <option key={one.team} value={one.team}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{texts.within}</span>
          <select
            class="select"
            value={String(due.within ?? desk.state.casework?.due_soon ?? "")}
            onChange={(event) =>
              desk.work.loadDue({ list: due.list, within: Number(event.currentTarget.value) })
            }
          >
            {ahead(desk.state.casework).map((days) => (
              <option key={days} value={String(days)}>
                {counted(texts.days, days)}
              </option>
            ))}
          </select>
        </label>
      </div>
      {due.trouble !== null && (
        <Strip kind="trouble" announced>
          {troubleText(due.trouble)}{" "}
          <button type="button" class="link" onClick={() => desk.work.loadDue(due)}>
            {words.desk.try_again}
          </button>
        </Strip>
      )}
      <p role="status" class="quiet">
        {statusText(due)}
      </p>
      {due.phase === "ready" && due.rows.length === 0 && due.trouble === null && (
        <div class="empty">
          <p class="empty-line">{texts.none}</p>
          <p class="quiet">{texts.none_detail}</p>
        </div>
      )}
      {due.rows.length > 0 && (
        <table class="table">
          <caption class="hidden">{texts.heading}</caption>
          <thead>
            <tr>
              <th scope="col">{texts.case}</th>
              <th scope="col">{texts.clock}</th>
              <th scope="col">{texts.day}</th>
              <th scope="col">{texts.stage}</th>
              <th scope="col">{texts.teams}</th>
            </tr>
          </thead>
          <tbody>
            {due.rows.map((row) => (
              <tr key={`${row.case} ${row.clock}`}>
                <th scope="row">
                  <button
                    type="button"
                    class="link reference"
                    onClick={() => desk.openCase(row.case)}
                  >
                    {reference(row.case)}
                  </button>
                  <span class="hint">
                    <Shown text={lines.get(row.case) ?? ""} />
                  </span>
                </th>
                <td>{coded(words.codes.clock, row.clock)}</td>
                <td class={row.due < now ? "overdue" : undefined}>
                  {date(row.due)}
                  <span class="hint">{dueIn(row.due, now)}</span>
                </td>
                <td>{coded(words.codes.stage, row.stage)}</td>
                <td>
                  {(row.teams.length > 0 ? row.teams : [row.team])
                    .map((one) => (directory === undefined ? one : teamName(directory, one)))
                    .join(", ")}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {due.next !== null && (
        <button type="button" class="link more" onClick={() => desk.work.loadDue(due, true)}>
          {texts.more}
        </button>
      )}
    </main>
  );
}

/** How many there are, once that is known. */
function statusText({ phase, trouble, rows, overdue, soon }: DueView): string {
  if (trouble !== null && rows.length === 0) return "";
  if (phase === "loading") return `${words.desk.loading}…`;
  return `${counted(texts.overdue, overdue)} · ${counted(texts.soon, soon)}`;
}
