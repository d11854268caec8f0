import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { reference } from "../../../protocol";
import type { AuditRow, CaseId, MemberId } from "../../../protocol";
import { holds } from "../../audit/chain";
import { actText, findingText, isSound, stateText } from "../../audit/sentences";
import { rowsShown } from "../../audit/shown";
import type { ShownRow } from "../../audit/shown";
import {
  countersign,
  exportTrail,
  lookAtTrail,
  lookAtWhole,
  rememberedMark,
  setTrail,
  showEarlier,
  stopFollowing,
  want,
} from "../../audit/trail";
import { caseMeant, everything, isEverything } from "../../audit/wanted";
import { date } from "../../days";
import type { Desk } from "../../desk";
import { moment } from "../../../member/moment";
import { nameOf } from "../../people";
import type { Session } from "../../session";
import { troubleText } from "../../trouble";
import { counted, fill, words } from "../../words";
import { useDesk } from "../context";
import { Strip } from "../Strip";

const said = words.audit;

/** The audit trail: whether it holds together, its rows, and the auditor's word for it. */
export function Audit(): JSX.Element {
  const desk = useDesk();
  const { session } = desk;
  useEffect(() => {
    if (session !== null) void lookAtTrail(desk, session);
  }, [session]);
  const { trail } = desk.state;
  return (
    <main class="page" id="main" tabIndex={-1}>
      <h1 class="heading-large">{said.heading}</h1>
      <p class="quiet page-intro">{said.intro}</p>
      {trail.trouble !== null && (
        <Strip kind="trouble" announced>
          {troubleText(trail.trouble)}{" "}
          <button
            type="button"
            class="link"
            onClick={() => session !== null && void lookAtTrail(desk, session)}
          >
            {words.desk.try_again}
          </button>
        </Strip>
      )}
      {trail.done !== null && (
        <Strip kind="good" announced onHide={() => setTrail(desk, { done: null })}>
          {trail.done}
        </Strip>
      )}
      {session !== null && (
        <>
          <Finding desk={desk} session={session} />
          <Acts desk={desk} session={session} />
          {trail.followed !== null && (
            <>
              <Filters desk={desk} session={session} />
              <Rows desk={desk} session={session} />
              <Heads desk={desk} session={session} />
            </>
          )}
        </>
      )}
    </main>
  );
}

type Props = { readonly desk: Desk; readonly session: Session };

/** In one sentence: does the trail hold together. */
function Finding({ desk, session }: Props): JSX.Element {
  const { followed, following, finding } = desk.state.trail;
  if (following || followed === null) {
    const done = followed?.end.number ?? 0;
    const from = followed?.from.number ?? 0;
    const total = followed?.head.number ?? 0;
    return (
      <div class="following" role="status">
        {followed === null ? (
          `${said.loading}…`
        ) : (
          <>
            <label for="following">{fill(said.following, { done, total })}</label>
            <progress id="following" max={Math.max(1, total - from)} value={done - from} />
            <button type="button" class="link" onClick={() => stopFollowing(desk)}>
              {said.pause}
            </button>
          </>
        )}
      </div>
    );
  }
  const found = followed.finding ?? finding;
  return found === null ? (
    <Strip kind={holds(followed) ? "good" : "calm"} announced>
      {stateText(followed, rememberedMark(session))}
    </Strip>
  ) : (
    <Strip kind="trouble" announced>
      {findingText(found, followed)}
    </Strip>
  );
}

