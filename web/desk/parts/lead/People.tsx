import type { JSX } from "preact";
import { words } from "../../words";

/** Who may read cases, as leads sign it. */
export function People(): JSX.Element {
  return (
    <main class="page" id="main" tabIndex={-1}>
      <h1 class="heading-large">{words.desk.people}</h1>
    </main>
  );
}
