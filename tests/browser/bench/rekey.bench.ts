// How long one tab takes to give many cases new keys after a reader has left: each case is verified,
// sealed to five readers and posted. The cases are filed into the running service first.
import { expect, test } from "vitest";
import { identity, randomBytes, signer } from "../../../web/protocol/index.js";
import type {
  Directory,
  Member as Entry,
  MemberId,
  MemberOpenSeed,
  MemberSignSeed,
} from "../../../web/protocol/index.js";
import { launch } from "../support/chromium.js";
import { directoryOf } from "../support/client.js";
import { signIn } from "../support/desk.js";
import { atWork, publish } from "../support/member.js";
import { startService, type Service } from "../support/service.js";
import { openTab } from "../support/tab.js";
import { keep } from "./figure.js";
import { CASES, fileMany } from "./many.js";

/** Readers who stay, of whom the tab is one. */
const READERS = 5;

test(`giving ${String(CASES)} cases new keys`, { timeout: 1_800_000 }, async () => {
  const [service, browser] = await Promise.all([startService(), launch()]);
  const directory = await withReaders(service);
  const worker = await atWork(service, service.member("Handler-1"));
  const telling = (number: number): string =>
    `What happened, as number ${String(number)} tells it. `.repeat(30);
  await fileMany(service, directory, worker, telling);
  await publish(service, (members) => members.filter((one) => one.label !== "Leaver"));

  const tab = await openTab(browser, service);
  const { page } = tab;
  await signIn(page, service, service.member("Handler-1"));
  const offer = page.locator(".offer button");
  // Every case is opened first, as at anybody's first sign-in, and looked through.
  await offer.waitFor({ timeout: 900_000 });
  await page.waitForFunction(
    (count) => document.querySelector(".offer button")?.textContent.includes(`${count} `),
    String(CASES),
    { timeout: 900_000 },
  );
  const begun = Date.now();
  await offer.click();
  await page.locator(".handover .strip-good").waitFor({ timeout: 900_000 });
  const seconds = (Date.now() - begun) / 1_000;
  expect(tab.troubles).toEqual([]);
  const { cases } = await worker.api.myCases();
  expect(cases.every((one) => one.epoch === 1)).toBe(true);
  const { live } = await worker.api.access(cases[0]?.case ?? ("" as never));
  expect(live.filter((one) => one.epoch === 1)).toHaveLength(READERS);
  await browser.close();
  await service.end();
  const name = `browser/rekey-${String(CASES)}`;
  await keep(name, "s", [seconds], "under 90 s for 1,000", { per_second: CASES / seconds });
});

/** The demonstration's directory with as many readers in intake, and one who will leave. */
async function withReaders(service: Service): Promise<Directory> {
  await publish(service, (members, team) => {
    const [first] = members;
    if (team !== "intake" || first === undefined) return members;
    const others = ["Reader-4", "Reader-5", "Leaver"].map((label) => reader(label, first));
    return [...members, ...others].slice(0, READERS + 1);
  });
  const directory = await directoryOf(service);
  expect(directory.teams.get("intake" as never)?.members).toHaveLength(READERS + 1);
  return directory;
}

function reader(label: string, like: Entry): Entry {
  const member = Buffer.from(randomBytes(16)).toString("hex") as MemberId;
  const { recipient } = identity(randomBytes(32) as Uint8Array as MemberOpenSeed);
  const { key } = signer(randomBytes(32) as Uint8Array as MemberSignSeed);
  return { ...like, label, member, recipient, key, replaces: "" };
}
