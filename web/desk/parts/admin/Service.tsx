import type { JSX } from "preact";
import { words } from "../../words";

/** How the service is doing, for administrators. */
export function Service(): JSX.Element {
  return (
    <main class="page" id="main" tabIndex={-1}>
      <h1 class="heading-large">{words.desk.service}</h1>
    </main>
  );
}
