import type { JSX } from "preact";
import type { Procedure } from "../../../protocol/work-calls";
import type { OpenedCase } from "../../opening";
import { teamName } from "../../people";
import type { CaseView } from "../../state";
import { lettingIn, owners } from "../../triage/plan";
import type { LettingIn } from "../../triage/plan";
import { saysOf } from "../../triage/says";
import { counted, fill, words } from "../../words";
import { whyNot } from "../../work/procedure";
import { contentOf } from "../../work/work";
import { useDesk } from "../context";
import { Strip } from "../Strip";
import { useUnfit, useUnknown } from "../UnknownNames";
import { Why } from "./Choice";
import { FormerReaders } from "./FormerReaders";
import { reasonsText } from "./Near";

const texts = words.triage;

/** Which teams work on the case, who of them is let in, and who reads it for a team that does not any more. */
export function Routing({
  view,
  opened,
  procedure,
}: {
  view: CaseView;
  opened: OpenedCase;
  procedure: Procedure;
}): JSX.Element | null {
  const desk = useDesk();
  const { session } = desk;
  const unknown = useUnknown(opened);
  const unfit = useUnfit(view);
  if (session === null) return null;
  const directory = session.roots.current;
  const triage = contentOf(view.work.opened, "triage");
  const wanted = owners(triage, directory);
  const named = (teams: readonly string[]): string =>
    teams.map((team) => teamName(directory, team)).join(", ");
  const same =
    wanted.length === procedure.teams.length &&
    wanted.every((team) => procedure.teams.includes(team));
  const { waiting, leftOut, held, shut } = lettingIn(
    opened,
    procedure,
    session.roots.history,
    desk.state.casework?.units ?? [],
    saysOf(view.work.opened),
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
      {unfit.length > 0 && wanted.length > 0 && <Strip kind="warning">{texts.route_unfit}</Strip>}
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
          {acting !== "let_in" && waiting.length === 0 && shut.length < procedure.teams.length && (
            <p>✓ {held.length > 0 ? texts.grant_rest : texts.grant_none}</p>
          )}
          {held.length > 0 && <Held held={held} />}
          {shut.length > 0 && <p>{fill(texts.team_shut, { teams: named(shut) })}</p>}
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
      <FormerReaders view={view} opened={opened} procedure={procedure} />
    </section>
  );
}

/** Who is not let in with the others, why, and what can be done about it. */
function Held({ held }: Pick<LettingIn, "held">): JSX.Element {
  const desk = useDesk();
  return (
    <Strip kind="warning">
      {counted(texts.held, held.length)}
      <ul class="triage-list">
        {held.map(({ member, label, reasons }) => (
          <li key={member}>
            {label}, {reasonsText(reasons)}
          </li>
        ))}
      </ul>
      {texts.held_todo}{" "}
      <button type="button" class="link" onClick={() => desk.showTab("people")}>
        {texts.assign_people}
      </button>
    </Strip>
  );
}
