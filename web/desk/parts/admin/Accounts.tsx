import type { JSX } from "preact";
import { words } from "../../words";

/** Accounts and invitations, for administrators. */
export function Accounts(): JSX.Element {
  return (
    <main class="page" id="main" tabIndex={-1}>
      <h1 class="heading-large">{words.desk.accounts}</h1>
    </main>
  );
}
