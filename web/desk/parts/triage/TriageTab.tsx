import type { JSX } from "preact";
import type { TeamId } from "../../../protocol";
import type { Procedure } from "../../../protocol/work-calls";
import type { OpenedCase } from "../../opening";
import { teamName } from "../../people";
import { allegationName } from "../../record/naming";
import type { CaseView } from "../../state";
import { keysHeld, teamsLeftOut } from "../../triage/plan";
import { troubleText } from "../../trouble";
import { fill, words } from "../../words";
import { contentOf } from "../../work/work";
import { useDesk } from "../context";
import { Strip } from "../Strip";
import { Waiting } from "../work/RecordTab";
import { Bars } from "./Bars";
import { Parts } from "./Parts";
import { Routing } from "./Routing";

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
