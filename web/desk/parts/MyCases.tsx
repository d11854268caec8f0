import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { CaseId } from "../../protocol";
import { briefDay, daysBetween, due, today } from "../days";
import { stages } from "../list";
import type { Order, Row } from "../list";
import { troubleText } from "../trouble";
import { coded, counted, fill, words } from "../words";
import { Case } from "./Case";
import { useDesk } from "./context";
import { HandoverBanner } from "./Handover";
import { OpeningProgress } from "./Opening";
import { Shown } from "./Shown";
import { Strip } from "./Strip";
import { Several } from "./triage/Several";
import type { SeveralView } from "../triage/several";

/** How many rows are drawn before "show more". */
const drawn = 150;

/** My cases: the list, and the case that is open. */
export function MyCases(): JSX.Element {
  const { open } = useDesk().state;
  return (
    <div class={open === null ? "mine" : open.rail ? "mine mine-open mine-rail" : "mine mine-open"}>
      <List />
      {open === null ? (
        <main class="case case-none" id="main" tabIndex={-1}>
          <h1 class="hidden">{words.mine.heading}</h1>
          <p class="empty-line">{words.case.choose}</p>
          <p class="quiet">{words.case.choose_detail}</p>
        </main>
      ) : (
        <Case view={open} />
      )}
    </div>
  );
}

function List(): JSX.Element {
  const desk = useDesk();
  const { mine, wanted, selected, open, several } = desk.state;
  const [limit, setLimit] = useState(drawn);
  const rows = desk.rows();
  const shown = rows.slice(0, Math.max(limit, rows.findIndex((row) => row.case === selected) + 1));
  // The keys start at the selected row, or at the first when that one is filtered away.
  const start = rows.some((row) => row.case === selected) ? selected : rows[0]?.case;
  const filtered =
    wanted.stage !== "" ||
    wanted.route !== "" ||
    wanted.unread ||
    wanted.aside ||
    wanted.search !== "";
  return (
    <section class="list" aria-label={words.mine.heading}>
      <Filters />
      <Several />
      <OpeningProgress />
      <HandoverBanner />
      {mine.trouble !== null && (
        <Strip kind="trouble" announced>
          {troubleText(mine.trouble)}{" "}
          <button type="button" class="link" onClick={() => void desk.refresh()}>
            {words.desk.try_again}
          </button>
        </Strip>
      )}
      <p class="list-count quiet" role="status">
        {mine.phase === "loading"
          ? mine.trouble === null && `${words.desk.loading}…`
          : filtered
            ? fill(words.mine.count_of, { shown: rows.length, total: mine.rows.length })
            : mine.phase === "more"
              ? fill(words.opening.listing, { count: mine.rows.length })
              : counted(words.mine.count, mine.rows.length)}
      </p>
      {mine.phase === "ready" && mine.rows.length === 0 && mine.trouble === null && (
        <div class="empty">
          <p class="empty-line">{words.mine.empty}</p>
          <p class="quiet">{words.mine.empty_detail}</p>
        </div>
      )}
      {rows.length === 0 && mine.rows.length > 0 && (
        <div class="empty">
          <p class="empty-line">{words.mine.none_found}</p>
          <p class="quiet">{words.mine.none_found_detail}</p>
          <button
            type="button"
            class="link"
            onClick={() =>
              desk.want({ stage: "", route: "", unread: false, aside: false, search: "" })
            }
          >
            {words.mine.reset}
          </button>
        </div>
      )}
      <ul class="rows">
        {shown.map((row) => (
          <li key={row.case} class={several === null ? undefined : "row-choice"}>
            {several !== null && <Chosen row={row} several={several} />}
            <CaseRow row={row} start={row.case === start} current={row.case === open?.case} />
          </li>
        ))}
      </ul>
      {rows.length > shown.length && (
        <button type="button" class="link more" onClick={() => setLimit(limit + drawn)}>
          {fill(words.mine.more, { count: rows.length - shown.length })}
        </button>
      )}
    </section>
  );
}

