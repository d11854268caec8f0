// One case from its report to its end: a probationer reports her sergeant; her inspector is the sergeant's
// partner, and two constables knew and said nothing. Whoever writes the record does it without a mouse.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { faultsOf } from "./support/axe.js";
import { launch } from "./support/chromium.js";
import { newReport, openMine, openNew, sentWell, signIn } from "./support/desk.js";
import { expectPlace, press, reach } from "./support/keys.js";
import { expectWhole, showPart } from "./support/record.js";
import {
  addEntry,
  editEntry,
  openRecord,
  saveRecord,
  signRecord,
  write,
} from "./support/record-keys.js";
import { comeBack } from "./support/reporter.js";
import {
  SAID,
  STANDARDS_TEAM,
  inBothWidths,
  reportScenario,
  type Reported,
} from "./support/scenario.js";
import { startService, type Service } from "./support/service.js";
import { keepPicture } from "./support/shots.js";
import { carrying, openTab, type Tab } from "./support/tab.js";

let service: Service;
let browser: Browser;
let filed: Reported;
let handler: Tab;
let authority: Tab;
let second: Tab;
let investigator: Tab;
let offences: Tab;
let reporter: Tab;
const HARASSMENT = "Remarks about her body, in the parade room and in the group chat";
const BULLYING = "Demeaned in front of the team when she asked for it to stop";
const NEGLECT = "The complaint of September was left for five weeks";
const OFFENCES = "Domestic Abuse and Sexual Offences";
const DISCRIMINATION = "Discrimination Investigation Unit";
const WITH_TEAM = "A team is dealing with it.";
const TEAM_NEXT = "The team looks at your report and decides what to do.";
const day = new Date().toISOString().slice(0, 10);

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launch()]);
  [handler, authority, second, investigator, offences, reporter] = await Promise.all([
    openTab(browser, service),
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

/** What the reporter reads when she comes back: the stage, what happens next, and among the letters these texts. */
async function sheReads(
  step: string,
  stage: string,
  next: string,
  ...letters: readonly string[]
): Promise<void> {
  const { page } = reporter;
  await comeBack(page, service, filed.words.join(" "));
  expect(await page.textContent("#stage-words")).toBe(stage);
  expect(await page.textContent("#next-step")).toContain(next);
  // Newest first.
  const shown = await page.locator("#messages > li").allTextContents();
  for (const [place, text] of letters.entries()) expect(shown[place]).toContain(text);
  expect(await faultsOf(page)).toEqual([]);
  await inBothWidths(page, `casework-seen-${step}`, undefined, 1_300);
}

test("a probationer reports her sergeant, and leaves out her command and its standards unit", async () => {
  filed = await reportScenario(reporter, service);
  for (const text of [SAID.what, SAID.partner, SAID.standards, filed.words.slice(0, 3).join(" ")]) {
    expect(carrying(reporter.sent, text).length, text).toBe(0);
  }
  expect(reporter.troubles).toEqual([]);
  await sheReads(
    "received",
    "We have your report.",
    "A person reads your report and answers here.By ",
  );
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
  await sheReads(
    "acknowledged",
    "We have read that your report is there, and have answered.",
    "We look at what you told us and decide who should deal with it.",
    "Thank you for your report. I have read it.",
  );

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
    await write(page, subject, { professional_standards: "No", confirmed: "Yes" });
  }
  await write(page, await editEntry(page, "triage", "allegations", 1), {
    summary: HARASSMENT,
    subjects: "Sergeant Kay Dorset",
    additional: "Sexual harassment",
    corruption: "Sexual misconduct",
    gravity: "Gross misconduct",
    team: OFFENCES,
  });
  await write(page, await editEntry(page, "triage", "allegations", 2), {
    summary: BULLYING,
    subjects: "Sergeant Kay Dorset",
    additional: "Bullying",
    corruption: "Other",
    gravity: "Gross misconduct",
    team: DISCRIMINATION,
  });
  const earlier = await addEntry(page, "triage", "allegations", {
    summary: NEGLECT,
    subjects: "Inspector Ruth Keane",
    category: "Neglect of duty",
    additional: "Neglect of duty",
    corruption: "Other",
    flags: ["On duty"],
    gravity: "Misconduct",
  });
  // The routing table proposes the standards unit that she left out, which the desk does not offer.
  expect(await page.textContent(`#${earlier}-suggested`)).toContain(
    `${STANDARDS_TEAM}: Below gross`,
  );
  await page.getByText(`The reporter left out everybody of ${STANDARDS_TEAM}.`).waitFor();
  const teams = await page.locator(`#${earlier}-team option`).allTextContents();
  expect(teams).toContain(DISCRIMINATION);
  expect(teams).not.toContain(STANDARDS_TEAM);
  for (const team of [
    "Administration",
    "Oversight",
    "Identity custodians",
    "Support for reporters",
  ]) {
    expect(teams).not.toContain(team);
  }
  expect(await page.getByRole("button", { name: `Give it to ${STANDARDS_TEAM}` }).count()).toBe(0);
  await write(page, earlier, {
    team: DISCRIMINATION,
    rationale: "The same facts, and the reporter left out the standards unit of her command.",
  });
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
  const due = page.locator(".triage-list li");
  const why = (unit: string): string => `of a unit that the reporter left out (${unit})`;
  await due.filter({ hasText: "Handler-3" }).getByText(why(SAID.unit)).waitFor();
  for (const label of ["Investigator-7", "Investigator-8"]) {
    await due.filter({ hasText: label }).getByText(why(SAID.standards)).waitFor();
  }
  // What she typed besides fits nothing that the force has: a member has to find out whom it means.
  const unknown = page.locator(".strip-warning", { hasText: SAID.unlisted });
  await unknown.getByText(SAID.friends).waitFor();
  await unknown.getByText("Find out whom it means").waitFor();
  expect(await unknown.textContent()).not.toContain(SAID.standards);
  await inBothWidths(page, "casework-unknown-names", unknown);
  await page.getByRole("button", { name: "Bar 3 members" }).click();
  await page.locator(".strip-good", { hasText: "They may not have this case." }).waitFor();
  await unknown.waitFor();
  await page.getByText("Of those whom the desk can tell, nobody else is to be barred.").waitFor();
  expect(await page.getByText("Nobody else is to be barred.", { exact: true }).count()).toBe(0);
  await expectPlace(page, "barring");
  const route = `Route to ${DISCRIMINATION}, ${OFFENCES}`;
  await page.getByRole("button", { name: route }).click();
  await page.locator(".strip-good", { hasText: "The teams work on it" }).waitFor();
  await expectPlace(page, "routing");
  await page.getByRole("button", { name: "Let in 4 members" }).click();
  await page.getByText("Everybody of these teams who may read it has been let in.").waitFor();
  await keepPicture(page, "casework-routed");
  await page.getByRole("button", { name: "Tell the reporter" }).click();
  await page.getByRole("button", { name: "Set the stage and send" }).click();
  await sentWell(page);
  await page.locator(".case-head .tag", { hasText: "With a team" }).waitFor();
  await sheReads(
    "team",
    WITH_TEAM,
    TEAM_NEXT,
    `Your report is now with: ${DISCRIMINATION}, ${OFFENCES}.`,
  );

  await showPart(page, "People");
  await page.getByText("Somebody in another team").click();
  for (const label of ["Investigator-7", "Investigator-8"]) {
    await page.getByText(`The reporter asked that ${label} must not see this case.`).waitFor();
    expect(await page.getByRole("button", { name: `Share with ${label}` }).count()).toBe(0);
  }
  for (const label of ["Authority-1", "Authority-2", "Support-1"]) {
    await page.getByRole("button", { name: new RegExp(label) }).click();
    await page.locator("dialog .button-warning").click();
    await page.locator(".strip-good", { hasText: label }).waitFor();
  }
});

test("a member of the standards unit that she left out sees nothing of it", async () => {
  const tab = await openTab(browser, service);
  const { page } = tab;
  await signIn(page, service, by("Investigator-7"));
  await page.locator(".inbox .empty").waitFor();
  expect(await page.locator(".new-report").count()).toBe(0);
  await inBothWidths(page, "casework-left-out");
  await page.getByRole("button", { name: /^My cases/ }).click();
  await page.locator(".empty").waitFor();
  expect(await page.locator(".row").count()).toBe(0);
  const asked = (path: string): Promise<readonly [number, string]> =>
    page.evaluate(async (at) => {
      const answer = await fetch(at, { headers: { "Rightline-Desk": "1" } });
      return [answer.status, await answer.text()] as const;
    }, `/api/1/desk/${path}`);
  // Nor do the calls beneath tell one who asks for it by its id from one who asks for what is not there.
  for (const path of [
    "cases?list=new",
    "cases?list=mine",
    "due?list=mine&within=7",
    "due?list=team&team=domestic-abuse&within=7",
  ]) {
    const [status, list] = await asked(path);
    expect(status, path).toBe(200);
    expect(list, path).not.toContain(filed.case);
  }
  for (const path of ["", "/work", "/procedure", "/access"]) {
    const it = await asked(`cases/${filed.case}${path}`);
    expect(it, path).toEqual(await asked(`cases/${"0".repeat(64)}${path}`));
    expect(it[0], path).toBe(404);
  }
  await tab.context.close();
});

test("those let in see by the brief who is named, declare, and take their parts", async () => {
  for (const [tab, label] of [
    [authority, "Authority-1"],
    [second, "Authority-2"],
    [investigator, "Investigator-1"],
    [offences, "Investigator-3"],
  ] as const) {
    await signIn(tab.page, service, by(label));
    const named = newReport(tab.page, filed.reference).locator(".new-who");
    await named.getByText("Sergeant Kay Dorset, Central West BCU").waitFor();
    await named.getByText("Handler-1 let you in with a brief").waitFor();
    await openNew(tab.page, filed.reference);
  }
  // Each team finds what is theirs of it.
  for (const [tab, team, theirs, others] of [
    [investigator, DISCRIMINATION, [BULLYING, NEGLECT], [HARASSMENT]],
    [offences, OFFENCES, [HARASSMENT], [BULLYING, NEGLECT]],
  ] as const) {
    await showPart(tab.page, "Triage");
    const line = (summary: string) => tab.page.locator(".triage-list li", { hasText: summary });
    for (const one of theirs) await line(`${team}: ${one}`).getByText("Your team").waitFor();
    for (const one of others) {
      await line(one).waitFor();
      expect(await line(one).getByText("Your team").count()).toBe(0);
    }
    await tab.page.getByText(`It is routed to ${DISCRIMINATION}, ${OFFENCES}.`).waitFor();
  }
  await keepPicture(offences.page, "casework-offences");
  const { page } = handler;
  await page.reload();
  await signIn(page, service, by("Handler-1"));
  await openMine(page, filed.reference);
  await showPart(page, "Triage");
  for (const [part, label] of [
    ["authority", "Authority-1"],
    ["investigator", "Investigator-1"],
    ["investigator", "Investigator-3"],
  ] as const) {
    await page.getByLabel(part, { exact: true }).check();
    await page.getByLabel("Who", { exact: true }).selectOption({ label });
    await page.getByRole("button", { name: "Assign", exact: true }).click();
    await page.locator(".triage-list strong", { hasText: label }).waitFor();
  }
  // Of those who read it, only who has the role for a part is offered for it.
  await page.getByLabel("authority", { exact: true }).check();
  const offered = page.getByLabel("Who", { exact: true }).locator("option");
  expect(await offered.allTextContents()).toEqual(["Choose", "Authority-2"]);
});

/** Tries to save what the desk refuses, and then what does not reach the service: neither loses the place. */
async function refusedSaves(page: Page): Promise<void> {
  const id = "rec-reporter-identity_known_to";
  await reach(page, `#${id}`);
  await page.keyboard.insertText("x".repeat(20_001));
  await page.keyboard.press("Control+Enter");
  const problems = page.locator("#rec-reporter--problems");
  await problems.getByText("The text is too long").waitFor();
  await page.waitForFunction(() => document.activeElement?.id === "rec-reporter--problems");
  await press(page, problems.getByRole("button"));
  await page.waitForFunction((field) => document.activeElement?.id === field, id);
  await write(page, "rec-reporter", { identity_known_to: "The readers of this case" });

  const records = `${service.origin}/api/1/desk/cases/*/records`;
  await page.route(records, (route) => route.abort());
  await page.keyboard.press("Control+Enter");
  await page.locator(".rec-save .strip-trouble").waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe(id);
  await page.unroute(records);
}

/** Saves what is not changed: what was open for writing closes, and the place stays. */
async function saveNothing(page: Page): Promise<void> {
  const edit = page.locator(".rec-section-head button", { hasText: "Edit" });
  const closed = await edit.count();
  await press(page, edit);
  await expect.poll(() => edit.count()).toBe(closed - 1);
  await page.keyboard.press("Control+Enter");
  await expect.poll(() => edit.count()).toBe(closed);
  await expectPlace(page, "saving what is not changed");
}

test("a handler writes the record without a mouse", async () => {
  const { page } = handler;
  await openRecord(page, "reporter", true);
  await write(page, "rec-reporter", {
    sanitised: "A member of staff reports repeated remarks and messages by a supervisor.",
  });
  await refusedSaves(page);
  await write(page, "rec-reporter", {
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
  await saveNothing(page);
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
      ...(rank === "Constable"
        ? {
            "seniority.outranked": "Yes",
            "seniority.supervised": "Yes",
            "seniority.consideration": "Weighed: she writes their appraisals.",
            proportionality:
              "The remarks are grave; silence out of fear is answered with reflection.",
          }
        : {
            "seniority.outranked": "No",
            "seniority.supervised": "No",
            "seniority.consideration": "She outranks the sergeant: it explains nothing.",
            proportionality: "The remarks are grave, and it was for her to stop them.",
          }),
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

/** Signs in anew and opens the case. */
async function reopen(tab: Tab, label: string): Promise<void> {
  await signIn(tab.page, service, by(label));
  await openMine(tab.page, filed.reference);
}

/** Assesses allegations and tests them for referral, in the record that is open at somebody's desk. */
async function assess(
  { page }: Tab,
  assessed: readonly (readonly [string, string])[],
  referred: string | null,
): Promise<void> {
  await openRecord(page, "severity", true);
  for (const [allegation, level] of assessed) {
    await addEntry(page, "severity", "assessments", {
      allegation,
      on: day,
      level,
      rationale: "Repeated, towards a probationer, by those who supervise her.",
    });
  }
  await saveRecord(page);
  await openRecord(page, "referral", true);
  for (const [allegation] of assessed) {
    await addEntry(page, "referral", "tests", {
      allegation,
      on: day,
      ...(allegation === referred
        ? {
            criteria: "Crime or disciplinary behaviour aggravated by discrimination",
            mandatory: "Yes",
            rationale: "As if true: aggravated by discrimination because of sex.",
            clear_on: day,
            sent_on: day,
            mode: "Local",
            mode_on: day,
          }
        : {
            mandatory: "No",
            voluntary: "No",
            rationale: "Part of the same facts, which have been referred.",
          }),
    });
  }
  await saveRecord(page);
}

test("each team's investigator assesses what is theirs, and tests it for referral", async () => {
  await reopen(offences, "Investigator-3");
  await assess(offences, [[HARASSMENT, "Gross misconduct"]], HARASSMENT);
  await reopen(investigator, "Investigator-1");
  await assess(
    investigator,
    [
      [BULLYING, "Gross misconduct"],
      [NEGLECT, "Misconduct"],
    ],
    null,
  );
  const { page } = investigator;
  await expectWhole(page);
  await keepPicture(page, "casework-referral");
  await page.locator(".sign-off", { hasText: "Your role does not do this." }).waitFor();
  expect(await page.getByRole("button", { name: /^Sign off revision/ }).count()).toBe(0);
  await say(page, "Ask a question", "Send the question", "Do you still have the messages of July?");
});

test("the reporter reads the question, answers, and sees where it stands", async () => {
  const question = "Do you still have the messages of July?";
  await sheReads("question", WITH_TEAM, TEAM_NEXT, question);
  const { page } = reporter;
  await page.getByRole("button", { name: /^Answer this question/ }).click();
  await page.fill("#body", "Yes. I have pictures of them at home.");
  await page.click("#reply");
  await page.getByText("Your message was received.").waitFor();
  await sheReads("answered", WITH_TEAM, TEAM_NEXT, "You wrote something on this day.", question);
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
  const acted =
    "It was acted on: the sergeant faces a misconduct hearing, the inspector a misconduct meeting.";
  await say(page, "Tell a decision", "Send the decision", acted);
  await sheReads("decision", WITH_TEAM, TEAM_NEXT, acted);
  const outcome = "Both have been told. The two constables reflect on why they kept silent.";
  await setStage(page, "Outcome reached", outcome);
  await sheReads(
    "outcome",
    "There is a decision.",
    "We will write here when there is something to tell.",
    outcome,
    acted,
  );
  await showPart(page, "Procedure");
  await page.getByText("Nothing is missing.").waitFor();
  await setStage(
    page,
    "Closed",
    "We close your report now. What we learned from it is taught to all supervisors.",
  );
  await keepPicture(page, "casework-closed");
  await sheReads(
    "closed",
    "We have finished with it. You can still write to us.",
    "Nothing more, unless you write to us here.",
    "We close your report now. What we learned from it is taught to all supervisors.",
  );
});

test("the record is printed with its marking, the original account only when asked for", async () => {
  const { page } = authority;
  await showPart(page, "Record");
  await page.getByRole("button", { name: "Print", exact: true }).click();
  await page.getByText("OFFICIAL – SENSITIVE").first().waitFor();
  const original = page.getByText("she said that I am too soft for the job");
  // Neither does it tell who of those who did not report is a reporter.
  const answered = page.getByText("Whether they are a reporter of this, by");
  expect(await original.count()).toBe(0);
  expect(await answered.count()).toBe(0);
  await page.getByLabel("With who reported, and their own words (restricted)").check();
  await original.first().waitFor();
  await answered.waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await keepPicture(page, "casework-print");
  const pdf = await page.pdf({ preferCSSPageSize: true, tagged: true });
  const pages = pdf.toString("latin1").match(/\/Type \/Page\b/g) ?? [];
  expect(pages.length).toBeGreaterThan(3);
  await press(page, page.getByRole("button", { name: "Back to the case" }));
  await page.locator("h1.reference").waitFor();
  await expectPlace(page, "leaving the print");
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
  await expectPlace(page, "opening it again");
  await setStage(page, "Being assessed", "We look at it again: something new came to light.");
  await sheReads(
    "reopened",
    "We are assessing how serious it is.",
    "We will write here when there is something to tell.",
    "We look at it again: something new came to light.",
  );
});

async function setStage(page: Page, stage: string, text: string): Promise<void> {
  await showPart(page, "Conversation");
  await page.getByLabel("Set the stage", { exact: true }).check();
  await page.getByLabel("New stage").selectOption({ label: stage });
  await page.fill("#reply-text", text);
  await page.getByRole("button", { name: "Set the stage and send" }).click();
  await sentWell(page);
}
