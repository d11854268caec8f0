/** What is written in a record and not saved: drawn at once, told to the desk shortly after. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { same } from "../compare";
import { saidIn } from "../content";
import type { ContentOf, RecordName } from "../content";
import type { RecordViewProps } from "./props";

/** How long after the last key the rules look at the text, and the desk keeps it. */
const SETTLED_AFTER = 250;

export type Drafting<R extends RecordName> = {
  readonly draft: ContentOf<R> | null;
  /** The draft as the rules and the desk have it: a moment behind what is typed. */
  readonly settled: ContentOf<R> | null;
  /** Changes the draft, or what is saved where there is none. */
  readonly change: (how: (content: ContentOf<R> | null) => ContentOf<R> | null) => void;
  /** The draft of this moment, told to the desk. */
  readonly now: () => ContentOf<R> | null;
  readonly drop: () => void;
  /** Notes that this is being saved: it stops being a draft once it is the latest revision. */
  readonly sent: () => void;
};

export function useDraft<R extends RecordName>(
  props: RecordViewProps<R>,
  onSaved: () => void,
): Drafting<R> {
  const [draft, show] = useState(props.draft);
  const [settled, settle] = useState(props.draft);
  const live = useRef({
    props,
    draft: props.draft,
    told: props.draft,
    sent: null as ContentOf<R> | null,
    timer: undefined as ReturnType<typeof setTimeout> | undefined,
    onSaved,
  }).current;
  live.props = props;
  live.onSaved = onSaved;

  const actions = useMemo(() => {
    const tell = (): void => {
      clearTimeout(live.timer);
      if (live.draft === live.told) return;
      live.told = live.draft;
      live.props.onDraft(live.draft);
    };
    const take = (next: ContentOf<R> | null): void => {
      live.draft = next;
      show(next);
    };
    return {
      tell,
      take,
      change: (how: (content: ContentOf<R> | null) => ContentOf<R> | null): void => {
        const before = live.draft ?? saidIn(live.props.latest);
        const after = how(before);
        if (after === before) return;
        const first = live.draft === null;
        take(after);
        // With the first key it is noted which revision this is written over: a later one may be on its way.
        if (first) tell();
        clearTimeout(live.timer);
        live.timer = setTimeout(() => {
          settle(live.draft);
          tell();
        }, SETTLED_AFTER);
      },
      now: (): ContentOf<R> | null => {
        settle(live.draft);
        tell();
        return live.draft;
      },
      drop: (): void => {
        take(null);
        settle(null);
        tell();
      },
      sent: (): void => {
        live.sent = live.draft;
      },
    };
  }, []);

  useEffect(() => actions.tell, []);
  useEffect(() => {
    // The desk has put something else in the place of what was written: a merge, or nothing.
    if (props.draft === live.told) return;
    const typed = live.draft !== live.told;
    live.told = props.draft;
    // What is being saved is dropped below, once it is the latest revision; what was typed since is told in a moment.
    if (props.draft === null && (live.sent !== null || typed)) return;
    live.sent = null;
    actions.take(props.draft);
    settle(props.draft);
  }, [props.draft]);
  useEffect(() => {
    if (!props.saving && props.trouble !== null) live.sent = null;
  }, [props.saving, props.trouble]);
  const { latest } = props;
  useEffect(() => {
    const { sent: sealed } = live;
    if (sealed === null || latest === null) return;
    live.sent = null;
    // Whoever went on writing meanwhile keeps their draft, and so does whoever was overtaken.
    if (sealed !== live.draft || !same(latest.content, sealed)) return;
    actions.drop();
    live.onSaved();
  }, [latest?.revision ?? 0]);

  const { change, now, drop, sent } = actions;
  return { draft, settled, change, now, drop, sent };
}
