import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { RECORDS } from "../../../protocol/record-file";
import type { RecordName } from "../../../protocol/record-file";
import type { OpenedCase } from "../../opening";
import { Comparison } from "../../record/parts/Comparison";
import { Lacking } from "../../record/parts/Lacking";
import { Merging } from "../../record/parts/Merging";
import { Records } from "../../record/parts/Records";
import { RecordView } from "../../record/parts/RecordView";
import { Together } from "../../record/parts/Together";
import { elementId, togetherId } from "../../record/parts/ids";
import { saidIn } from "../../record/content";
import { proposalFor } from "../../record/proposal";
import { lacksIn } from "../../record/rules";
import { memberText } from "../../record/shown";
import { recordWords } from "../../record/words";
import type { CaseView } from "../../state";
import { troubleText } from "../../trouble";
import { words } from "../../words";
import { whyNot } from "../../work/procedure";
import { together } from "../../work/saving";
import { latestOf } from "../../work/work";
import { useDesk } from "../context";
import { Strip } from "../Strip";
import { standingOf, useAround } from "./around";
import { SignOff } from "./SignOff";
import { WorkWarnings } from "./WorkWarnings";

/** The records of the open case; `notes` alone where it is they that are asked for. */
export function RecordTab({
  view,
  opened,
  notes = false,
}: {
  view: CaseView;
  opened: OpenedCase;
  notes?: boolean;
}): JSX.Element {
  const desk = useDesk();
  const around = useAround(desk, view);
  const { work } = view;
  const record: RecordName = notes ? "notes" : work.record === "notes" ? "danger" : work.record;
  const drafts = desk.state.recordDrafts.get(view.case) ?? {};
  const standing = useMemo(() => standingOf(work.opened?.procedure), [work.opened]);
  const revisions = useMemo(
    () =>
      Object.fromEntries(
        RECORDS.flatMap((name) => {
          const found = work.opened?.records[name];
          return found === undefined ? [] : [[name, found.revision] as const];
        }),
      ),
    [work.opened],
  );
  if (work.opened === null) return <Waiting view={view} />;
  return (
    <div class={notes ? undefined : "rec-with-list"}>
      {!notes && (
        <div class="work-side">
          <Records
            around={around}
            current={record}
            standing={standing}
            revisions={revisions}
            drafted={RECORDS.filter((name) => drafts[name] !== undefined)}
            onOpen={(name) => desk.work.showRecord(name)}
          />
          <button type="button" class="link" onClick={() => desk.work.setPrinting(true)}>
            {words.work.print}
          </button>
        </div>
      )}
      <div class="work-main">
        <WorkWarnings opened={work.opened} />
        {work.done !== null && (
          <Strip kind="good" announced>
            {work.done}
          </Strip>
        )}
        <OneRecord key={record} {...{ record, view, opened, around }} standing={standing[record]} />
      </div>
    </div>
  );
}

function OneRecord({
  record,
  view,
  opened,
  around,
  standing,
}: {
  record: RecordName;
  view: CaseView;
  opened: OpenedCase;
  around: ReturnType<typeof useAround>;
  standing: ReturnType<typeof standingOf>[RecordName] | undefined;
}): JSX.Element {
  const desk = useDesk();
  const { work } = view;
  const latest = useMemo(() => latestOf(work.opened, record), [work.opened, record]);
  const draft = desk.state.recordDrafts.get(view.case)?.[record] ?? null;
  const procedure = work.opened?.procedure;
  const readOnly = procedure === undefined ? null : whyNot(procedure, `write:${record}`);
  const label = desk.state.me?.label ?? "";
  const proposal = useMemo(() => {
    if (saidIn(latest) !== null) return null;
    const { me, today, reference, casework, contents, revealed = false } = around;
    const told = { parties: opened.parties.content, body: opened.body.content, revealed };
    return proposalFor(record, told, { me, label, today, reference, casework, contents });
  }, [latest, opened, around, record, label]);
  // As the draft is now: the last keys are told when the record goes from the page.
  const both = useMemo(
    () => (work.merging === record ? together(work.opened, draft, record) : null),
    [work.merging, work.opened, draft, record],
  );
  const focusSoon = (id: string): void => {
    requestAnimationFrame(() => document.getElementById(id)?.focus());
  };
  if (both !== null) {
    const { conflicts, yielded, revision } = both;
    const theirs = {
      label: memberText(both.author, around),
      revision,
      warnings: latest?.warnings ?? [],
    };
    return (
      <Merging
        {...{ record, around, conflicts, yielded, theirs }}
        onMerge={(picks) => {
          desk.work.takeTogether(record, both, picks);
          focusSoon(togetherId(record));
        }}
        onLeave={() => {
          desk.work.set({ merging: null });
          focusSoon(`${elementId(record, "")}-name`);
        }}
      />
    );
  }
  if (work.history?.record === record) {
    const { history } = work;
    return (
      <Comparison
        record={record}
        around={around}
        revisions={history.revisions}
        from={history.from}
        to={history.to}
        onPick={(from, to) => desk.work.set({ history: { ...history, from, to } })}
        onClose={() => desk.work.set({ history: null })}
      />
    );
  }
  return (
    <>
      {record === "notes" && <ToLookAt around={around} />}
      {draft?.over !== undefined && (
        <Together
          {...{ record, around }}
          theirs={{ label: draft.over.label, revision: draft.base }}
          before={draft.over.before}
          after={draft.before}
          yielded={draft.over.yielded}
        />
      )}
      <RecordView
        record={record}
        around={around}
        latest={latest}
        standing={standing ?? null}
        readOnly={readOnly}
        draft={draft?.content ?? null}
        onDraft={(content) => desk.work.draftRecord(view.case, record, content)}
        onSave={(content) => desk.work.saveRecord(record, content)}
        saving={work.saving === record}
        trouble={work.saveTrouble === null ? null : troubleText(work.saveTrouble)}
        target={work.target}
        onTarget={() => desk.work.set({ target: null })}
        onHistory={latest === null ? null : () => desk.work.showRevisions(record)}
        proposal={proposal}
      />
      {record !== "notes" && latest !== null && (
        <SignOff record={record} view={view} around={around} drafted={draft !== null} />
      )}
    </>
  );
}

/** What is worth a look in the notes as they are saved, such as a task whose day is past: nobody signs them, and
 * whoever reads them is to see it. */
function ToLookAt({ around }: { around: ReturnType<typeof useAround> }): JSX.Element | null {
  const desk = useDesk();
  const { contents, casework, today } = around;
  const lacks = useMemo(
    () => lacksIn("notes", { contents, casework, today }),
    [contents, casework, today],
  );
  if (lacks.length === 0) return null;
  return (
    <section class="to-look-at" aria-labelledby="to-look-at">
      <h2 class="heading-small" id="to-look-at">
        {recordWords.marks.look}
      </h2>
      <Lacking lacks={lacks} onGo={(one) => desk.work.showRecord(one.record, one.place)} />
    </section>
  );
}

/** Before the records are there, or when they could not be fetched. */
export function Waiting({ view }: { view: CaseView }): JSX.Element {
  const desk = useDesk();
  const { trouble } = view.work;
  if (trouble === null) {
    return (
      <p class="quiet" role="status">
        {words.work.loading}…
      </p>
    );
  }
  return (
    <Strip kind="trouble" announced>
      {troubleText(trouble)}{" "}
      <button type="button" class="link" onClick={() => desk.reloadCase()}>
        {words.desk.try_again}
      </button>
    </Strip>
  );
}
