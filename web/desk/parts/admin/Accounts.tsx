import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Account } from "../../../protocol/office-calls";
import { date } from "../../days";
import { actOn, loadOffice } from "../../office";
import type { AccountAct } from "../../office";
import { folded } from "../../text";
import { troubleText } from "../../trouble";
import { coded, counted, fill, words } from "../../words";
import { useDesk } from "../context";
import { Confirm } from "../Dialog";
import { Invitations } from "../office/Invitations";
import { InviteButton } from "../office/Invite";
import { Stranded } from "../office/Stranded";
import { useOffice } from "../office/useOffice";
import { Strip } from "../Strip";

const said = words.accounts;
type Shown = keyof typeof said.shown;
const shownNames = Object.keys(said.shown) as Shown[];

/** Who can sign in, for administrators: accounts and invitations, and nothing of any case. */
export function Accounts(): JSX.Element {
  const desk = useDesk();
  const { session } = desk;
  const { accounts, said: told } = desk.state.office;
  const [wanted, want] = useState("");
  const [shown, show] = useState<Shown>("all");
  const [asked, ask] = useState<{ account: Account; act: "suspend" | "end-sessions" } | null>(null);
  useOffice(desk, session);
  const act = (account: Account, what: AccountAct): void => {
    if (session !== null) void actOn(desk, session, account, what);
  };
  const { found } = accounts;
  const rows = (found?.accounts ?? []).filter((one) => fits(one, wanted, shown));
  return (
    <main class="page" id="main" tabIndex={-1}>
      <div class="page-head">
        <h1 class="heading-large">{said.heading}</h1>
        <InviteButton />
      </div>
      <p class="quiet">{said.intro}</p>
      <Stranded />
      {told !== null && (
        <Strip kind={told.kind} announced>
          {told.text}
        </Strip>
      )}
      {accounts.trouble !== null && (
        <Strip kind="trouble" announced>
          {troubleText(accounts.trouble)}{" "}
          <button
            type="button"
            class="link"
            onClick={() => session !== null && void loadOffice(desk, session)}
          >
            {words.desk.try_again}
          </button>
        </Strip>
      )}
      {found === null && accounts.trouble === null && (
        <p class="quiet" role="status">
          {words.office.loading}…
        </p>
      )}
      {found !== null && (
        <>
          <div class="page-filters">
            <label>
              <span>{said.find}</span>
              <input
                class="input"
                type="search"
                autocomplete="off"
                spellcheck={false}
                value={wanted}
                onInput={(event) => want(event.currentTarget.value)}
              />
            </label>
            <label>
              <span>{said.show}</span>
              <select
                class="select"
                value={shown}
                onChange={(event) => show(event.currentTarget.value as Shown)}
              >
                {shownNames.map((name) => (
                  <option key={name} value={name}>
                    {said.shown[name]}
                  </option>
                ))}
              </select>
            </label>
            <p class="quiet" role="status">
              {rows.length === 0 ? said.nothing : counted(said.count, rows.length)}
            </p>
          </div>
          {rows.length > 0 && (
            <Table rows={rows} onAct={act} onAsk={(account, what) => ask({ account, act: what })} />
          )}
          <section class="section" aria-labelledby="invitations-heading">
            <h2 class="heading" id="invitations-heading">
              {said.invitations}
            </h2>
            {found.invitations.length === 0 ? (
              <p class="quiet">{said.invitations_none}</p>
            ) : (
              <Invitations invitations={found.invitations} />
            )}
          </section>
        </>
      )}
      {asked !== null && (
        <Confirm
          {...confirmation(asked.act, asked.account.label)}
          onYes={() => {
            ask(null);
            act(asked.account, asked.act);
          }}
          onNo={() => ask(null)}
        />
      )}
    </main>
  );
}