function Acts({ desk, session }: Props): JSX.Element {
  const { trail } = desk.state;
  const { followed, following, signing, exporting } = trail;
  const mark = rememberedMark(session);
  const sound = followed !== null && !following && isSound(trail);
  const news = sound && followed.end.number > 0 && followed.end.number !== mark?.number;
  const save = async (): Promise<void> => {
    const rows = await exportTrail(desk, session);
    if (rows !== null) saveFile(rows);
  };
  return (
    <div class="buttons page-acts">
      {news && (
        <button
          type="button"
          class="button"
          aria-disabled={signing}
          onClick={() => void countersign(desk, session)}
        >
          {signing ? said.countersigning : fill(said.countersign, { number: followed.end.number })}
        </button>
      )}
      <button
        type="button"
        class="button button-quiet"
        aria-disabled={following}
        onClick={() => void lookAtTrail(desk, session)}
      >
        {said.again}
      </button>
      {followed !== null && followed.from.number > 0 && (
        <button
          type="button"
          class="button button-quiet"
          aria-disabled={following}
          onClick={() => void lookAtWhole(desk, session)}
        >
          {said.whole}
        </button>
      )}
      <button
        type="button"
        class="button button-quiet"
        aria-disabled={exporting}
        onClick={() => void save()}
      >
        {exporting ? said.exporting : said.export}
      </button>
    </div>
  );
}

