import type { JSX } from "preact";
import { useId, useMemo } from "preact/hooks";
import type { Day } from "../../../protocol";
import { daysAfter, fullDay, isDay, today } from "../../days";
import { drafted } from "../../lead/changes";
import type { Change, Drafted } from "../../lead/changes";
import { differencesOf, isGrave } from "../../lead/differences";
import { pictureOf } from "../../lead/picture";
import type { Picture } from "../../lead/picture";
import {
  GOOD_DAYS,
  addChanges,
  dropChange,
  dropDraft,
  publish,
  review,
  setLead,
} from "../../lead/publishing";
import type { Draft } from "../../lead/publishing";
import {
  changeName,
  changeTexts,
  concernText,
  differenceText,
  problemText,
} from "../../lead/sentences";
import { troubleText } from "../../trouble";
import { counted, fill, words } from "../../words";
import { Dialog } from "../Dialog";
import { Labelled } from "../office/Labelled";
import { Strip } from "../Strip";
import type { Here } from "./People";

const said = words.lead.draft;

/** The draft of the next root: its changes, what to know before signing, and the signature. */
export function DraftRail({ here }: { here: Here }): JSX.Element {
  const { desk, draft, session } = here;
  const { lead } = desk.state;
  return (
    <aside
      class={lead.rail ? "rail rail-shown" : "rail"}
      id="draft"
      aria-labelledby="draft-heading"
    >
      <h2 class="heading" id="draft-heading">
        {said.heading}
        {draft !== null && draft.changes.length > 0 && (
          <span class="quiet"> {counted(said.count, draft.changes.length)}</span>
        )}
      </h2>
      {lead.rebased !== null && (
        <Strip kind="warning" announced onHide={() => setLead(desk, { rebased: null })}>
          {lead.rebased}
        </Strip>
      )}
      {lead.trouble !== null && lead.tab !== "recovery" && (
        <Strip kind="trouble" announced>
          {troubleText(lead.trouble)}
        </Strip>
      )}
      {draft === null ? (
        <p class="quiet" role="status">
          {words.desk.loading}…
        </p>
      ) : draft.changes.length === 0 ? (
        <Nothing here={here} draft={draft} />
      ) : (
        <Changes here={here} draft={draft} />
      )}
      {lead.review !== null && draft !== null && (
        <Review here={here} draft={draft} onPublish={() => void publish(desk, session)} />
      )}
    </aside>
  );
}

function Nothing({ here, draft }: { here: Here; draft: Draft }): JSX.Element {
  const { desk, session, published } = here;
  const { directory } = published;
  return (
    <>
      <p class="quiet">{said.empty}</p>
      {directory !== null && (
        <div class="renew">
          <button
            type="button"
            class="button button-quiet"
            aria-disabled={!draft.ready}
            onClick={() => void review(desk, session)}
          >
            {said.renew}
          </button>
          <p class="hint">
            {fill(said.renew_hint, { day: fullDay(directory.root.good_until), days: GOOD_DAYS })}
          </p>
        </div>
      )}
    </>
  );
}

