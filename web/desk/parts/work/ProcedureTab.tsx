import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Act } from "../../../protocol/act";
import type { OpenedAct } from "../../../protocol/act";
import type { Procedure } from "../../../protocol/work-calls";
import { date, due, today } from "../../days";
import type { Around } from "../../record/parts/props";
import { memberText } from "../../record/shown";
import { recordWords } from "../../record/words";
import type { CaseView } from "../../state";
import { troubleText } from "../../trouble";
import { coded, fill, words } from "../../words";
import type { Missing } from "../../work/missing";
import { clockState, lacksReason, soonDay, whyNot } from "../../work/procedure";
import { readSecond } from "../../work/second";
import { recordWarning } from "../../work/work";
import { useDesk } from "../context";
import { Dialog } from "../Dialog";
import { Shown } from "../Shown";
import { Strip } from "../Strip";
import { AsideDialog } from "../triage/Aside";
import { useAround } from "./around";
import { Checkpoints } from "./Checkpoints";
import { FoundConflict } from "./FoundConflict";
import { MissingList } from "./RailParts";
import { Waiting } from "./RecordTab";
import { AnswerList } from "./Second";
import { WorkWarnings } from "./WorkWarnings";
import { useMissing } from "./useMissing";

const { procedure: texts } = words;

/** Something that is done with a reason. */
type Asked = { readonly heading: string; readonly act: Act };

/** Clocks, sign-offs and everything that was done, with what comes before the end. */
export function ProcedureTab({ view }: { view: CaseView }): JSX.Element {
  const desk = useDesk();
  const around = useAround(desk, view);
  const missing = useMissing(view, around);
  const [asked, setAsked] = useState<Asked | null>(null);
  const { opened, actTrouble, done, acting } = view.work;
  if (opened === null || missing === null) return <Waiting view={view} />;
  const { procedure } = opened;
  return (
    <div class="procedure">
      <h2 class="hidden">{texts.heading}</h2>
      <WorkWarnings opened={opened} />
      {done !== null && (
        <Strip kind="good" announced>
          {done}
        </Strip>
      )}
      {actTrouble !== null && (
        <Strip kind="trouble" announced>
          {troubleText(actTrouble)}
        </Strip>
      )}
      <Ending procedure={procedure} missing={missing} onAsk={setAsked} />
      <Clocks procedure={procedure} onAsk={setAsked} />
      <Checkpoints {...{ procedure, around, acts: opened.acts, view }} />
      <FoundConflict view={view} />
      <Acts acts={opened.acts} around={around} />
      {asked?.act.do === "set_aside" && <AsideDialog onClose={() => setAsked(null)} />}
      {asked !== null && asked.act.do !== "set_aside" && (
        <Reason
          asked={asked}
          busy={acting !== null}
          onGo={(text) => {
            setAsked(null);
            void desk.work.act(asked.act, text);
          }}
          onClose={() => setAsked(null)}
        />
      )}
    </div>
  );
}

/** Closing, opening again, setting aside and taking up. */
function Ending({
  procedure,
  missing,
  onAsk,
}: {
  procedure: Procedure;
  missing: readonly Missing[];
  onAsk: (asked: Asked) => void;
}): JSX.Element {
  const desk = useDesk();
  const button = (act: Act, heading: string): JSX.Element | null =>
    whyNot(procedure, act.do) === null ? (
      <button type="button" class="button button-quiet" onClick={() => onAsk({ heading, act })}>
        {heading}
      </button>
    ) : null;
  return (
    <section class="section">
      <h3 class="heading">{texts.closing}</h3>
      {procedure.closed && <p>{texts.is_closed}</p>}
      {procedure.aside && <p>{texts.is_aside}</p>}
      {!procedure.closed && !procedure.aside && (
        <>
          <p>{missing.length > 0 ? texts.closing_missing : texts.closing_ready}</p>
          {missing.length > 0 && <MissingList missing={missing} />}
        </>
      )}
      <div class="buttons">
        {!procedure.closed && missing.length === 0 && (
          <button type="button" class="button" onClick={() => desk.work.writeClosing()}>
            {texts.closing_go}
          </button>
        )}
        {button({ do: "reopen" }, texts.reopen)}
        {button({ do: "take_up" }, texts.take_up)}
        {button({ do: "set_aside" }, texts.aside)}
      </div>
      {whyNot(procedure, "set_aside") === null && <p class="hint">{texts.aside_intro}</p>}
      {procedure.may.some((one) => one.do === "set_aside" && one.why === "not-assigned") && (
        <p class="hint">{texts.aside_authority}</p>
      )}
    </section>
  );
}

