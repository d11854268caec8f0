import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { date } from "../days";
import { tabs } from "../state";
import type { CaseView, Tab } from "../state";
import { differences, teamName } from "../people";
import { troubleText } from "../trouble";
import { warningText } from "../warnings";
import { coded, counted, fill, words } from "../words";
import { ConversationTab } from "./Conversation";
import { useDesk } from "./context";
import { PeopleTab } from "./People";
import { Rail } from "./Rail";
import { ReportTab } from "./Report";
import { Strip } from "./Strip";
import { TriageTab } from "./triage/TriageTab";
import { useFocusKept } from "./useFocusKept";
import { PrintPage } from "./work/PrintPage";
import { ProcedureTab } from "./work/ProcedureTab";
import { RecordTab } from "./work/RecordTab";

/** The case that is open: its head, its parts, and the rail. */
export function Case({ view }: { view: CaseView }): JSX.Element {
  const desk = useDesk();
  const heading = useRef<HTMLHeadingElement>(null);
  const { opened, people, trouble, reference } = view;
  const directory = desk.session?.roots.current;
  // Also when the print is left.
  useEffect(() => heading.current?.focus(), [view.case, view.printing]);
  const panel = useRef<HTMLDivElement>(null);
  useFocusKept(panel, opened !== null && !view.printing);
  if (view.printing) return <PrintPage view={view} />;
  return (
    <>
      <main class="case" id="main" tabIndex={-1}>
        <div class="case-head">
          <button type="button" class="link case-back" onClick={() => desk.closeCase()}>
            {words.case.back}
          </button>
          <h1 class="heading-large reference" tabIndex={-1} ref={heading}>
            {reference}
          </h1>
          {opened !== null && (
            <>
              <span class="tag">{coded(words.codes.stage, opened.conversation.stage)}</span>
              <p class="case-facts quiet">
                <span class="case-received">
                  {fill(words.case.received_on, { day: date(opened.day) })}
                  {" · "}
                </span>
                {coded(words.codes.route, opened.route)}
                {directory !== undefined &&
                  opened.team !== null &&
                  ` · ${teamName(directory, opened.team)}`}
              </p>
              <button
                type="button"
                class="button button-quiet rail-toggle"
                aria-expanded={view.rail}
                aria-controls="rail"
                onClick={() => desk.toggleRail()}
              >
                {view.rail ? words.case.details_hide : words.case.details}
              </button>
            </>
          )}
        </div>
        {trouble !== null && (
          <Strip kind={trouble.code === "statement" ? "warning" : "trouble"} announced>
            {troubleText(trouble)}{" "}
            <button type="button" class="link" onClick={() => desk.reloadCase()}>
              {words.desk.try_again}
            </button>
          </Strip>
        )}
        {opened === null && trouble === null && (
          <p class="quiet case-wait" role="status">
            {fill(words.case.loading, { reference })}…
          </p>
        )}
        {opened !== null && (
          <>
            <div class="strips">
              {opened.warnings.map((one, place) => (
                <Strip key={place} kind="warning">
                  {warningText("case", one)}
                </Strip>
              ))}
              {opened.receiptDay === null && <Strip kind="warning">{words.warning.receipt}</Strip>}
              {differences(opened, directory).map((text) => (
                <Strip key={text} kind="warning">
                  {text}
                </Strip>
              ))}
            </div>
            <Tabs view={view} />
            <div
              class="tab-panel"
              role="tabpanel"
              id="tab-panel"
              ref={panel}
              aria-labelledby={`tab-${view.tab}`}
              tabIndex={-1}
            >
              {view.tab === "report" && <ReportTab opened={opened} />}
              {view.tab === "triage" && <TriageTab view={view} opened={opened} />}
              {view.tab === "record" && <RecordTab view={view} opened={opened} />}
              {view.tab === "notes" && <RecordTab view={view} opened={opened} notes />}
              {view.tab === "procedure" && <ProcedureTab view={view} />}
              {view.tab === "conversation" && <ConversationTab view={view} opened={opened} />}
              {view.tab === "people" && people !== null && (
                <PeopleTab view={view} opened={opened} people={people} />
              )}
            </div>
          </>
        )}
      </main>
      {opened !== null && people !== null && (
        <Rail view={view} opened={opened} people={people} shown={view.rail} />
      )}
    </>
  );
}

function Tabs({ view }: { view: CaseView }): JSX.Element {
  const desk = useDesk();
  const unread = desk.state.mine.rows.find((row) => row.case === view.case)?.unread ?? 0;
  const select = (tab: Tab): void => {
    desk.showTab(tab);
    requestAnimationFrame(() => document.getElementById(`tab-${tab}`)?.focus());
  };
  const move = (event: KeyboardEvent): void => {
    const at = tabs.indexOf(view.tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const tab = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (tab === undefined) return;
    event.preventDefault();
    select(tab);
  };
  return (
    <div class="tabs" role="tablist" aria-label={words.case.tab_list} onKeyDown={move}>
      {tabs.map((tab) => (
        <button
          key={tab}
          type="button"
          role="tab"
          id={`tab-${tab}`}
          class="tab"
          aria-selected={view.tab === tab}
          aria-controls="tab-panel"
          tabIndex={view.tab === tab ? 0 : -1}
          onClick={() => desk.showTab(tab)}
        >
          {words.case.tabs[tab]}
          {tab === "conversation" && unread > 0 && (
            <span class="tab-count"> {counted(words.case.unread, unread)}</span>
          )}
        </button>
      ))}
    </div>
  );
}
