/** A page with nothing on it but one record, over a sample: what the desk gives its parts, without a
 * service behind it. The test bundles it. */
import { h, options, render } from "preact";
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { readContent } from "../../../web/desk/record/content.js";
import type {
  ContentOf,
  Contents,
  RecordName,
  Revision,
} from "../../../web/desk/record/content.js";
import { put } from "../../../web/desk/record/paths.js";
import type { Around } from "../../../web/desk/record/parts/props.js";
import { RecordPrint } from "../../../web/desk/record/parts/RecordPrint.js";
import { RecordView } from "../../../web/desk/record/parts/RecordView.js";
import { crowded, sampleAround, scenario } from "../../../web/desk/record/sample.js";

declare global {
  interface Window {
    /** What was saved, as it would be sealed. */
    saved: unknown[];
    /** What was told to the desk as a draft, last. */
    drafted: unknown;
    /** Answers what is being saved. */
    answer: () => void;
    /** How many elements were compared with what is on the page. */
    compared: number;
  }
}

const asked = new URLSearchParams(location.search);
const contents = sample();
const around: Around = sampleAround(contents);
window.saved = [];
window.drafted = null;
window.answer = () => undefined;
window.compared = 0;
// Hooks listen here too.
const diffed = options.diffed?.bind(options);
options.diffed = (vnode) => {
  diffed?.(vnode);
  window.compared++;
};

function sample(): Contents {
  if (asked.has("crowded")) return crowded();
  // Lower than at first, of what was called banter: why is asked for.
  const level = ["severity", "assessments", "5e000001", "level"];
  return asked.has("lower") ? put(scenario(), level, "misconduct") : scenario();
}

function revisionOf<R extends RecordName>(record: R, revision: number, content: ContentOf<R>) {
  const { me, today } = around;
  const one: Revision<R> = { record, revision, author: me, day: today, content, warnings: [] };
  return one;
}

function One(): JSX.Element {
  const record = (asked.get("record") ?? "failing") as RecordName;
  const [latest, setLatest] = useState(() => revisionOf(record, 1, contents[record]));
  const [target, setTarget] = useState(asked.get("target"));
  // The desk keeps drafts, and drops one once it is saved.
  const [draft, setDraft] = useState<ContentOf<RecordName> | null>(null);
  const [saving, setSaving] = useState(false);
  const seen = useMemo(
    () => ({ ...around, contents: { ...contents, [record]: latest.content } }),
    [latest],
  );
  const tell = (next: ContentOf<RecordName> | null): void => {
    window.drafted = next;
    setDraft(next);
  };
  return h(RecordView, {
    record,
    around: seen,
    latest,
    standing: null,
    readOnly: asked.get("readonly"),
    draft,
    onDraft: tell,
    onSave: (content) => {
      const sealed: unknown = JSON.parse(JSON.stringify(content));
      window.saved.push(sealed);
      setSaving(true);
      // What is saved comes back; or somebody else was quicker, and theirs does.
      const overtaken = asked.has("overtaken");
      const next = overtaken ? contents[record] : readContent(record, sealed);
      window.answer = () => {
        setLatest(revisionOf(record, latest.revision + 1, next));
        // The desk drops the draft with it, or once the page has drawn it.
        const done = (): void => {
          setSaving(false);
          if (!overtaken && window.drafted === content) tell(null);
        };
        if (asked.has("late")) setTimeout(done, 50);
        else done();
      };
      if (!asked.has("slow")) setTimeout(() => window.answer());
    },
    saving,
    trouble: null,
    target,
    onTarget: () => setTarget(null),
    onHistory: null,
  });
}

function Printed(): JSX.Element {
  const { danger, triage, reporter, failing, severity, concerns, notes } = contents;
  return h(RecordPrint, {
    around,
    revisions: {
      danger: revisionOf("danger", 1, danger),
      triage: revisionOf("triage", 1, triage),
      reporter: revisionOf("reporter", 1, reporter),
      failing: revisionOf("failing", 1, failing),
      // One that does not open, and has another in its place; and one that has none.
      severity: { ...revisionOf("severity", 3, severity), shut: true, shows: 2 },
      concerns: { ...revisionOf("concerns", 1, concerns), shut: true, shows: 0 },
      notes: revisionOf("notes", 1, notes),
    },
    standing: {},
    marking: "OFFICIAL-SENSITIVE",
    original: false,
    notes: asked.has("notes"),
  });
}

const host = document.querySelector("main > div");
if (host !== null) render(h(asked.has("print") ? Printed : One, {}), host);
