import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Desk } from "../desk";
import { heard } from "../keys";
import type { Command } from "../keys";
import type { Notice } from "../state";
import { isReader } from "../views";
import type { View } from "../views";
import { words } from "../words";
import { Account } from "./account/Account";
import { Accounts } from "./admin/Accounts";
import { Service } from "./admin/Service";
import { Audit } from "./audit/Audit";
import { Bar } from "./Bar";
import { DeskProvider, useDesk } from "./context";
import { Fresh } from "./Fresh";
import { Help } from "./Help";
import { Inbox } from "./Inbox";
import { People } from "./lead/People";
import { MyCases } from "./MyCases";
import { SignIn } from "./SignIn";
import { FoldedStrip, Strip } from "./Strip";
import { Due } from "./work/Due";

const parts: Readonly<Record<View, () => JSX.Element | null>> = {
  new: Inbox,
  mine: MyCases,
  due: Due,
  people: People,
  accounts: Accounts,
  service: Service,
  audit: Audit,
  account: Account,
};

/** The whole page. */
export function App({ desk }: { desk: Desk }): JSX.Element {
  return (
    <DeskProvider value={desk}>
      <Page />
    </DeskProvider>
  );
}

function Page(): JSX.Element {
  const desk = useDesk();
  const { me, view, notices, online, idleSoon, help, letters, asking } = desk.state;
  useKeys(desk);
  if (me === null) return <SignIn />;
  const Part = parts[view];
  return (
    <div class="desk">
      <Bar />
      <div class="strips">
        {idleSoon && (
          <Strip kind="warning" announced>
            {words.idle.soon}
          </Strip>
        )}
        {!online && (
          <Strip kind="warning" announced>
            {words.trouble.offline}
          </Strip>
        )}
        {notices.map((one) => (
          <NoticeStrip key={one.id} notice={one} onHide={() => desk.hideNotice(one.id)} />
        ))}
      </div>
      <Part />
      {asking !== null && <Fresh asking={asking} />}
      {help && (
        <Help
          letters={letters}
          onLetters={(on) => desk.setLetters(on)}
          onClose={() => desk.setHelp(false)}
        />
      )}
    </div>
  );
}

function NoticeStrip({ notice, onHide }: { notice: Notice; onHide: () => void }): JSX.Element {
  const { kind, text, brief } = notice;
  if (brief !== undefined) {
    return <FoldedStrip kind={kind} brief={brief} text={text} onHide={onHide} />;
  }
  return (
    <Strip kind={kind} announced onHide={onHide}>
      {text}
    </Strip>
  );
}

/** Hears the keys of the desk for as long as somebody is signed in. */
function useKeys(desk: Desk): void {
  const waiting = useRef(false);
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (desk.state.me === null || event.defaultPrevented || event.isComposing) return;
      if (document.querySelector("dialog[open]") !== null) return;
      const result = heard(
        {
          key: event.key,
          modified: event.ctrlKey || event.altKey || event.metaKey,
          typing: isTyping(event.target) || isWriting(event.target),
          pressable: isPressable(event.target),
        },
        waiting.current,
        desk.state.letters,
      );
      waiting.current = result.waiting;
      if (result.command !== null && obey(desk, result.command)) event.preventDefault();
    };
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  }, [desk]);
}

/** Does what a key asks. False if there was nothing to do. */
function obey(desk: Desk, command: Command): boolean {
  const { me, view, open } = desk.state;
  if (command === "help") {
    desk.setHelp(true);
    return true;
  }
  // The other keys are for reading cases.
  if (me === null || !isReader(me)) return false;
  switch (command) {
    case "new":
    case "mine":
      desk.show(command);
      return true;
    case "next":
    case "previous":
      if (view === "new") return stepFocus(command === "next" ? 1 : -1);
      if (view !== "mine") return false;
      desk.step(command === "next" ? 1 : -1);
      requestAnimationFrame(() => focus(".row[tabindex='0']"));
      return true;
    case "open":
      if (view !== "mine" || desk.state.selected === null) return false;
      desk.openCase(desk.state.selected as Parameters<Desk["openCase"]>[0]);
      return true;
    case "reply":
      if (open?.opened === null || open === null) return false;
      desk.showTab("conversation");
      requestAnimationFrame(() => focus("#reply-text"));
      return true;
    case "search":
      // At once: whoever presses "/" goes on typing.
      focus("#search");
      desk.show("mine");
      return true;
    case "escape":
      return escape(desk);
  }
}

/** Escape leaves what one is in: a field, then the rail, then the case. */
function escape(desk: Desk): boolean {
  const { open, view, wanted } = desk.state;
  const active = document.activeElement;
  if (active instanceof HTMLElement && active.id === "search") {
    if (wanted.search !== "") desk.want({ search: "" });
    else active.blur();
    return true;
  }
  if (isTyping(active) && active instanceof HTMLElement) {
    active.blur();
    return true;
  }
  if (view !== "mine" || open === null) return false;
  if (open.rail) desk.toggleRail();
  else desk.closeCase();
  requestAnimationFrame(() => focus(".row[tabindex='0']"));
  return true;
}

/** In new reports, j and k move between the buttons that say "no conflict". */
function stepFocus(by: 1 | -1): boolean {
  const all = [...document.querySelectorAll<HTMLElement>("[data-step]")];
  const row = document.activeElement?.closest("[data-row]");
  const at = all.findIndex((one) => row?.contains(one) === true);
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
  next?.focus();
  return next !== undefined;
}

function focus(selector: string): void {
  const found = document.querySelector<HTMLElement>(selector);
  found?.focus();
  found?.scrollIntoView({ block: "nearest" });
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !["checkbox", "radio", "button"].includes(target.type))
  );
}

/** Whether a key is pressed among the fields of a record, where a letter may choose something. */
function isWriting(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(".rec, .triage, .several") !== null;
}

function isPressable(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("button, a, summary, input") !== null;
}
