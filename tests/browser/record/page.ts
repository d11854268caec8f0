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
    /** How many elements were compared with what is on the page. */
    compared: number;
  }
}

const asked = new URLSearchParams(location.search);
const contents: Contents = asked.has("crowded") ? crowded() : scenario();
const around: Around = sampleAround(contents);
window.saved = [];
window.drafted = null;
window.compared = 0;
// Hooks listen here too.
const diffed = options.diffed?.bind(options);
options.diffed = (vnode) => {
  diffed?.(vnode);
  window.compared++;
};

function revisionOf<R extends RecordName>(record: R, revision: number, content: ContentOf<R>) {
  const { me, today } = around;
  const one: Revision<R> = { record, revision, author: me, day: today, content, warnings: [] };
  return one;
}

function One(): JSX.Element {
  const record = (asked.get("record") ?? "failing") as RecordName;
  const [latest, setLatest] = useState(() => revisionOf(record, 1, contents[record]));
  const [target, setTarget] = useState(asked.get("target"));
  const seen = useMemo(
    () => ({ ...around, contents: { ...contents, [record]: latest.content } }),
    [latest],
  );
  return h(RecordView, {
    record,
    around: seen,
    latest,
    standing: null,
    readOnly: asked.get("readonly"),
    draft: null,
    onDraft: (draft) => {
      window.drafted = draft;
    },
    onSave: (content) => {
      const sealed: unknown = JSON.parse(JSON.stringify(content));
      window.saved.push(sealed);
      // What is saved comes back; or somebody else was quicker, and theirs does.
      const next = asked.has("overtaken") ? contents[record] : readContent(record, sealed);
      setTimeout(() => setLatest(revisionOf(record, latest.revision + 1, next)));
    },
    saving: false,
    trouble: null,
    target,
    onTarget: () => setTarget(null),
    onHistory: null,
  });
}

function Printed(): JSX.Element {
  const { danger, triage, reporter, failing } = contents;
  return h(RecordPrint, {
    around,
    revisions: {
      danger: revisionOf("danger", 1, danger),
      triage: revisionOf("triage", 1, triage),
      reporter: revisionOf("reporter", 1, reporter),
      failing: revisionOf("failing", 1, failing),
    },
    standing: {},
    marking: "OFFICIAL-SENSITIVE",
    original: false,
  });
}

const host = document.querySelector("main > div");
if (host !== null) render(h(asked.has("print") ? Printed : One, {}), host);
