import type { JSX } from "preact";
import { words } from "../desk/words";
import { Qr } from "./Qr";

/** The secret that an app makes codes from: to be photographed, or typed. */
export function AppSecret({ secret, uri }: { secret: string; uri: string }): JSX.Element {
  const groups = secret.match(/.{1,4}/g) ?? [];
  return (
    <div class="app-secret">
      <Qr text={uri} label={words.app.qr} />
      <div>
        <p>{words.app.scan}</p>
        <p>{words.app.type}</p>
        <p class="app-secret-text" translate={false}>
          {groups.join(" ")}
        </p>
        <p class="hint">{words.app.settings}</p>
      </div>
    </div>
  );
}
