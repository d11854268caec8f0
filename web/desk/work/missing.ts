/** What keeps a case from being closed: what the service says is missing, and what readers alone can see. Pure. */
import type { Day, Stage } from "../../protocol";
import { RECORDS } from "../../protocol/record-file";
import type { RecordName } from "../../protocol/record-file";
import type { Procedure } from "../../protocol/work-calls";
import { lacksIn } from "../record/rules";
import type { Lack, Seen } from "../record/rules";
import { recordWords } from "../record/words";
import { counted, fill, words } from "../words";
import { fullDay } from "../days";
import { unanswered } from "./check-ins";
import { untoldOutcomes } from "./outcomes";
import { missingLines, whyNot } from "./procedure";
import type { MissingLine } from "./procedure";

/** Something that is missing, with what the record itself lacks where it is that: then at least one. */
export type Missing = MissingLine & { readonly lacks: readonly Lack[] };

/** What the page has around the records: what they say, and the teams of the directory. */
type Around = Seen & {
  readonly teams: readonly { readonly team: string; readonly name: string }[];
};

/**
 * Everything that is missing before the case can be closed. The service holds a record to be done once it is
 * signed; whether what stands in it still covers what is alleged since, a reader's desk alone can see. `worse` are the
 * days on which the reporter told that they are treated worse.
 */
export function missingOf(
  procedure: Procedure,
  around: Around,
  worse: readonly Day[] = [],
): Missing[] {
  return [
    ...missingLines(procedure).map((one) => ({ ...one, lacks: [] })),
    ...unrouted(procedure, around),
    ...untold(procedure),
    ...unanswered(worse, around.contents).map((day) =>
      line(fill(words.work.lacking.worse, { day: fullDay(day) }), { tab: "conversation" }),
    ),
    ...substance(procedure, around),
    ...untoldOutcomes(around.contents).map((text) => line(text, { record: "outcome" })),
  ];
}

/** What a record lacks by its substance; nothing while nobody has begun it. */
export function lacksShown(missing: readonly Missing[], record: RecordName): readonly Lack[] {
  return missing.find((one) => one.record === record && one.lacks.length > 0)?.lacks ?? [];
}

/** Why this member may not tell the reporter of a stage, as a sentence; null when they may. An honest desk
 * closes nothing while it sees that something is missing. */
export function whyNotStage(
  procedure: Procedure,
  missing: readonly Missing[],
  stage: Stage,
): string | null {
  const why = whyNot(procedure, `stage:${stage}`);
  return why === null && stage === "closed" && missing.length > 0 ? words.work.why.missing : why;
}

/** Teams that own an allegation, and that the case was not routed to. */
function unrouted({ teams }: Procedure, { contents, teams: known }: Around): Missing[] {
  const owners = new Set(contents.triage.allegations.map(({ team }) => team));
  const routed: readonly string[] = teams;
  return [...owners]
    .filter((team) => team !== "" && !routed.includes(team))
    .map((team) => {
      const name = known.find((one) => one.team === team)?.name;
      return name === undefined
        ? line(fill(words.work.lacking.team_gone, { team }), { record: "triage" })
        : line(fill(words.work.lacking.team, { team: name }));
    });
}

/** Opened again, the case stays closed for the reporter until a message names another stage. */
function untold({ closed, stage }: Procedure): Missing[] {
  return !closed && stage === "closed"
    ? [line(words.work.lacking.reopened, { tab: "conversation" })]
    : [];
}

/** What is lacking in each record that was begun. Of the others the service says that they are not signed. */
function substance({ checkpoints }: Procedure, seen: Seen): Missing[] {
  const begun = RECORDS.filter(
    (name) => !checkpoints.some((one) => one.record === name && one.revision === 0),
  );
  return begun.flatMap((record) => {
    const lacks = lacksIn(record, seen).filter((one) => one.weight === "lack");
    if (lacks.length === 0) return [];
    const { name } = recordWords.records[record];
    return [
      line(fill(counted(words.rail.lacks, lacks.length), { record: name }), { record, lacks }),
    ];
  });
}

function line(text: string, more: Partial<Missing> = {}): Missing {
  return { text, record: null, tab: "triage", lacks: [], ...more };
}
