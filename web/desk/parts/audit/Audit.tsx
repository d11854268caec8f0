import type { JSX } from "preact";
import { words } from "../../words";

/** The audit trail, for auditors. */
export function Audit(): JSX.Element {
  return (
    <main class="page" id="main" tabIndex={-1}>
      <h1 class="heading-large">{words.desk.audit}</h1>
    </main>
  );
}
