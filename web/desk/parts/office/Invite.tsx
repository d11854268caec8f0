import type { JSX } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { characters } from "../../../protocol";
import type { MemberId } from "../../../protocol";
import { moment } from "../../../member/moment";
import { invite } from "../../office";
import type { Invited } from "../../office";
import { troubleText } from "../../trouble";
import { fill, words } from "../../words";
import { useDesk } from "../context";
import { Dialog } from "../Dialog";
import { Strip } from "../Strip";
import { Field } from "../../../member/Field";
import { Labelled } from "./Labelled";

const said = words.office.invite;

/** The button that opens an invitation. */
export function InviteButton(): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="button button-quiet" onClick={() => setOpen(true)}>
        {said.open}
      </button>
      {open && <Invite onClose={() => setOpen(false)} />}
    </>
  );
}

/** Asks whom to invite, and shows the link once. */
function Invite({ onClose }: { onClose: () => void }): JSX.Element {
  const [invited, setInvited] = useState<Invited | null>(null);
  return invited === null ? (
    <Dialog heading={said.heading} onClose={onClose}>
      <Ask onInvited={setInvited} onClose={onClose} />
    </Dialog>
  ) : (
    // Escape does not close it: the link would be lost.
    <Dialog heading={fill(said.made, { label: invited.label })} onClose={() => undefined}>
      <Made invited={invited} onClose={onClose} />
    </Dialog>
  );
}

function Ask({
  onInvited,
  onClose,
}: {
  onInvited: (invited: Invited) => void;
  onClose: () => void;
}): JSX.Element {
  const desk = useDesk();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [label, setLabel] = useState("");
  const [replaces, setReplaces] = useState<MemberId | "">("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const [trouble, setTrouble] = useState("");
  const accounts = desk.state.office.accounts.found?.accounts ?? [];

  async function make(): Promise<void> {
    const { session } = desk;
    if (session === null || busy) return;
    const wanted = label.trim();
    const wrong = labelProblem(
      wanted,
      accounts.map((one) => one.label),
    );
    setProblem(wrong);
    setTrouble("");
    if (wrong !== "") {
      input.current?.focus();
      return;
    }
    setBusy(true);
    const result = await invite(desk, session, wanted, replaces);
    setBusy(false);
    if ("invited" in result) onInvited(result.invited);
    else if (result.trouble === "label") {
      setProblem(said.label_taken);
      input.current?.focus();
    } else setTrouble(troubleText(result.trouble));
  }

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <p>{said.intro}</p>
      {trouble !== "" && (
        <Strip kind="trouble" announced>
          {trouble}
        </Strip>
      )}
      <Field
        label={said.label}
        hint={said.label_hint}
        problem={problem === "" ? null : problem}
        value={label}
        onInput={setLabel}
        input={input}
        autocomplete="off"
        busy={busy}
        autofocus
      />
      <Labelled id={`${id}replaces`} label={said.replaces} hint={said.replaces_hint}>
        {(field) => (
          <select
            {...field}
            class="select"
            value={replaces}
            onChange={(event) => setReplaces(event.currentTarget.value as MemberId | "")}
          >
            <option value="">{said.nobody}</option>
            {accounts
              .filter((one) => one.state !== "enrolling")
              .map((one) => (
                <option key={one.member} value={one.member}>
                  {one.label}
                </option>
              ))}
          </select>
        )}
      </Labelled>
      <div class="buttons">
        <button type="submit" class="button" aria-disabled={busy}>
          {busy ? said.busy : said.button}
        </button>
        <button type="button" class="button button-quiet" onClick={onClose}>
          {words.desk.close}
        </button>
      </div>
    </form>
  );
}

function Made({ invited, onClose }: { invited: Invited; onClose: () => void }): JSX.Element {
  const [copied, setCopied] = useState("");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(invited.link);
      setCopied(said.copied);
    } catch {
      setCopied(said.copy_failed);
    }
  };
  return (
    <>
      <p>{fill(said.once, { label: invited.label })}</p>
      <p class="link-once" tabIndex={0}>
        {invited.link}
      </p>
      <p class="quiet">{fill(said.until, { time: moment(invited.until) })}</p>
      <div class="buttons">
        <button type="button" class="button" autofocus onClick={() => void copy()}>
          {said.copy}
        </button>
        <button type="button" class="button button-quiet" onClick={onClose}>
          {said.done}
        </button>
        <span class="quiet" role="status">
          {copied}
        </span>
      </div>
    </>
  );
}

function labelProblem(label: string, taken: readonly string[]): string {
  if (label === "") return said.label_none;
  if (characters(label) > 60) return said.label_long;
  return taken.includes(label) ? said.label_taken : "";
}
