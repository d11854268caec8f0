import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { WordGrid } from "../../../member/WordGrid";
import { fullDay } from "../../days";
import { addChanges, dropChange, vote } from "../../lead/publishing";
import { leadsOf } from "../../lead/picture";
import {
  LONGEST_FILE,
  named,
  proposalsOf,
  readRecoveryFile,
  recoveryWords,
} from "../../lead/recovery";
import type { FileProblem, Proposal, RecoveryFile } from "../../lead/recovery";
import { listText } from "../../lead/sentences";
import { troubleText } from "../../trouble";
import { counted, fill, words } from "../../words";
import { Labelled } from "../office/Labelled";
import { Strip } from "../Strip";
import type { Here } from "./People";

const said = words.lead.recovery;

/** The recovery in force, what leads have voted for, and a new one. */
export function RecoveryTab({ here }: { here: Here }): JSX.Element {
  const { desk, session, picture, published } = here;
  const { votes, trouble } = desk.state.lead;
  const { proposals, bad } = proposalsOf(session.service, leadsOf(published), votes.found ?? []);
  const current = picture?.recovery ?? null;
  return (
    <div class="document">
      <section class="section">
        <h2 class="heading">{said.heading}</h2>
        <p class="quiet">{said.intro}</p>
        {trouble !== null && (
          <Strip kind="trouble" announced>
            {troubleText(trouble)}
          </Strip>
        )}
        <p>{current === null ? said.none : said.named}</p>
        {current !== null && (
          <>
            <p>{fill(said.needs, sharesOf(current))}</p>
            <h3 class="heading-small">{said.words}</h3>
            <WordGrid list={recoveryWords(current)} label={said.words} small />
            <RemoveButton here={here} />
          </>
        )}
      </section>
      <section class="section">
        <h2 class="heading">{said.proposals}</h2>
        {votes.trouble !== null && (
          <Strip kind="trouble" announced>
            {troubleText(votes.trouble)}
          </Strip>
        )}
        {bad > 0 && <Strip kind="warning">{counted(said.bad, bad)}</Strip>}
        {votes.found !== null && proposals.length === 0 && (
          <p class="quiet">{said.proposals_none}</p>
        )}
        {proposals.map((one) => (
          <ProposalPart
            key={`${one.id} ${one.day}`}
            here={here}
            proposal={one}
            alone={proposals.every((other) => other === one || other.id !== one.id)}
          />
        ))}
      </section>
      <Load here={here} proposals={proposals} />
    </div>
  );
}

function sharesOf({ threshold, shares }: RecoveryFile): { threshold: number; shares: number } {
  return { threshold, shares };
}

function RemoveButton({ here }: { here: Here }): JSX.Element | null {
  const { desk, session, draft } = here;
  if ((draft?.picture.recovery ?? null) === null) return null;
  return (
    <button
      type="button"
      class="button button-quiet"
      onClick={() => addChanges(desk, session, [{ kind: "recovery", recovery: null }])}
    >
      {said.put_out}
    </button>
  );
}

function ProposalPart({
  here,
  proposal,
  alone,
}: {
  here: Here;
  proposal: Proposal;
  /** No vote for the same recovery names another day. */
  alone: boolean;
}): JSX.Element {
  const { desk, session, draft, picture } = here;
  const recovery = named(proposal);
  const drafted = draft?.changes.find(
    ({ change }) =>
      change.kind === "recovery" && change.recovery?.recipient === proposal.file.recipient,
  );
  const inForce = picture?.recovery?.recipient === proposal.file.recipient;
  const labels = listText(proposal.by.map((one) => one.label));
  return (
    <div class="proposal">
      <p>
        {fill(said.needs, sharesOf(proposal.file))} {said.votes}{" "}
        {fill(said.votes_by, { labels, day: fullDay(proposal.day) })}.
      </p>
      <WordGrid list={recoveryWords(proposal.file)} label={said.words} small />
      {recovery === null ? (
        <p class="quiet">{alone ? said.one_more : fill(said.again, { labels })}</p>
      ) : inForce ? (
        <p class="quiet">{said.in_force}</p>
      ) : drafted !== undefined ? (
        <button type="button" class="link" onClick={() => dropChange(desk, drafted.change)}>
          {said.put_out}
        </button>
      ) : (
        <button
          type="button"
          class="button button-quiet"
          onClick={() => addChanges(desk, session, [{ kind: "recovery", recovery }])}
        >
          {said.put}
        </button>
      )}
    </div>
  );
}

/** Takes the public half from a file, has its words compared, and votes. */
function Load({ here, proposals }: { here: Here; proposals: readonly Proposal[] }): JSX.Element {
  const { desk, session } = here;
  const { voting } = desk.state.lead;
  const id = useId();
  const [loaded, load] = useState<RecoveryFile | null>(null);
  const [problem, setProblem] = useState<FileProblem | null>(null);
  const [compared, setCompared] = useState(false);
  const [missing, setMissing] = useState(false);
  const self = session.vault.member;
  const voted = proposals.some(
    (one) =>
      one.file.recipient === loaded?.recipient && one.by.some((lead) => lead.member === self),
  );

  async function take(file: File | undefined): Promise<void> {
    load(null);
    setProblem(null);
    setCompared(false);
    setMissing(false);
    if (file === undefined) return;
    const bytes = new Uint8Array(await file.slice(0, LONGEST_FILE + 1).arrayBuffer());
    const result = readRecoveryFile(session.service, bytes);
    if ("problem" in result) setProblem(result.problem);
    else load(result.file);
  }

  return (
    <form
      class="section"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (loaded === null || voting) return;
        setMissing(!compared);
        if (compared) void vote(desk, session, loaded);
      }}
    >
      <h2 class="heading">{said.propose}</h2>
      <Labelled
        id={`${id}file`}
        label={said.load}
        hint={said.load_hint}
        problem={problem === null ? "" : said.file[problem]}
      >
        {(field) => (
          <input
            {...field}
            type="file"
            class="file"
            accept="application/json,.json"
            onChange={(event) => void take(event.currentTarget.files?.[0])}
          />
        )}
      </Labelled>
      {loaded !== null && (
        <>
          <p>{fill(said.needs, sharesOf(loaded))}</p>
          <h3 class="heading-small">{said.words}</h3>
          <p class="quiet">{said.compare}</p>
          <WordGrid list={recoveryWords(loaded)} label={said.words} />
          <label class="check">
            <input
              type="checkbox"
              checked={compared}
              onChange={(event) => setCompared(event.currentTarget.checked)}
            />
            <span>{said.compared}</span>
          </label>
          {missing && (
            <Strip kind="trouble" announced>
              {said.compared_none}
            </Strip>
          )}
          <div class="buttons">
            <button type="submit" class="button" aria-disabled={voting || voted}>
              {voting ? said.voting : said.vote}
            </button>
          </div>
        </>
      )}
    </form>
  );
}
