// One case from its report to its end: a probationer reports her sergeant; her inspector is the sergeant's
// partner, and two constables knew and said nothing.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { emptySubject } from "../../web/protocol/index.js";
import { faultsOf } from "./support/axe.js";
import { launch } from "./support/chromium.js";
import { file } from "./support/client.js";
import type { Filed } from "./support/client.js";
import { newReport, openMine, openNew, sentWell, signIn } from "./support/desk.js";
import {
  addEntry,
  editEntry,
  expectWhole,
  openRecord,
  saveRecord,
  showPart,
  signRecord,
  write,
} from "./support/record.js";
import { comeBack } from "./support/reporter.js";
import { startService, type Service } from "./support/service.js";
import { keepPicture } from "./support/shots.js";
import { openTab, type Tab } from "./support/tab.js";

let service: Service;
let browser: Browser;
let filed: Filed;
let handler: Tab;
let authority: Tab;
let second: Tab;
let investigator: Tab;
let reporter: Tab;
const HARASSMENT = "Remarks about her body, in the parade room and in the group chat";
const BULLYING = "Demeaned in front of the team when she asked for it to stop";
const NEGLECT = "The complaint of September was left for five weeks";
const day = new Date().toISOString().slice(0, 10);

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
  filed = await file(
    service,
    {
      what_happened:
        "My sergeant makes remarks about my body in front of the team and in our group chat. When I asked her to stop she said that I am too soft for the job. I told the inspector in September, who lives with her, and nothing was done.",
      concerns: ["sexual_harassment", "bullying"],
      when: "Since June, most shifts",
      where: "Parade room, and the team's group chat",
      pattern: "continuing",
      basis: "first_hand",
      circumstances: {
        on_duty: "yes",
        online: "yes",
        private_messages: "yes",
        described_as_banter: "yes",
      },
      evidence: { what: "Screenshots", at_risk: "yes", how: "They delete messages every week" },
      told: { whom: "The inspector", outcome: "Nothing, after five weeks" },
      danger: { now: "no", detail: "" },
      support: { wanted: "yes", detail: "Somebody outside of my team" },
      informed: "yes",
      reporter: {
        kind: "officer",
        rank: "constable",
        unit: "Central West BCU",
        probationer: "yes",
        role: "victim",
      },
    },
    {
      subjects: [
        {
          ...emptySubject(),
          ...{ name: "Kay Dorset", rank: "sergeant", unit: "Central West BCU", kind: "officer" },
          ...{ relation: "supervisor", senior: "yes", probationer: "no" },
        },
        {
          ...emptySubject(),
          ...{ name: "Ruth Keane", rank: "inspector", unit: "Central West BCU", kind: "officer" },
          ...{ relation: "line_manager", senior: "yes", probationer: "no" },
        },
      ],
      others: [
        {
          ...{ who: "Tom Birch", rank: "constable", unit: "Central West BCU" },
          ...{ why: "He was there in July", reason: "" },
        },
        {
          ...{ who: "Priya Nair", rank: "constable", unit: "Central West BCU" },
          ...{ why: "She is in the chat", reason: "The last one who spoke was called a grass" },
        },
      ],
      exclude: { units: ["Central West BCU"], members: [], other: "" },
    },
  );
  [handler, authority, second, investigator, reporter] = await Promise.all([
    openTab(browser, service),
    openTab(browser, service),
    openTab(browser, service),
    openTab(browser, service),
    openTab(browser, service),
  ]);
});
afterAll(async () => {
  await browser.close();
  await service.end();
});

const by = (label: string): Parameters<typeof signIn>[2] => service.member(label);

test("a handler with a conflict says what kind, and never sees it again", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await signIn(page, service, by("Handler-2"));
  await newReport(page, filed.reference).getByRole("button", { name: "I have a conflict" }).click();
  await page.getByRole("button", { name: "Declare a conflict" }).click();
  await page.getByText("Choose what kind of conflict it is").waitFor();
  await page.getByLabel("I dealt with it, or with an earlier complaint").check();
  await page.getByLabel("More about it (optional)").fill("I took the complaint of last year.");
  await keepPicture(page, "casework-conflict");
  await page.getByRole("button", { name: "Declare a conflict" }).click();
  await newReport(page, filed.reference).waitFor({ state: "detached" });
  const bodies = tab.sent.map((one) => one.body.toString("latin1")).join("\n");
  expect(bodies).not.toContain("handled");
  expect(bodies).not.toContain("last year");
  await tab.context.close();
});

