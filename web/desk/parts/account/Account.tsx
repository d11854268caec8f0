import type { JSX } from "preact";
import { words } from "../../words";

/** One's own account. */
export function Account(): JSX.Element {
  return (
    <main class="page" id="main" tabIndex={-1}>
      <h1 class="heading-large">{words.desk.account}</h1>
    </main>
  );
}
