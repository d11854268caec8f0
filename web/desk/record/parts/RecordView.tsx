import type { JSX } from "preact";
import { Confirm } from "../../parts/Dialog";
import { Strip } from "../../parts/Strip";
import type { RecordName } from "../content";
import { lackLine } from "../marks";
import { schema } from "../schema";
import { recordWords } from "../words";
import { elementId, problemsId } from "./ids";
import type { RecordViewProps } from "./props";
import { Revisions } from "./Revisions";
import { SectionPart } from "./SectionPart";
import { useRecord } from "./useRecord";
import { Unknown, membersOf } from "./Values";

const { view, records } = recordWords;

/** One record as a document, edited in place. */
export function RecordView<R extends RecordName>(props: RecordViewProps<R>): JSX.Element {
  const { record, latest, readOnly, saving } = props;
  const page = useRecord(props);
  const proposal = props.proposal ?? null;
  const { open, content, saved, draft, lookup, lacks, byEntry, edit, unfolded, writing } = page;
  const { removed, problems, said, asked, editing } = page;
  return (
    <form
      class="rec document"
      noValidate
      aria-labelledby={`${elementId(record, "")}-name`}
      onSubmit={(event) => {
        event.preventDefault();
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          page.save();
        }
      }}
    >
      <div class="rec-head">
        <h2
          class="heading-large"
          id={`${elementId(record, "")}-name`}
          tabIndex={-1}
          ref={page.heading}
        >
          {records[record].name}
        </h2>
        <p class="quiet">{records[record].intro}</p>
        <Revisions {...props} />
        {latest?.warnings.map((one) => (
          <Strip key={one} kind="warning">
            {one}
          </Strip>
        ))}
        {readOnly !== null && <Strip kind="calm">{readOnly}</Strip>}
      </div>
      <p class="hidden" role="status">
        {said}
      </p>
      {problems.length > 0 && (
        <div class="rec-problems" id={problemsId(record)} tabIndex={-1} role="alert">
          <h3 class="heading">{view.problem}</h3>
          <ul class="plain">
            {problems.map((one) => (
              <li key={`${one.place} ${one.code}`}>
                <button type="button" class="link" onClick={() => page.goTo(one.place)}>
                  {lackLine(one)}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
      {content === null ? (
        open ? (
          <div class="buttons">
            <button type="button" class="button" onClick={() => page.begin(null)}>
              {view.begin}
            </button>
            {proposal !== null && (
              <>
                <button
                  type="button"
                  class="button button-quiet"
                  onClick={() => page.begin(proposal)}
                >
                  {view.take_over}
                </button>
                <span class="hint">{view.take_over_hint}</span>
              </>
            )}
          </div>
        ) : (
          <p class="quiet">{view.never}.</p>
        )
      ) : (
        <>
          {schema[record].map((section) => (
            <SectionPart
              key={section.name}
              section={section}
              {...{ record, content, saved, lookup, lacks, byEntry, edit, open, unfolded, writing }}
              edited={open && editing.has(section.name)}
              removed={removed}
              onEdit={() => page.editSection(section)}
              onUndo={page.undo}
              onUnfold={page.unfold}
            />
          ))}
          <Unknown members={membersOf(record, "")} owner={content} />
        </>
      )}
      {open && (draft !== null || editing.size > 0 || writing !== null) && (
        <div class="rec-save">
          {props.trouble !== null && !saving && (
            <Strip kind="trouble" announced>
              {props.trouble}
            </Strip>
          )}
          <div class="buttons">
            <button type="button" class="button" aria-disabled={saving} onClick={page.save}>
              {saving ? view.saving : view.save}
            </button>
            <button type="button" class="link" onClick={page.leaveOrAsk}>
              {view.drop}
            </button>
            <span class="hint">
              {draft !== null && <strong>{view.unsaved}. </strong>}
              {view.keys}
            </span>
          </div>
        </div>
      )}
      {asked && (
        <Confirm
          heading={view.drop_heading}
          text={view.drop_text}
          yes={view.drop_yes}
          no={view.drop_no}
          onYes={page.leave}
          onNo={page.stay}
        />
      )}
    </form>
  );
}