test("another acknowledges, looks for danger and splits the report into allegations", async () => {
  const { page } = handler;
  await signIn(page, service, by("Handler-1"));
  await openNew(page, filed.reference);
  await showPart(page, "Conversation");
  await page.getByLabel("Acknowledge", { exact: true }).check();
  await page.getByRole("button", { name: "Send the acknowledgement" }).click();
  await sentWell(page);

  await openRecord(page, "danger", true);
  await write(page, "rec-danger", {
    crime: "Yes",
    action: "The messages are kept: the service was asked today.",
    passed_to: "Duty officer",
  });
  await saveRecord(page);
  await signRecord(page, "danger");

  await openRecord(page, "triage", true);
  for (const place of [1, 2]) {
    const subject = await editEntry(page, "triage", "subjects", place);
    await write(page, subject, { confirmed: "Yes", professional_standards: "No" });
  }
  await write(page, await editEntry(page, "triage", "allegations", 1), {
    summary: HARASSMENT,
    subjects: "Sergeant Kay Dorset",
    gravity: "Gross misconduct",
    additional: "Sexual harassment",
    corruption: "Sexual misconduct",
    team: "Domestic Abuse and Sexual Offences",
  });
  await write(page, await editEntry(page, "triage", "allegations", 2), {
    summary: BULLYING,
    subjects: "Sergeant Kay Dorset",
    gravity: "Gross misconduct",
    additional: "Bullying",
    corruption: "Other",
    team: "Discrimination Investigation Unit",
  });
  const earlier = await addEntry(page, "triage", "allegations", {
    summary: NEGLECT,
    category: "Neglect of duty",
    subjects: "Inspector Ruth Keane",
    flags: ["On duty"],
    gravity: "Misconduct",
    additional: "Neglect of duty",
    corruption: "Other",
    team: "Discrimination Investigation Unit",
  });
  await write(page, earlier, { rationale: "The same facts, and her unit is left out." });
  await keepPicture(page, "casework-triage");
  await saveRecord(page);
  await openRecord(page, "triage");
  await expectWhole(page);
  await signRecord(page, "triage");
});

test("whoever may not have it is barred, and two teams are let in", async () => {
  const { page } = handler;
  await showPart(page, "People");
  await page.getByText("I dealt with it, or with an earlier complaint").waitFor();
  await showPart(page, "Triage");
  await page.getByText("of a unit that the reporter left out (Central West BCU)").waitFor();
  await page.getByRole("button", { name: /^Bar \d/ }).click();
  await page.locator(".strip-good", { hasText: "They may not have this case." }).waitFor();
  const route = "Route to Discrimination Investigation Unit, Domestic Abuse and Sexual Offences";
  await page.getByRole("button", { name: route }).click();
  await page.locator(".strip-good", { hasText: "The teams work on it" }).waitFor();
  await page.getByRole("button", { name: "Let in 4 members" }).click();
  await page.getByText("Everybody of these teams who may read it has been let in.").waitFor();
  await keepPicture(page, "casework-routed");
  await page.getByRole("button", { name: "Tell the reporter" }).click();
  await page.getByRole("button", { name: "Set the stage and send" }).click();
  await sentWell(page);
  await page.locator(".case-head .tag", { hasText: "With a team" }).waitFor();

  await showPart(page, "People");
  await page.getByText("Somebody in another team").click();
  for (const label of ["Authority-1", "Authority-2", "Support-1"]) {
    await page.getByRole("button", { name: new RegExp(label) }).click();
    await page.locator("dialog .button-warning").click();
    await page.locator(".strip-good", { hasText: label }).waitFor();
  }
});

