import type { JSX } from "preact";
import type { Invitation } from "../../../protocol/office-calls";
import { moment } from "../../../member/moment";
import { withdraw } from "../../office";
import { fill, words } from "../../words";
import { useDesk } from "../context";

const said = words.office.invite;

/** Links that were made and not used yet. */
export function Invitations({ invitations }: { invitations: readonly Invitation[] }): JSX.Element {
  const desk = useDesk();
  const { busy, accounts } = desk.state.office;
  const labelOf = (member: string): string =>
    accounts.found?.accounts.find((one) => one.member === member)?.label ?? member.slice(0, 8);
  return (
    <ul class="invitations">
      {invitations.map((one) => (
        <li key={one.id}>
          <span>
            <strong>{one.label}</strong>
            {one.purpose !== "member" && ` (${said.purpose[one.purpose]})`}
            <span class="hint">
              {one.by === "" ? said.by_command : fill(said.by, { label: labelOf(one.by) })}
              {" · "}
              {fill(said.open_until, { time: moment(one.until) })}
            </span>
          </span>
          <button
            type="button"
            class="link"
            aria-label={fill(said.withdraw_of, { label: one.label })}
            aria-disabled={busy !== null}
            onClick={() => {
              if (desk.session !== null) void withdraw(desk, desk.session, one);
            }}
          >
            {said.withdraw}
          </button>
        </li>
      ))}
    </ul>
  );
}