/** Whether a case is among those to be set aside. */
function Chosen({ row, several }: { row: Row; several: SeveralView }): JSX.Element {
  const desk = useDesk();
  const of = row.case as CaseId;
  return (
    <input
      type="checkbox"
      class="row-chosen"
      aria-label={fill(words.mine.select, { reference: row.reference })}
      checked={several.chosen.has(of)}
      disabled={several.running || row.aside || row.stage === "closed"}
      onChange={(event) => {
        const chosen = new Set(several.chosen);
        if (event.currentTarget.checked) chosen.add(of);
        else chosen.delete(of);
        desk.change({ several: { ...several, chosen } });
      }}
    />
  );
}

function CaseRow({
  row,
  start,
  current,
}: {
  row: Row;
  start: boolean;
  current: boolean;
}): JSX.Element {
  const desk = useDesk();
  const now = today();
  const late = row.by !== null && daysBetween(now, row.by) < 0;
  return (
    <button
      type="button"
      class={row.unread > 0 ? "row row-unread" : "row"}
      tabIndex={start ? 0 : -1}
      aria-current={current ? "true" : undefined}
      onFocus={() => {
        if (desk.state.selected !== row.case) desk.change({ selected: row.case });
      }}
      onClick={() => desk.openCase(row.case as CaseId)}
    >
      <span class="row-dot">
        {row.unread > 0 && (
          <>
            <span class="dot" aria-hidden="true" />
            <span class="hidden">{words.mine.unread_mark}. </span>
          </>
        )}
      </span>
      <span class="reference">{row.reference}</span>
      <span class="row-stage">{coded(words.codes.stage, row.stage)}</span>
      <span class="row-day">{briefDay(row.day, now)}</span>
      <span class="row-line">
        {row.line === null ? (
          <span class="quiet">{row.failed ? words.mine.failed : words.mine.unopened}</span>
        ) : (
          <Shown text={row.line} />
        )}
      </span>
      {row.by !== null && (
        <span class={late ? "row-due overdue" : "row-due"}>
          {row.clock === ""
            ? fill(words.mine.due, { when: due(row.by, now) })
            : fill(words.mine.due_clock, {
                clock: coded(words.codes.clock, row.clock),
                when: due(row.by, now),
              })}
        </span>
      )}
    </button>
  );
}

function Filters(): JSX.Element {
  const desk = useDesk();
  const { order, wanted, mine } = desk.state;
  const routes = [...new Set(mine.rows.map((row) => row.route))].sort();
  return (
    <div class="filters">
      <label>
        <span>{words.mine.order}</span>
        <select
          class="select"
          value={order}
          onChange={(event) => desk.setOrder(event.currentTarget.value as Order)}
        >
          {Object.entries(words.mine.orders).map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{words.mine.stage}</span>
        <select
          class="select"
          value={wanted.stage}
          onChange={(event) => desk.want({ stage: event.currentTarget.value })}
        >
          <option value="">{words.mine.all}</option>
          {stages.map((stage) => (
            <option key={stage} value={stage}>
              {words.codes.stage[stage]}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{words.mine.route}</span>
        <select
          class="select"
          value={wanted.route}
          onChange={(event) => desk.want({ route: event.currentTarget.value })}
        >
          <option value="">{words.mine.all}</option>
          {routes.map((route) => (
            <option key={route} value={route}>
              {coded(words.codes.route, route)}
            </option>
          ))}
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={wanted.unread}
          onChange={(event) => desk.want({ unread: event.currentTarget.checked })}
        />
        <span>{words.mine.unread}</span>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={wanted.aside}
          onChange={(event) => desk.want({ aside: event.currentTarget.checked })}
        />
        <span>{words.mine.aside}</span>
      </label>
    </div>
  );
}