test("those let in see by the brief who is named, declare, and take their parts", async () => {
  for (const [tab, label] of [
    [authority, "Authority-1"],
    [second, "Authority-2"],
    [investigator, "Investigator-1"],
  ] as const) {
    await signIn(tab.page, service, by(label));
    const named = newReport(tab.page, filed.reference).locator(".new-who");
    await named.getByText("Sergeant Kay Dorset, Central West BCU").waitFor();
    await named.getByText("Handler-1 let you in with a brief").waitFor();
    await openNew(tab.page, filed.reference);
  }
  const { page } = handler;
  await page.reload();
  await signIn(page, service, by("Handler-1"));
  await openMine(page, filed.reference);
  await showPart(page, "Triage");
  for (const [part, label] of [
    ["authority", "Authority-1"],
    ["investigator", "Investigator-1"],
  ] as const) {
    await page.getByLabel(part, { exact: true }).check();
    await page.getByLabel("Who", { exact: true }).selectOption({ label });
    await page.getByRole("button", { name: "Assign", exact: true }).click();
    await page.locator(".triage-list strong", { hasText: label }).waitFor();
  }
  await page.getByLabel("authority", { exact: true }).check();
  await page.getByLabel("Who", { exact: true }).selectOption({ label: "Investigator-1" });
  await page.getByRole("button", { name: "Assign", exact: true }).click();
  await page.locator(".strip-trouble", { hasText: /role|Nobody decides/ }).waitFor();
});

test("a handler writes the record without leaving the keyboard's reach", async () => {
  const { page } = handler;
  await openRecord(page, "reporter", true);
  await write(page, "rec-reporter", {
    sanitised: "A member of staff reports repeated remarks and messages by a supervisor.",
    identity_known_to: "The readers of this case",
    detriment_risk: "High",
    detriment_why: "She is on the same shift.",
    whistleblower: "Not sought",
    "entitled.asked": "Yes",
    "entitled.answer": "Yes",
    "entitled.interval": "Every four weeks",
  });
  await write(page, await editEntry(page, "reporter", "earlier", 1), {
    what: "The remarks, and the messages",
    when: "September",
  });
  await addEntry(page, "reporter", "support", {
    what: "Occupational health",
    state: "Offered",
    on: day,
    lead: "Support-1",
  });
  await saveRecord(page);
  await openRecord(page, "reporter");
  await expectWhole(page);
  await keepPicture(page, "casework-reporter");
  await signRecord(page, "reporter");

  await openRecord(page, "failing");
  const people = [
    [
      "Tom Birch",
      "Constable",
      "He thought that nothing would be done.",
      "Thought nothing effective would be done",
    ],
    [
      "Priya Nair",
      "Constable",
      "She was afraid to be called the next grass.",
      "Feared being labelled a “grass”",
    ],
    ["Ruth Keane", "Inspector", "She is the sergeant's partner.", "Loyalty"],
  ] as const;
  for (const [who, rank, detail, reason] of people) {
    await addEntry(page, "failing", "entries", {
      who,
      rank,
      unit: "Central West BCU",
      is_reporter: "No",
      "knew.what": "The remarks",
      "knew.indicates": "In the room in July, and in the chat",
      "knew.when": "July",
      came_to_light: "The reporter",
      allegations: [HARASSMENT, BULLYING],
      reasons: reason,
      reasons_detail: detail,
      "seniority.outranked": rank === "Constable" ? "Yes" : "No",
      "seniority.supervised": rank === "Constable" ? "Yes" : "No",
      "seniority.consideration": "Weighed: she writes their appraisals.",
      proportionality: "The remarks are grave; silence out of fear is answered with reflection.",
      decision: rank === "Constable" ? "Reflective practice" : "Misconduct investigation",
      rationale: "By what each could do about it.",
      decided_on: day,
      learning: "How to report past one's own chain.",
    });
  }
  await keepPicture(page, "casework-failing");
  await saveRecord(page);
  await openRecord(page, "failing");
  await expectWhole(page);
});

