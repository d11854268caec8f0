import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Account as Looked } from "../../account/account";
import type { Section } from "../../account/account";
import { troubleText } from "../../trouble";
import { words } from "../../words";
import { useDesk } from "../context";
import { Strip } from "../Strip";
import { Factors } from "./Factors";
import { Keys } from "./Keys";
import { Passphrase } from "./Passphrase";
import { Sessions } from "./Sessions";

/** One's own account: keys, second factors, passphrase and sessions. */
export function Account(): JSX.Element | null {
  const desk = useDesk();
  const { session } = desk;
  const [account] = useState(() => (session === null ? null : new Looked(desk, session)));
  const [, redraw] = useState(account?.state);
  useEffect(() => {
    if (account === null) return;
    const unwatch = account.watch(() => redraw(account.state));
    void account.load();
    return () => {
      unwatch();
      account.leave();
    };
  }, [account]);
  if (account === null) return null;
  const { trouble } = account.state;
  return (
    <main class="page own-account" id="main" tabIndex={-1}>
      <h1 class="heading-large">{words.desk.account}</h1>
      {trouble !== null && (
        <Strip kind="trouble" announced>
          {words.account.trouble_load} {troubleText(trouble)}{" "}
          <button type="button" class="link" onClick={() => void account.load()}>
            {words.desk.try_again}
          </button>
        </Strip>
      )}
      <div class="account-columns">
        <Keys account={account} />
        <div>
          <Factors account={account} />
          <Sessions account={account} />
          <Passphrase account={account} />
          <Compromise />
        </div>
      </div>
    </main>
  );
}

/** What went well or wrong in a section. */
export function Said({ account, of }: { account: Looked; of: Section }): JSX.Element | null {
  const { said } = account.state;
  if (said?.section !== of) return null;
  return (
    <Strip kind={said.kind} announced>
      {said.text}
    </Strip>
  );
}

function Compromise(): JSX.Element {
  const texts = words.account.compromise;
  return (
    <section class="section" aria-labelledby="account-compromise">
      <h2 class="heading" id="account-compromise">
        {texts.heading}
      </h2>
      <p class="account-text">{texts.why}</p>
      <h3 class="heading-small">{texts.how_heading}</h3>
      <ol class="account-steps">
        {texts.how.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ol>
    </section>
  );
}
