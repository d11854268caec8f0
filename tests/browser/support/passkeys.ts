/** Chromium's virtual authenticators, and what their PRF gave, to look for where it must not be. */
import type { CDPSession, Page } from "playwright-core";
import type { Sent } from "./tab.js";

/** A key that is plugged into one page. */
export interface Authenticator {
  /** What its PRF gave to the page so far, as hex. */
  readonly outputs: readonly string[];
  readonly remove: () => Promise<void>;
}

/** Plugs a key into a page: one that knows its holder, with or without a PRF. */
export async function plugIn(page: Page, prf: boolean): Promise<Authenticator> {
  const outputs: string[] = [];
  await page.exposeFunction("rememberOutput", (hex: string) => void outputs.push(hex));
  await page.addInitScript(listen);
  await page.evaluate(listen);
  const cdp: CDPSession = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      hasPrf: prf,
    },
  });
  return {
    outputs,
    remove: async () => {
      await cdp.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
    },
  };
}

/** Runs in the page: hands on what a PRF gives, as the page itself sees it. */
function listen(): void {
  const tell = (of: Credential | null): Credential | null => {
    if (!(of instanceof PublicKeyCredential)) return of;
    const first = of.getClientExtensionResults().prf?.results?.first;
    if (first instanceof ArrayBuffer) {
      const hex = [...new Uint8Array(first)].map((byte) => byte.toString(16).padStart(2, "0"));
      const { rememberOutput } = globalThis as unknown as { rememberOutput: (of: string) => void };
      rememberOutput(hex.join(""));
    }
    return of;
  };
  const { credentials } = navigator;
  const [create, get] = [credentials.create.bind(credentials), credentials.get.bind(credentials)];
  credentials.create = async (options) => tell(await create(options));
  credentials.get = async (options) => tell(await get(options));
}

/** The requests in which bytes stand: raw, as hex, or in either base64 at any offset. */
export function carryingBytes(sent: readonly Sent[], hex: string): Sent[] {
  const bytes = Buffer.from(hex, "hex");
  const forms = [bytes, Buffer.from(hex), Buffer.from(hex.toUpperCase())];
  for (const offset of [0, 1, 2]) {
    const written = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    const inner = written.slice(offset === 0 ? 0 : 4, written.length - 4);
    forms.push(Buffer.from(inner));
    forms.push(Buffer.from(inner.replaceAll("+", "-").replaceAll("/", "_")));
  }
  return sent.filter(({ url, headers, body }) => {
    const whole = Buffer.concat([Buffer.from(`${url}\n${headers}\n`), body]);
    return forms.some((form) => whole.includes(form));
  });
}