/** Writes to the reporter, in the open case. */
async function say(page: Page, kind: string, send: string, text = ""): Promise<void> {
  await showPart(page, "Conversation");
  await page.getByLabel(kind, { exact: true }).check();
  if (text !== "") await page.fill("#reply-text", text);
  await page.getByRole("button", { name: send }).click();
  await sentWell(page);
}

/** What the reporter reads as the state of it, when she comes back. */
async function stageSeen(): Promise<string> {
  const { page } = reporter;
  await comeBack(page, service, filed.words.join(" "));
  return (await page.locator("#stage").textContent()) ?? "";
}

/** Signs in anew and opens the case. */
async function reopen(tab: Tab, label: string): Promise<void> {
  await signIn(tab.page, service, by(label));
  await openMine(tab.page, filed.reference);
}

test("an investigator assesses each allegation and tests it for referral", async () => {
  await reopen(investigator, "Investigator-1");
  const { page } = investigator;
  await openRecord(page, "severity", true);
  for (const [allegation, level] of [
    [HARASSMENT, "Gross misconduct"],
    [BULLYING, "Gross misconduct"],
    [NEGLECT, "Misconduct"],
  ] as const) {
    await addEntry(page, "severity", "assessments", {
      allegation,
      on: day,
      level,
      rationale: "Repeated, towards a probationer, by those who supervise her.",
    });
  }
  await saveRecord(page);
  await openRecord(page, "referral", true);
  await addEntry(page, "referral", "tests", {
    allegation: HARASSMENT,
    on: day,
    criteria: "Crime or disciplinary behaviour aggravated by discrimination",
    mandatory: "Yes",
    rationale: "As if true: aggravated by discrimination because of sex.",
    clear_on: day,
    sent_on: day,
    mode: "Local",
    mode_on: day,
  });
  for (const allegation of [BULLYING, NEGLECT]) {
    await addEntry(page, "referral", "tests", {
      allegation,
      on: day,
      mandatory: "No",
      voluntary: "No",
      rationale: "Part of the same facts, which have been referred.",
    });
  }
  await saveRecord(page);
  await expectWhole(page);
  await keepPicture(page, "casework-referral");
  await page.locator(".sign-off", { hasText: "Your role does not do this." }).waitFor();
  expect(await page.getByRole("button", { name: /^Sign off revision/ }).count()).toBe(0);
  await say(page, "Ask a question", "Send the question", "Do you still have the messages of July?");
});

test("the reporter reads the question, answers, and sees where it stands", async () => {
  expect(await stageSeen()).toContain("team");
  const { page } = reporter;
  await page.getByText("Do you still have the messages of July?").first().waitFor();
  await keepPicture(page, "casework-question");
  await page.fill("#body", "Yes. I have pictures of them at home.");
  await page.click("#reply");
  await page.getByText("Your message was received.").waitFor();
});

test("the authority decides, and a second one signs what becomes of those who kept silent", async () => {
  await reopen(authority, "Authority-1");
  const { page } = authority;
  await showPart(page, "Conversation");
  await page.getByText("I have pictures of them at home").waitFor();
  await openRecord(page, "decisions", true);
  for (const [allegation, decision] of [
    [HARASSMENT, "Gross misconduct"],
    [BULLYING, "Gross misconduct"],
    [NEGLECT, "Misconduct"],
  ] as const) {
    await addEntry(page, "decisions", "decisions", {
      allegation,
      on: day,
      decision,
      rationale: "The messages bear it out.",
      basis: "Her account, the messages, two constables.",
    });
  }
  await saveRecord(page);
  await expectWhole(page);
  await keepPicture(page, "casework-decisions");
  for (const record of ["decisions", "severity", "referral", "failing"] as const) {
    await signRecord(page, record);
  }
  await openRecord(page, "failing");
  expect(await page.getByRole("button", { name: "Sign as second authority" }).count()).toBe(0);

  await reopen(second, "Authority-2");
  await signRecord(second.page, "failing", true);
  await keepPicture(second.page, "casework-second");
});