function Table({
  rows,
  onAct,
  onAsk,
}: {
  rows: readonly Account[];
  onAct: (account: Account, act: AccountAct) => void;
  onAsk: (account: Account, act: "suspend" | "end-sessions") => void;
}): JSX.Element {
  const { office, me } = useDesk().state;
  return (
    <table class="table table-wide">
      <caption class="hidden">{said.heading}</caption>
      <thead>
        <tr>
          <th scope="col">{said.column.label}</th>
          <th scope="col">{said.column.state}</th>
          <th scope="col">{said.column.endorsed}</th>
          <th scope="col">{said.column.teams}</th>
          <th scope="col" class="number">
            {said.column.factors}
          </th>
          <th scope="col" class="number">
            {said.column.sessions}
          </th>
          <td />
        </tr>
      </thead>
      <tbody>
        {rows.map((one) => {
          const self = one.member === me?.member;
          const busy = office.busy !== null;
          return (
            <tr key={one.member}>
              <th scope="row">
                {one.label}
                {self && ` (${words.desk.you})`}
                <span class="hint">{accountHint(one)}</span>
              </th>
              <td>
                <span class={one.state === "suspended" ? "tag tag-warning" : "tag"}>
                  {said.state[one.state]}
                </span>
              </td>
              <td>
                <Cell name={said.column.endorsed} />
                {endorsedText(one)}
              </td>
              <td>
                <Cell name={said.column.teams} />
                {one.teams.join(", ")}
              </td>
              <td class="number">
                <Cell name={said.column.factors} />
                {one.factors}
              </td>
              <td class="number">
                <Cell name={said.column.sessions} />
                {one.sessions}
              </td>
              <td class="acts">
                {one.sessions > 0 && (
                  <button
                    type="button"
                    class="link"
                    aria-label={fill(said.end_sessions_of, { label: one.label })}
                    aria-disabled={busy}
                    onClick={() => onAsk(one, "end-sessions")}
                  >
                    {said.end_sessions}
                  </button>
                )}
                {one.state === "enrolled" && !self && (
                  <button
                    type="button"
                    class="link"
                    aria-label={fill(said.suspend_of, { label: one.label })}
                    aria-disabled={busy}
                    onClick={() => onAsk(one, "suspend")}
                  >
                    {said.suspend}
                  </button>
                )}
                {one.state === "suspended" && (
                  <button
                    type="button"
                    class="link"
                    aria-label={fill(said.restore_of, { label: one.label })}
                    aria-disabled={busy}
                    onClick={() => onAct(one, "restore")}
                  >
                    {said.restore}
                  </button>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** A column's name in its cells, where the table has no head. */
function Cell({ name }: { name: string }): JSX.Element {
  return <span class="narrow">{name}: </span>;
}

function accountHint({ founding, roles, created }: Account): string {
  const parts = [
    founding === "" ? "" : said.founding[founding],
    roles.map((role) => coded(words.codes.role, role)).join(", "),
    created === "" ? "" : `${said.column.created} ${date(created)}`,
  ];
  return parts.filter((one) => one !== "").join(" · ");
}

function endorsedText({ endorsed, lead, state }: Account): string {
  if (lead) return said.endorsed.lead;
  if (endorsed) return said.endorsed.yes;
  return state === "enrolling" ? "" : said.endorsed.no;
}

function fits(one: Account, wanted: string, shown: Shown): boolean {
  const text = folded([one.label, ...one.teams, ...one.roles].join(" "));
  if (!text.includes(folded(wanted.trim()))) return false;
  switch (shown) {
    case "all":
      return true;
    case "unendorsed":
      return !one.endorsed && one.state !== "enrolling";
    case "suspended":
      return one.state === "suspended";
    case "sessions":
      return one.sessions > 0;
  }
}

function confirmation(
  act: "suspend" | "end-sessions",
  label: string,
): { heading: string; text: string; yes: string; no: string } {
  const { heading, text, yes, no } = act === "suspend" ? said.suspend_confirm : said.end_confirm;
  return { heading: fill(heading, { label }), text: fill(text, { label }), yes, no };
}
