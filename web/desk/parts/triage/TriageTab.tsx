import type { JSX } from "preact";
import { everybody, mayRead } from "../../../protocol";
import type { MemberId, TeamId } from "../../../protocol";
import type { Procedure } from "../../../protocol/work-calls";
import type { OpenedCase } from "../../opening";
import { nameOf, teamName } from "../../people";
import { allegationName } from "../../record/naming";
import type { CaseView } from "../../state";
import { barsDue, keysHeld, lettingIn, owners, teamsLeftOut } from "../../triage/plan";
import { troubleText } from "../../trouble";
import { counted, fill, words } from "../../words";
import { whyNot } from "../../work/procedure";
import { contentOf } from "../../work/work";
import { useDesk } from "../context";
import { Strip } from "../Strip";
import { UnknownNames, useUnknown } from "../UnknownNames";
import { Waiting } from "../work/RecordTab";
import { Choice, Why } from "./Choice";
import type { Option } from "./Choice";
import { Parts, readersOfCase, saysOf } from "./Parts";

const texts = words.triage;

/** From the report to the teams that work on it: owners, bars, routing, parts. */
export function TriageTab({ view, opened }: { view: CaseView; opened: OpenedCase }): JSX.Element {
  const { work } = view;
  if (work.opened === null) return <Waiting view={view} />;
  const { procedure } = work.opened;
  return (
    <div class="triage">
      <h2 class="hidden">{texts.heading}</h2>
      <p class="quiet">{texts.steps}</p>
      {work.done !== null && (
        <Strip kind="good" announced>
          {work.done}
        </Strip>
      )}
      {work.actTrouble !== null && (
        <Strip kind="trouble" announced>
          {troubleText(work.actTrouble)}
        </Strip>
      )}
      <Allegations view={view} opened={opened} />
      <Bars view={view} opened={opened} procedure={procedure} />
      <Keys view={view} opened={opened} procedure={procedure} />
      <Routing view={view} opened={opened} procedure={procedure} />
      <Parts view={view} opened={opened} procedure={procedure} />
    </div>
  );
}

type Props = { view: CaseView; opened: OpenedCase; procedure: Procedure };

function Allegations({ view, opened }: Omit<Props, "procedure">): JSX.Element {
  const desk = useDesk();
  const triage = contentOf(view.work.opened, "triage");
  const directory = desk.session?.roots.current;
  const self = desk.session?.vault.member;
  const out =
    directory === undefined
      ? new Set<string>()
      : teamsLeftOut(opened, directory, desk.state.casework?.units ?? []);
  return (
    <section class="section">
      <h3 class="heading">{texts.allegations}</h3>
      {triage.allegations.length === 0 ? (
        <p class="quiet">{texts.allegations_none}</p>
      ) : (
        <ol class="triage-list">
          {triage.allegations.map((one) => {
            const summary = allegationName(one);
            const known = directory?.teams.has(one.team as TeamId) === true;
            const team = known ? teamName(directory, one.team) : one.team;
            const owner = out.has(one.team) ? texts.owner_left_out : texts.owner;
            const text = known ? owner : team === "" ? texts.no_owner : texts.gone;
            const mine = directory?.teams.get(one.team as TeamId)?.members ?? [];
            return (
              <li key={one.id}>
                {fill(text, { team, summary })}{" "}
                {mine.some(({ member }) => member === self) && (
                  <span class="tag">{texts.owner_yours}</span>
                )}
              </li>
            );
          })}
        </ol>
      )}
      <div class="buttons">
        <button
          type="button"
          class="button button-quiet"
          onClick={() => desk.work.showRecord("danger")}
        >
          {texts.danger_open}
        </button>
        <button
          type="button"
          class="button button-quiet"
          onClick={() => desk.work.showRecord("triage")}
        >
          {texts.allegations_open}
        </button>
      </div>
    </section>
  );
}

