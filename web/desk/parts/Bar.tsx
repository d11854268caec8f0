import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { anyLeft } from "../state";
import { viewsOf } from "../views";
import { counted, fill, words } from "../words";
import { useDesk } from "./context";
import { Confirm } from "./Dialog";

/** The top of the page: the lists, search, and who is signed in. */
export function Bar(): JSX.Element {
  const desk = useDesk();
  const { force, view, fresh, mine, me, due } = desk.state;
  const [asked, setAsked] = useState(false);
  const leave = (): void => {
    if (anyLeft(desk.state)) setAsked(true);
    else void desk.leave();
  };
  const views = me === null ? [] : viewsOf(me);
  const unread = mine.rows.filter((row) => row.unread > 0).length;
  return (
    <header class="bar">
      <a class="skip" href="#main">
        {words.desk.skip}
      </a>
      <p class="bar-name">
        {force} <strong>{words.desk.name}</strong>
      </p>
      <nav class="bar-lists" aria-label={words.desk.lists}>
        {views.map((one) => {
          const list = one === "new" ? fresh : one === "mine" ? mine : null;
          const marked = one === "mine" && unread > 0;
          const late = one === "due" ? due.overdue : 0;
          return (
            <ListButton
              key={one}
              name={words.desk[one]}
              count={list === null || list.phase === "loading" ? null : list.rows.length}
              mark={marked ? fill(words.mine.unread_count, { count: unread }) : ""}
              note={one === "due" && due.phase === "ready" ? dueNote(due) : ""}
              late={late > 0}
              current={view === one}
              onPress={() => desk.show(one)}
            />
          );
        })}
      </nav>
      {views.includes("mine") && <Search />}
      <div class="bar-me">
        <button
          type="button"
          class="bar-button bar-keys"
          aria-label={words.desk.keys}
          title={words.desk.keys}
          onClick={() => desk.setHelp(true)}
        >
          ?
        </button>
        <span class="bar-label">
          <span class="hidden">{fill(words.desk.signed_in_as, { label: "" })}</span>
          {me?.label}
        </span>
        <button type="button" class="bar-button" onClick={leave}>
          {words.desk.sign_out}
        </button>
        {asked && (
          <Confirm
            heading={words.desk.leave.heading}
            text={words.desk.leave.text}
            yes={words.desk.leave.yes}
            no={words.desk.leave.no}
            onYes={() => void desk.leave()}
            onNo={() => setAsked(false)}
          />
        )}
      </div>
    </header>
  );
}

/** What is overdue and what is due soon, where anything is. */
function dueNote({ overdue, soon }: { overdue: number; soon: number }): string {
  if (overdue + soon === 0) return "";
  return fill(words.due.bar, {
    overdue: counted(words.due.overdue, overdue),
    soon: counted(words.due.soon, soon),
  });
}

function Search(): JSX.Element {
  const desk = useDesk();
  const { view, wanted } = desk.state;
  return (
    <search class="bar-search">
      <label class="hidden" for="search">
        {words.desk.search}
      </label>
      <input
        id="search"
        class="input"
        type="search"
        placeholder={words.desk.search_placeholder}
        autocomplete="off"
        spellcheck={false}
        value={wanted.search}
        onInput={(event) => {
          if (view !== "mine") desk.show("mine");
          desk.want({ search: event.currentTarget.value });
        }}
      />
    </search>
  );
}

function ListButton({
  name,
  count,
  mark = "",
  note = "",
  late = false,
  current,
  onPress,
}: {
  name: string;
  count: number | null;
  mark?: string;
  note?: string;
  late?: boolean;
  current: boolean;
  onPress: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class="bar-list"
      aria-current={current ? "page" : undefined}
      onClick={onPress}
    >
      {name}
      {count !== null && <span class="count"> {count}</span>}
      {note !== "" && <span class={late ? "count overdue" : "count"}> {note}</span>}
      {mark !== "" && (
        <>
          <span class="dot" aria-hidden="true" />
          <span class="hidden">, {mark}</span>
        </>
      )}
    </button>
  );
}