function Clocks({
  procedure,
  onAsk,
}: {
  procedure: Procedure;
  onAsk: (asked: Asked) => void;
}): JSX.Element {
  const desk = useDesk();
  const now = today();
  const soon = soonDay(desk.state.casework?.due_soon ?? 0, now);
  const may = whyNot(procedure, "pause") === null;
  return (
    <section class="section">
      <table class="table clocks">
        <caption class="heading">{texts.clocks}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.clock}</th>
            <th scope="col">{texts.due_on}</th>
            <th scope="col">{texts.state}</th>
            <th scope="col">
              <span class="hidden">{texts.reason}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {procedure.clocks.map((one) => {
            const name = coded(words.codes.clock, one.clock);
            const state = clockState(one, procedure, now, soon);
            const runs = state === "running" || state === "soon" || state === "late";
            const ask = (act: Act, short: string, text: string): JSX.Element => {
              const heading = fill(text, { clock: name });
              return (
                <button
                  type="button"
                  class="link"
                  aria-label={heading}
                  onClick={() => onAsk({ act, heading })}
                >
                  {short}
                </button>
              );
            };
            return (
              <tr key={one.clock}>
                <th scope="row">{name}</th>
                <td class={state === "late" ? "overdue" : undefined}>
                  {one.due === "" || one.done !== "" ? "–" : date(one.due)}
                  {runs && <span class="hint">{due(one.due, now)}</span>}
                </td>
                <td>{fill(texts.states[state], { day: one.done === "" ? "" : date(one.done) })}</td>
                <td class="clock-acts">
                  {may &&
                    runs &&
                    ask({ do: "pause", clock: one.clock }, texts.short.pause, texts.pause)}
                  {may &&
                    state === "paused" &&
                    ask({ do: "resume", clock: one.clock }, texts.short.resume, texts.resume)}
                  {may &&
                    runs &&
                    (one.clock === "feedback" || one.clock === "explanation") &&
                    ask({ do: "done", clock: one.clock }, texts.short.done, texts.done)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function Acts({ acts, around }: { acts: readonly OpenedAct[]; around: Around }): JSX.Element {
  return (
    <section class="section">
      <h3 class="heading">{texts.acts}</h3>
      {acts.length === 0 && <p class="quiet">{texts.acts_none}</p>}
      <ol class="acts">
        {[...acts].reverse().map(({ row, words: said, warnings }, place) => (
          <li key={row?.digest ?? `bad ${place}`}>
            {row !== null && (
              <>
                <span class="quiet">{date(row.day)}</span>{" "}
                <strong>{memberText(row.member, around)}</strong> {actText(row.act, around)}
                {said !== null && <Said act={row.act} said={said} around={around} />}
              </>
            )}
            {warnings.map((one, at) => (
              <Strip key={at} kind="warning">
                {fill(texts.not_good, { text: recordWarning(one.kind) })}
              </Strip>
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The words of an act; of a second signature, the answers in them and the note. */
function Said({ act, said, around }: { act: Act; said: string; around: Around }): JSX.Element {
  const { answers, note } =
    act.do === "second" ? readSecond(said) : { answers: new Map<string, never>(), note: said };
  const entries = around.contents.failing.entries.filter((one) => answers.has(one.id));
  return (
    <>
      {entries.length > 0 && (
        <div class="act-words">
          <p>{words.work.second.of_each}</p>
          <AnswerList entries={entries} answers={answers} />
        </div>
      )}
      {note !== "" && (
        <p class="act-words">
          <Shown text={note} long />
        </p>
      )}
    </>
  );
}

/** What an act did, in words. */
function actText(act: Act, around: Around): string {
  const name = (member: Parameters<typeof memberText>[0]): string => memberText(member, around);
  switch (act.do) {
    case "bar":
    case "lift":
      return fill(texts.act[act.do], { who: act.members.map(name).join(", ") });
    case "route": {
      const named = act.teams.map(
        (team) => around.teams.find((one) => one.team === team)?.name ?? team,
      );
      return fill(texts.act.route, { teams: named.join(", ") });
    }
    case "assign":
    case "release":
      return fill(texts.act[act.do], {
        who: name(act.member),
        part: words.codes.part[act.as],
      });
    case "sign":
    case "second":
      return fill(texts.act[act.do], {
        record: recordWords.records[act.record].name,
        revision: act.revision,
      });
    case "pause":
    case "resume":
    case "done":
      return fill(texts.act[act.do], { clock: words.codes.clock[act.clock] });
    case "set_aside":
    case "take_up":
    case "reopen":
      return texts.act[act.do];
  }
}

/** Asks why, before something is done. */
function Reason({
  asked,
  busy,
  onGo,
  onClose,
}: {
  asked: Asked;
  busy: boolean;
  onGo: (text: string) => void;
  onClose: () => void;
}): JSX.Element {
  const [text, setText] = useState("");
  const [tried, setTried] = useState(false);
  const empty = lacksReason(asked.act, text);
  const go = (): void => {
    setTried(true);
    if (!empty && !busy) onGo(text);
    else document.getElementById("act-reason")?.focus();
  };
  return (
    <Dialog heading={asked.heading} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          go();
        }}
      >
        <label class="label" for="act-reason">
          {texts.reason}
        </label>
        {tried && empty && (
          <span class="field-error" id="act-reason-error">
            {texts.reason_needed}
          </span>
        )}
        <textarea
          id="act-reason"
          class="input"
          rows={4}
          maxLength={4_000}
          aria-invalid={tried && empty}
          aria-describedby={tried && empty ? "act-reason-error" : undefined}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <div class="buttons">
          <button type="submit" class="button">
            {asked.heading}
          </button>
          <button type="button" class="button button-quiet" onClick={onClose}>
            {words.desk.close}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
