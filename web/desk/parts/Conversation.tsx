import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Item } from "../../protocol";
import { fullDay } from "../days";
import type { OpenedCase } from "../opening";
import type { CaseView } from "../state";
import { warningText } from "../warnings";
import { coded, counted, fill, words } from "../words";
import { useDesk } from "./context";
import { hasForm } from "../../protocol/bodies";
import { FormShown } from "./FormShown";
import { Reply } from "./Reply";
import { Shown } from "./Shown";
import { Strip } from "./Strip";

/** The messages of both sides, the newest last, and what one writes next. */
export function ConversationTab({
  view,
  opened,
}: {
  view: CaseView;
  opened: OpenedCase;
}): JSX.Element {
  const { items } = opened.conversation;
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    // To what is new, else to the newest.
    const fresh = list.current?.querySelector("[data-new]");
    (fresh ?? list.current?.lastElementChild)?.scrollIntoView({ block: "nearest" });
  }, [view.case]);
  return (
    <div class="conversation">
      <h2 class="hidden">{words.conversation.heading}</h2>
      {items.length === 0 && <p class="quiet">{words.conversation.empty}</p>}
      <ol class="messages" ref={list}>
        {items.map((item) => (
          <li
            key={`${item.direction} ${item.sequence} ${item.digest}`}
            data-new={isNew(item, view) ? "" : undefined}
          >
            <Message item={item} fresh={isNew(item, view)} />
          </li>
        ))}
      </ol>
      {view.done !== null && (
        <Strip kind="good" announced>
          {view.done}
        </Strip>
      )}
      <Reply view={view} opened={opened} />
    </div>
  );
}

function isNew(item: Item, view: CaseView): boolean {
  return item.direction === "from_reporter" && item.sequence > view.readBefore;
}

function Message({ item, fresh }: { item: Item; fresh: boolean }): JSX.Element {
  const { direction, content, stub, warnings } = item;
  const stage = stub?.stage ?? "";
  const kind = content === null || content.kind === "message" ? "" : content.kind;
  return (
    <article class={direction === "to_reporter" ? "message message-ours" : "message"}>
      <header class="message-head">
        <h3 class="heading-small">{useAuthor(item)}</h3>
        {kind !== "" && <span class="quiet">{coded(words.codes.message, kind)}</span>}
        {fresh && <span class="tag">{words.conversation.new}</span>}
        {item.day !== null && <span class="message-day">{fullDay(item.day)}</span>}
      </header>
      {warnings.map((one, place) => (
        <Strip key={place} kind="warning">
          {warningText("message", one)}
        </Strip>
      ))}
      {content === null ? (
        <p class="quiet">{words.conversation.unread_text}</p>
      ) : (
        <div class="message-body">
          {content.body === "" ? (
            <span class="quiet">{words.conversation.no_text}</span>
          ) : direction === "from_reporter" && hasForm(content.kind) ? (
            <FormShown kind={content.kind} body={content.body} day={item.day} />
          ) : (
            <Shown text={content.body} long />
          )}
        </div>
      )}
      {content !== null && (content.next.what !== "" || content.next.by !== "") && (
        <p class="message-next">
          <strong>{words.conversation.next}: </strong>
          <Shown text={content.next.what} />
          {content.next.by !== "" && (
            <> {fill(words.conversation.by, { day: fullDay(content.next.by) })}</>
          )}
        </p>
      )}
      {content !== null && content.evidence.length > 0 && (
        <p class="quiet">{counted(words.conversation.evidence, content.evidence.length)}</p>
      )}
      {stage !== "" && (
        <p class="quiet">
          {fill(words.conversation.stage_set, { stage: coded(words.codes.stage, stage) })}
        </p>
      )}
    </article>
  );
}

function useAuthor(item: Item): string {
  const me = useDesk().state.me;
  if (item.direction === "from_reporter") {
    return item.stub === null ? words.conversation.not_proven : words.conversation.reporter;
  }
  if (item.author === null) return words.conversation.not_proven;
  const { member, team } = item.author;
  return member.member === me?.member
    ? fill(words.conversation.you, { label: member.label })
    : fill(words.conversation.member_team, { label: member.label, team: team.name });
}
