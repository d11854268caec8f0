/** A record while it is on the page: what is written in it, what is unfolded, where the focus goes. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";
import { fill } from "../../words";
import { same } from "../compare";
import { emptyContent, saidIn } from "../content";
import type { ContentOf, RecordName } from "../content";
import { begun, changed, entriesAt, movedEntry, putBack, withEntry, withoutEntry } from "../draft";
import type { Writing } from "../draft";
import { keepsFromSaving } from "../lacks/invalid";
import { pathOf } from "../paths";
import { lacksIn } from "../rules";
import type { Lack } from "../rules";
import { schema } from "../schema";
import type { Section } from "../schema";
import { entryNumber, lookupOf, memberText } from "../shown";
import type { Lookup } from "../shown";
import { recordWords } from "../words";
import type { Edit } from "./edit";
import { addId, elementId, problemsId, sectionId } from "./ids";
import { focusOn, isBrief, lacksByEntry, shownWhole, takenUp } from "./looks";
import type { Removed } from "./looks";
import type { Around, RecordViewProps } from "./props";
import { useDraft } from "./useDraft";

const { view } = recordWords;

/** What a record on the page is drawn from, and what can be done with it. */
export type OnPage<R extends RecordName> = {
  readonly heading: RefObject<HTMLHeadingElement | null>;
  readonly open: boolean;
  readonly content: ContentOf<R> | null;
  readonly saved: ContentOf<R> | null;
  readonly draft: ContentOf<R> | null;
  readonly lacks: readonly Lack[];
  readonly byEntry: ReadonlyMap<string, readonly Lack[]>;
  readonly lookup: Lookup;
  readonly edit: Edit;
  readonly editing: ReadonlySet<string>;
  readonly writing: string | null;
  readonly unfolded: ReadonlySet<string>;
  readonly removed: Removed | null;
  readonly problems: readonly Lack[];
  /** Something for those who do not see it. */
  readonly said: string;
  readonly asked: boolean;
  readonly editSection: (section: Pick<Section, "name">) => void;
  readonly goTo: (place: string) => void;
  readonly begin: (proposal: ContentOf<R> | null) => void;
  readonly save: () => void;
  readonly leave: () => void;
  readonly leaveOrAsk: () => void;
  readonly stay: () => void;
  readonly undo: (removed: Removed) => void;
  readonly unfold: (list: string, ids: readonly string[]) => void;
};