function Bars({ view, opened, procedure }: Props): JSX.Element | null {
  const desk = useDesk();
  const { session } = desk;
  const unknown = useUnknown(opened);
  if (session === null) return null;
  const standards = desk.state.casework?.units ?? [];
  const due = barsDue(saysOf(view), opened, session.roots.current, procedure.bars, standards);
  const self = session.vault.member;
  const others = due.filter((one) => one.member !== self);
  const why = whyNot(procedure, "bar");
  const bar = (members: readonly MemberId[]): Promise<boolean> =>
    desk.work.act({ do: "bar", members });
  return (
    <section class="section">
      <h3 class="heading">{texts.bars}</h3>
      <p class="quiet">{texts.bars_intro}</p>
      {unknown !== null && <UnknownNames unknown={unknown} />}
      {procedure.bars.length > 0 && (
        <ul class="triage-list">
          {procedure.bars.map((member) => (
            <li key={member}>
              {nameOf(session.roots.history, member)} <span class="tag">{texts.barred}</span>
              {whyNot(procedure, "lift") === null && (
                <button
                  type="button"
                  class="link"
                  onClick={() => void desk.work.act({ do: "lift", members: [member] })}
                >
                  {texts.lift} <span class="hidden">{nameOf(session.roots.history, member)}</span>
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {due.length === 0 && (
        <p class="quiet">{unknown === null ? texts.bars_none : texts.bars_none_known}</p>
      )}
      {due.length > 0 && (
        <>
          <ul class="triage-list">
            {due.map(({ member, label, reasons }) => (
              <li key={member}>
                {label}
                <span class="hint">
                  {reasons.map(({ code, about }) => fill(texts.reason[code], { about })).join("; ")}
                </span>
              </li>
            ))}
          </ul>
          {others.length > 0 && (
            <button
              type="button"
              class="button"
              aria-disabled={why !== null || view.work.acting !== null}
              onClick={() => {
                if (why === null) void bar(others.map((one) => one.member));
              }}
            >
              {counted(texts.bar, others.length)}
            </button>
          )}
          <Why why={why} />
        </>
      )}
      <Choice
        id="bar-other"
        label={texts.bar_other}
        button={texts.bar_other}
        options={barrable(opened, session.roots.history, procedure).filter(
          (one) => one.value !== self,
        )}
        why={why}
        onGo={(member) => bar([member as MemberId])}
      />
    </section>
  );
}

/** Who can be barred: who reads it now, and everybody who could be let in. */
function barrable(
  opened: OpenedCase,
  history: Parameters<typeof nameOf>[0],
  procedure: Procedure,
): Option[] {
  const options = new Map(
    readersOfCase(opened, history, procedure).map((one) => [one.value, one] as const),
  );
  for (const { member, team } of everybody(history.current)) {
    const { member: value, label } = member;
    if (!mayRead(member) || procedure.bars.includes(value) || options.has(value)) continue;
    options.set(value, { value, label: fill(texts.bar_other_of, { label, team: team.name }) });
  }
  return [...options.values()];
}

function Keys({ view, opened, procedure }: Props): JSX.Element | null {
  const desk = useDesk();
  if (keysHeld(opened, procedure).length === 0) return null;
  const busy = view.work.acting !== null;
  return (
    <section class="section">
      <h3 class="heading">{texts.keys}</h3>
      <Strip kind="warning">{texts.keys_intro}</Strip>
      <button
        type="button"
        class="button"
        aria-disabled={busy}
        onClick={() => {
          if (!busy) desk.work.renewKeys();
        }}
      >
        {texts.keys_go}
      </button>
    </section>
  );
}

function Routing({ view, opened, procedure }: Props): JSX.Element | null {
  const desk = useDesk();
  const { session } = desk;
  const unknown = useUnknown(opened);
  if (session === null) return null;
  const directory = session.roots.current;
  const triage = contentOf(view.work.opened, "triage");
  const wanted = owners(triage, directory);
  const named = (teams: readonly string[]): string =>
    teams.map((team) => teamName(directory, team)).join(", ");
  const same =
    wanted.length === procedure.teams.length &&
    wanted.every((team) => procedure.teams.includes(team));
  const { waiting, leftOut } = lettingIn(
    opened,
    procedure,
    session.roots.history,
    desk.state.casework?.units ?? [],
  );
  const why = whyNot(procedure, "route");
  const { acting, lettingIn: running } = view.work;
  return (
    <section class="section">
      <h3 class="heading">{texts.route}</h3>
      <p class="quiet">{texts.route_intro}</p>
      {unknown !== null && (wanted.length > 0 || waiting.length > 0) && (
        <Strip kind="warning">{texts.route_unknown}</Strip>
      )}
      {procedure.teams.length > 0 && (
        <p>{fill(texts.route_same, { teams: named(procedure.teams) })}</p>
      )}
      {wanted.length === 0 && <p class="quiet">{texts.route_none}</p>}
      {wanted.length > 0 && !same && (
        <>
          <button
            type="button"
            class="button"
            aria-disabled={why !== null || acting !== null}
            onClick={() => {
              if (why === null && acting === null)
                void desk.work.act({ do: "route", teams: wanted });
            }}
          >
            {fill(texts.route_go, { teams: named(wanted) })}
          </button>
          <Why why={why} />
        </>
      )}
      {procedure.teams.length > 0 && (
        <>
          {acting === "let_in" && running !== null && (
            <div class="progress-row" role="status">
              <progress max={running.total} value={running.done} />
              <span>{fill(texts.granting, { done: running.done, total: running.total })}</span>
              <button type="button" class="link" onClick={() => desk.work.pauseLettingIn()}>
                {texts.pause}
              </button>
            </div>
          )}
          {acting !== "let_in" && waiting.length > 0 && (
            <button
              type="button"
              class="button"
              aria-disabled={acting !== null}
              onClick={() => {
                if (acting === null) desk.work.letInAll();
              }}
            >
              {counted(texts.grant_go, waiting.length)}
            </button>
          )}
          {acting !== "let_in" && waiting.length === 0 && <p>✓ {texts.grant_none}</p>}
          {leftOut > 0 && <p class="hint">{counted(texts.left_out, leftOut)}</p>}
          {running !== null && running.failed > 0 && (
            <Strip kind="trouble">{counted(texts.grant_failed, running.failed)}</Strip>
          )}
          <div class="buttons">
            <button
              type="button"
              class="button button-quiet"
              onClick={() =>
                desk.work.beginMessage({
                  kind: "stage",
                  stage: whyNot(procedure, "stage:with_team") === null ? "with_team" : "",
                  text: fill(texts.tell_text, { teams: named(procedure.teams) }),
                  next: texts.tell_next,
                })
              }
            >
              {texts.tell}
            </button>
          </div>
        </>
      )}
    </section>
  );
}