test("the outcome, the learning and the concerns are kept, and the case is closed", async () => {
  const { page } = authority;
  await page.reload();
  await reopen(authority, "Authority-1");
  await openRecord(page, "outcome", true);
  for (const [allegation, finding, result] of [
    [HARASSMENT, "Case to answer", "Misconduct hearing"],
    [BULLYING, "Case to answer", "Misconduct hearing"],
    [NEGLECT, "Case to answer", "Misconduct meeting"],
  ] as const) {
    await addEntry(page, "outcome", "outcomes", {
      allegation,
      finding,
      process: "Misconduct procedure",
      result,
      on: day,
      told_on: day,
      told: "That it is taken to a hearing, and why.",
    });
  }
  await saveRecord(page);
  await openRecord(page, "learning", true);
  await addEntry(page, "learning", "items", {
    theme: "Reporting past one's own chain",
    finding: "Two constables saw no way round their sergeant and inspector.",
    action: "Every parade is told of the ways round the chain.",
    owner: "Culture lead",
    due: day,
    audience: "All supervisors",
  });
  await saveRecord(page);
  await openRecord(page, "concerns", true);
  await write(page, "rec-concerns", {
    encouraged: "Anonymity",
    prevented: ["Thought nothing effective would be done", "Feared being labelled a “grass”"],
    sources: ["The reporter", "Witnesses"],
    detail: "An earlier reporter was called a grass.",
  });
  await saveRecord(page);
  await showPart(page, "Procedure");
  await page.getByText("It cannot be closed yet. Still missing:").waitFor();
  await keepPicture(page, "casework-missing");
  for (const record of ["outcome", "learning", "concerns"] as const) {
    await openRecord(page, record);
    await expectWhole(page);
    await signRecord(page, record);
  }
  await say(
    page,
    "Tell a decision",
    "Send the decision",
    "It was acted on: two officers face a misconduct hearing, one a meeting.",
  );
  await setStage(page, "Outcome reached", "The outcome: both go to a hearing.");
  expect(await stageSeen()).toContain("There is a decision.");
  await keepPicture(reporter.page, "casework-outcome");
  await showPart(page, "Procedure");
  await page.getByText("Nothing is missing.").waitFor();
  await setStage(page, "Closed", "The case is closed. You can write here at any time.");
  await keepPicture(page, "casework-closed");
  expect(await stageSeen()).toContain("We have finished with");
  await keepPicture(reporter.page, "casework-reporter-closed");
});

test("the record is printed with its marking, the original account only when asked for", async () => {
  const { page } = authority;
  await showPart(page, "Record");
  await page.getByRole("button", { name: "Print", exact: true }).click();
  await page.getByText("OFFICIAL – SENSITIVE").first().waitFor();
  const original = page.getByText("she said that I am too soft for the job");
  expect(await original.count()).toBe(0);
  await page.getByLabel("With the restricted original account").check();
  await original.first().waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await keepPicture(page, "casework-print");
  const pdf = await page.pdf({ preferCSSPageSize: true, tagged: true });
  const pages = pdf.toString("latin1").match(/\/Type \/Page\b/g) ?? [];
  expect(pages.length).toBeGreaterThan(3);
  await page.getByRole("button", { name: "Back to the case" }).click();
});

test("a closed case is opened again, with a reason", async () => {
  const { page } = authority;
  await showPart(page, "Procedure");
  await page.getByText("This case is closed.").waitFor();
  await page.getByRole("button", { name: "Open again" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("A third constable came forward.");
  await dialog.getByRole("button", { name: "Open again" }).click();
  await page.getByLabel("New stage").waitFor();
  await page.getByText("The reporter has not been told that it is open again").waitFor();
  await showPart(page, "Procedure");
  await page.getByText("A third constable came forward.").waitFor();
  await setStage(page, "Being assessed", "We look at it again: something new came to light.");
  expect(await stageSeen()).not.toContain("We have finished with");
});

async function setStage(page: Page, stage: string, text: string): Promise<void> {
  await showPart(page, "Conversation");
  await page.getByLabel("Set the stage", { exact: true }).check();
  await page.getByLabel("New stage").selectOption({ label: stage });
  await page.fill("#reply-text", text);
  await page.getByRole("button", { name: "Set the stage and send" }).click();
  await sentWell(page);
}