export function useRecord<R extends RecordName>(props: RecordViewProps<R>): OnPage<R> {
  const { record, around, latest, readOnly, saving } = props;
  const open = readOnly === null;
  const heading = useRef<HTMLHeadingElement>(null);
  const drafting = useDraft(props, () => {
    setEditing(new Set());
    setWriting(null);
    setRemoved(null);
    heading.current?.focus();
  });
  const { draft, settled, change } = drafting;
  const saved = saidIn(latest);
  const content = draft ?? saved;

  const [editing, setEditing] = useState(() => takenUp(record, saved, props.draft).sections);
  const [writing, setWriting] = useState(() => takenUp(record, saved, props.draft).entry);
  const [unfolded, setUnfolded] = useState(() => shownWhole(record, content));
  const [removed, setRemoved] = useState<Removed | null>(null);
  const [said, say] = useState("");
  const [problems, setProblems] = useState<readonly Lack[]>([]);
  const [asked, ask] = useState(false);
  const [, redraw] = useState({});
  const wanted = useRef<string | HTMLElement | null>(null);

  const read = settled ?? saved ?? emptyContent<R>(record);
  const seen = useMemo(() => ({ ...around.contents, [record]: read }), [around, read]);
  const lacks = useMemo(() => lacksIn(record, { ...around, contents: seen }), [seen, around]);
  const lookup = useStable<Lookup>(
    (before) => lookupOf(around, seen.triage, before),
    [around, seen],
  );
  const byEntry = useStable<ReadonlyMap<string, readonly Lack[]>>(
    (before) => lacksByEntry(lacks, before),
    [lacks],
  );

  const live = useRef({ around, content, writing }).current;
  live.around = around;
  live.content = content;
  live.writing = writing;
  const edit = useMemo<Edit>(() => {
    const start = (one: ContentOf<R> | null): ContentOf<R> =>
      one ?? begun(record, writingBy(live.around));
    return {
      set: (path, value) =>
        change((one) => changed(record, start(one), pathOf(path), value, live.around.casework)),
      add: (list) => {
        change((one) => {
          const { content: more, id } = withEntry(record, start(one), list, writingBy(live.around));
          const path = `${list}/${id}`;
          wanted.current = `first ${elementId(record, path)}`;
          if (!isBrief(record, list)) setWriting(path);
          return more;
        });
      },
      remove: (path) => {
        const [list = "", id = ""] = pathOf(path);
        const all = entriesAt(live.content, [list]);
        const place = all.findIndex((one) => one.id === id);
        const entry = all[place];
        if (entry === undefined) return;
        setRemoved({ path, entry, place, name: entryNumber(record, list, place) });
        wanted.current = `${elementId(record, list)}-undo`;
        change((one) => withoutEntry(start(one), pathOf(path)));
      },
      move: (path, by) => {
        const [list = "", id = ""] = pathOf(path);
        const active = document.activeElement;
        change((one) => {
          const after = movedEntry(start(one), pathOf(path), by);
          const place = entriesAt(after, [list]).findIndex((each) => each.id === id);
          if (after !== one) {
            say(
              fill(view.moved, { name: entryNumber(record, list, place - by), number: place + 1 }),
            );
          }
          return after;
        });
        if (active instanceof HTMLElement) wanted.current = active;
      },
      write: (path) => {
        setWriting(path);
        if (path !== null) wanted.current = `first ${elementId(record, path)}`;
      },
      fold: (path) => {
        if (live.writing === path) {
          setWriting(null);
          setUnfolded((before) => without(before, path));
          return;
        }
        setUnfolded((before) =>
          before.has(path) ? without(before, path) : new Set([...before, path]),
        );
      },
    };
  }, []);

  // What was asked for is there once this is drawn: at once, so that no earlier drawing takes it for its own.
  useLayoutEffect(() => {
    const place = wanted.current;
    if (place === null) return;
    wanted.current = null;
    focusOn(place);
  });
  const editSection = (section: Pick<Section, "name">): void => {
    setEditing((before) => new Set([...before, section.name]));
    wanted.current = `first ${sectionId(record, section.name)}`;
  };
  const goTo = (place: string): void => {
    // Also where everything is open already, and only the focus moves.
    redraw({});
    const [list = "", id = "", inner = ""] = pathOf(place);
    const section = schema[record].find(({ fields }) => fields.some(({ name }) => name === list));
    if (section === undefined) return;
    const field = section.fields.find(({ name }) => name === list);
    const entry = `${list}/${id}`;
    if (!open) {
      if (field?.kind === "entries" && id !== "")
        setUnfolded((before) => new Set([...before, entry]));
      wanted.current = id === "" ? sectionId(record, section.name) : elementId(record, entry);
      return;
    }
    if (field?.kind === "entries") {
      if (isBrief(record, list)) setEditing((before) => new Set([...before, section.name]));
      else if (id !== "") setWriting(entry);
      wanted.current =
        id === ""
          ? addId(record, list)
          : inner === ""
            ? `first ${elementId(record, entry)}`
            : elementId(record, place);
      return;
    }
    setEditing((before) => new Set([...before, section.name]));
    wanted.current = elementId(record, place);
  };
  useEffect(() => {
    if (props.target === null) return;
    if (content === null && open) change(() => begun(record, writingBy(around)));
    goTo(props.target);
    props.onTarget();
  }, [props.target]);

  const save = (): void => {
    if (saving || !open) return;
    const now = drafting.now();
    if (now === null || (saved !== null && same(now, saved))) {
      if (now !== null) drafting.drop();
      say(view.nothing_changed);
      // What was written in closes.
      wanted.current = `${elementId(record, "")}-name`;
      setEditing(new Set());
      setWriting(null);
      return;
    }
    const contents = { ...around.contents, [record]: now } as typeof around.contents;
    const found = lacksIn(record, {
      contents,
      casework: around.casework,
      today: around.today,
    }).filter(keepsFromSaving);
    setProblems(found);
    if (found.length > 0) {
      wanted.current = problemsId(record);
      return;
    }
    drafting.sent();
    props.onSave(now);
  };

  const begin = (proposal: ContentOf<R> | null): void => {
    const beginning = proposal ?? begun(record, writingBy(around));
    change(() => beginning);
    setEditing(new Set(schema[record].map(({ name }) => name)));
    setUnfolded(shownWhole(record, beginning));
    const [first] = schema[record];
    const list = first?.fields.find(({ kind }) => kind === "entries")?.name ?? "";
    const [entry] = entriesAt(beginning, [list]);
    if (entry !== undefined && !isBrief(record, list)) setWriting(`${list}/${entry.id}`);
    wanted.current = `first ${sectionId(record, first?.name ?? "")}`;
  };
  const leave = (): void => {
    ask(false);
    drafting.drop();
    setEditing(new Set());
    setWriting(null);
    setRemoved(null);
    setProblems([]);
    requestAnimationFrame(() => heading.current?.focus());
  };
  /** Leaves at once where nothing would be lost. */
  const leaveOrAsk = (): void => {
    if (draft === null || (saved !== null && same(draft, saved))) leave();
    else ask(true);
  };
  const undo = (one: Removed): void => {
    setRemoved(null);
    const [list = ""] = pathOf(one.path);
    change((before) => (before === null ? before : putBack(before, [list], one.entry, one.place)));
    wanted.current = elementId(record, one.path);
  };
  const unfold = (list: string, ids: readonly string[]): void =>
    setUnfolded(
      (before) =>
        new Set([
          ...[...before].filter((path) => !path.startsWith(`${list}/`)),
          ...ids.map((id) => `${list}/${id}`),
        ]),
    );
  return {
    heading,
    open,
    content,
    saved,
    draft,
    lacks,
    byEntry,
    lookup,
    edit,
    editing,
    writing,
    unfolded,
    removed,
    problems,
    said,
    asked,
    editSection,
    goTo,
    begin,
    save,
    leave,
    leaveOrAsk,
    stay: () => ask(false),
    undo,
    unfold,
  };
}

function writingBy(around: Around): Writing {
  return { ...around, label: memberText(around.me, around) };
}

/** Something worked out from what was there before, so that it can stay the same object. */
function useStable<T>(work: (before: T | null) => T, by: readonly unknown[]): T {
  const before = useRef<T | null>(null);
  return useMemo(() => (before.current = work(before.current)), by);
}

function without(all: ReadonlySet<string>, one: string): ReadonlySet<string> {
  return new Set([...all].filter((each) => each !== one));
}
