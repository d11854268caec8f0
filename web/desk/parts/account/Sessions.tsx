import type { JSX } from "preact";
import { moment } from "../../../member/moment";
import type { Account } from "../../account/account";
import { fill, words } from "../../words";
import { Said } from "./Account";

/** Where one is signed in. */
export function Sessions({ account }: { account: Account }): JSX.Element {
  const { sessions, busy } = account.state;
  const texts = words.account.sessions;
  const others = sessions?.filter((one) => !one.own).length ?? 0;
  return (
    <section class="section" aria-labelledby="account-sessions">
      <h2 class="heading" id="account-sessions">
        {texts.heading}
      </h2>
      <Said account={account} of="sessions" />
      {sessions !== null && (
        <ul class="account-list">
          {sessions.map((one) => (
            <li key={one.id}>
              <div>
                <strong>{one.own ? texts.own : texts.other}</strong>
                <span class="hint">
                  {texts.opened} {moment(one.opened)} · {texts.seen} {moment(one.seen)}
                </span>
              </div>
              {!one.own && (
                <button
                  type="button"
                  class="button button-quiet"
                  aria-label={fill(texts.end_named, { moment: moment(one.opened) })}
                  aria-disabled={busy !== null}
                  onClick={() => void account.endSession(one.id)}
                >
                  {texts.end}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {sessions !== null && others === 0 && <p class="quiet">{texts.alone}</p>}
      {others > 0 && (
        <>
          <p class="hint">{texts.strange}</p>
          <div class="buttons">
            <button
              type="button"
              class="button button-quiet"
              aria-disabled={busy !== null}
              onClick={() => void account.endOthers()}
            >
              {texts.end_others}
            </button>
          </div>
        </>
      )}
    </section>
  );
}