function Changes({ here, draft }: { here: Here; draft: Draft }): JSX.Element {
  const { desk, session } = here;
  const id = useId();
  const texts = useMemo(() => textsOf(draft.start, draft.changes), [draft]);
  const leadsOnly = here.published.directory === null && draft.picture.teams.length === 0;
  const { goodUntil } = draft.picture;
  return (
    <>
      <ol class="draft-changes">
        {draft.changes.map(({ change, problem }, place) => {
          const sentences = texts[place] ?? [];
          const name = sentences[0] ?? changeName(change, draft.picture);
          return (
            <li key={place}>
              <div>
                {problem !== null ? (
                  <>
                    {name}
                    <span class="field-error">
                      {said.unable} {problemText(problem)}.
                    </span>
                  </>
                ) : (
                  sentences.map((text) => <p key={text}>{text}</p>)
                )}
              </div>
              <button
                type="button"
                class="link"
                aria-label={fill(said.drop_of, { change: name })}
                onClick={() => dropChange(desk, change)}
              >
                {said.drop}
              </button>
            </li>
          );
        })}
      </ol>
      {draft.concerns.map((one) => (
        <Strip
          key={`${one.code} ${one.route ?? ""}`}
          kind={one.kind === "problem" ? "trouble" : "warning"}
        >
          {concernText(one, draft.picture)}
        </Strip>
      ))}
      {leadsOnly ? (
        <p class="quiet">{said.leads_only}</p>
      ) : (
        <Labelled id={`${id}until`} label={said.good_until} hint={said.good_until_hint}>
          {(field) => (
            <input
              {...field}
              type="date"
              class="input"
              min={daysAfter(today(), 1)}
              value={goodUntil}
              onChange={(event) => {
                const day = event.currentTarget.value;
                if (!isDay(day) || day <= today() || day === goodUntil) return;
                addChanges(desk, session, [{ kind: "good_until", day: day as Day }]);
              }}
            />
          )}
        </Labelled>
      )}
      {!draft.ready && <p class="field-error">{said.blocked}</p>}
      <div class="buttons">
        <button
          type="button"
          class="button"
          aria-disabled={!draft.ready}
          onClick={() => void review(desk, session)}
        >
          {said.review}
        </button>
        <button type="button" class="link" onClick={() => dropDraft(desk)}>
          {said.drop_all}
        </button>
      </div>
    </>
  );
}

/** What the signed documents say, read out of them, before they are sent. */
function Review({
  here,
  draft,
  onPublish,
}: {
  here: Here;
  draft: Draft;
  onPublish: () => void;
}): JSX.Element | null {
  const { desk, published } = here;
  const { review: signed, publishing } = desk.state.lead;
  const differences = useMemo(() => {
    if (signed === null) return [];
    const before = published.directory === null ? null : pictureOf(published.directory);
    // Before the first root, what leads were before is known all the same.
    const start = before ?? { ...draft.start, teams: [], goodUntil: "" as Day };
    const after = signed.directory === null ? draft.picture : pictureOf(signed.directory);
    return differencesOf(start, after).filter(
      (one) => signed.root !== null || one.kind !== "good_until",
    );
  }, [signed]);
  if (signed === null) return null;
  const serial = signed.directory?.root.serial;
  const close = (): void => {
    if (!publishing) setLead(desk, { review: null });
  };
  return (
    <Dialog
      heading={
        serial === undefined ? said.review_heading_leads : fill(said.review_heading, { serial })
      }
      onClose={close}
    >
      <p>{said.review_intro}</p>
      <ul class="review-changes">
        {differences.map((one, place) => (
          <li key={place} class={isGrave(one) ? "grave" : undefined}>
            {differenceText(one)}
          </li>
        ))}
        {differences.length === 0 && <li>{words.lead.change.none}</li>}
      </ul>
      {draft.concerns.length > 0 && (
        <>
          <h3 class="heading-small">{said.review_before}</h3>
          {draft.concerns.map((one) => (
            <Strip key={`${one.code} ${one.route ?? ""}`} kind="warning">
              {concernText(one, draft.picture)}
            </Strip>
          ))}
        </>
      )}
      <div class="buttons">
        <button type="button" class="button" aria-disabled={publishing} onClick={onPublish}>
          {publishing ? said.signing : said.sign}
        </button>
        <button type="button" class="button button-quiet" onClick={close}>
          {said.not_yet}
        </button>
      </div>
    </Dialog>
  );
}

/** Each change of a draft as the sentences of what it makes different. */
function textsOf(start: Picture, changes: readonly Drafted[]): string[][] {
  const done: Change[] = [];
  let before = start;
  return changes.map(({ change, problem }) => {
    if (problem !== null) return [];
    done.push(change);
    const { picture } = drafted(start, done, today() as Day);
    const texts = changeTexts(before, picture);
    before = picture;
    return texts;
  });
}