function Filters({ desk, session }: Props): JSX.Element {
  const { followed, earlier, wanted } = desk.state.trail;
  const [typed, type] = useState(wanted.case === "" ? "" : reference(wanted.case));
  const [problem, setProblem] = useState("");
  const known = useMemo(() => {
    const rows = [...(followed?.rows.map((one) => one.row) ?? []), ...earlier];
    return {
      who: [...new Set(rows.map((one) => one.who).filter((one) => one !== ""))],
      acts: [...new Set([...Object.keys(said.acts), ...rows.map((one) => one.act)])],
      cases: new Set(rows.map((one) => one.case).filter((one) => one !== "")),
    };
  }, [followed, earlier]);
  const name = nameBy(desk, session);
  const byCase = (event: Event): void => {
    event.preventDefault();
    const meant = typed.trim() === "" ? "" : caseMeant(typed, known.cases as Set<CaseId>);
    setProblem(meant === null ? said.case_unknown : "");
    if (meant !== null && meant !== wanted.case) void want(desk, session, { case: meant });
  };
  return (
    <form class="page-filters" noValidate onSubmit={byCase}>
      <label>
        <span>{said.who}</span>
        <select
          class="select"
          value={wanted.who}
          onChange={(event) =>
            void want(desk, session, { who: event.currentTarget.value as MemberId | "" })
          }
        >
          <option value="">{said.anybody}</option>
          {known.who.map((who) => (
            <option key={who} value={who}>
              {name(who as MemberId)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{said.act}</span>
        <select
          class="select"
          value={wanted.act}
          onChange={(event) => void want(desk, session, { act: event.currentTarget.value })}
        >
          <option value="">{said.anything}</option>
          {known.acts.map((act) => (
            <option key={act} value={act}>
              {actText(act)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{said.case}</span>
        <input
          class="input"
          autocomplete="off"
          spellcheck={false}
          placeholder={said.case_hint}
          value={typed}
          aria-invalid={problem !== ""}
          aria-describedby={problem === "" ? undefined : "case-problem"}
          onInput={(event) => type(event.currentTarget.value)}
          onChange={byCase}
        />
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={wanted.refused}
          onChange={(event) => void want(desk, session, { refused: event.currentTarget.checked })}
        />
        <span>{said.refused_only}</span>
      </label>
      {!isEverything(wanted) && (
        <button
          type="button"
          class="link"
          onClick={() => {
            type("");
            setProblem("");
            void want(desk, session, everything);
          }}
        >
          {said.clear}
        </button>
      )}
      {problem !== "" && (
        <p class="field-error" id="case-problem" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}

function Rows({ desk, session }: Props): JSX.Element | null {
  const { trail } = desk.state;
  const { followed, earlier, drawn, wanted } = trail;
  const shown = useMemo(
    () => (followed === null ? [] : rowsShown(followed, earlier, wanted)),
    [followed, earlier, wanted],
  );
  const name = nameBy(desk, session);
  if (followed === null) return null;
  const first = earlier.at(-1)?.number ?? followed.from.number + 1;
  const more = shown.length > drawn || (isEverything(wanted) && first > 1);
  return (
    <section aria-label={said.heading}>
      <p class="quiet" role="status">
        {shown.length === 0 ? said.nothing : counted(said.count, shown.length)}
      </p>
      {shown.length > 0 && (
        <table class="table table-wide audit">
          <caption class="hidden">{said.heading}</caption>
          <thead>
            <tr>
              <th scope="col" class="number">
                {said.column.number}
              </th>
              <th scope="col">{said.column.time}</th>
              <th scope="col">{said.column.who}</th>
              <th scope="col">{said.column.act}</th>
              <th scope="col">{said.column.about}</th>
              <th scope="col">{said.column.case}</th>
              <th scope="col">{said.column.outcome}</th>
            </tr>
          </thead>
          <tbody>
            {shown.slice(0, drawn).map((one) => (
              <Row key={one.row.number} shown={one} name={name} />
            ))}
          </tbody>
        </table>
      )}
      {followed.from.number > 0 && earlier.length > 0 && (
        <p class="quiet">{fill(said.unchecked, { from: followed.from.number + 1 })}</p>
      )}
      {more && (
        <button type="button" class="link more" onClick={() => void showEarlier(desk, session)}>
          {said.more}
        </button>
      )}
    </section>
  );
}

type Name = (member: MemberId) => string;

/** How members are called in the trail. */
function nameBy({ state }: Desk, { roots }: Session): Name {
  const accounts = state.office.accounts.found?.accounts;
  return (member) => nameOf(roots.history, member, accounts);
}

function Row({ shown, name }: { shown: ShownRow; name: Name }): JSX.Element {
  const { row, checked } = shown;
  const refused = row.outcome !== "done";
  return (
    <tr class={refused ? "audit-refused" : undefined}>
      <td class="number">
        <span class="narrow">{said.column.number} </span>
        {row.number}
        {!checked && <span class="hint">{said.unproven}</span>}
      </td>
      <td class="moment">{moment(row.time)}</td>
      <th scope="row">{whoText(row, name)}</th>
      <td class="audit-act">{actText(row.act)}</td>
      <td>{row.about !== "" && row.about !== row.who && name(row.about)}</td>
      <td>{row.case !== "" && <span class="reference">{reference(row.case)}</span>}</td>
      <td class={refused ? "audit-refusal" : "audit-done"}>
        {refused ? fill(said.refused, { code: row.outcome }) : said.done}
      </td>
    </tr>
  );
}

function Heads({ desk, session }: Props): JSX.Element {
  const { heads, badHeads } = desk.state.trail;
  const name = nameBy(desk, session);
  const latest = [...heads].sort((one, other) => other.number - one.number).slice(0, 10);
  return (
    <section class="section audit-heads" aria-labelledby="heads">
      <h2 class="heading" id="heads">
        {said.heads}
      </h2>
      {badHeads > 0 && <Strip kind="warning">{counted(said.heads_bad, badHeads)}</Strip>}
      {latest.length === 0 ? (
        <p class="quiet">{said.heads_none}</p>
      ) : (
        <ul class="plain">
          {latest.map(({ number, member, day }) => (
            <li key={`${number} ${member}`}>
              {fill(said.head, {
                number,
                label: name(member),
                day: date(day),
              })}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function whoText({ who, by }: AuditRow, labelOf: Name): string {
  if (who !== "") return labelOf(who);
  return by === "command" ? said.command : said.nobody;
}

/** Gives a file to the browser to save. */
function saveFile(rows: Uint8Array): void {
  const address = URL.createObjectURL(
    new Blob([Uint8Array.from(rows)], { type: "application/x-ndjson" }),
  );
  const link = document.createElement("a");
  link.href = address;
  link.download = said.export_file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
