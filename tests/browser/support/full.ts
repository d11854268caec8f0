import type { Page } from "playwright-core";

/** What the full report says, by what it is about. */
export const FULL = {
  what:
    "On two nights in March the sergeant took cash from the property store before it was counted.\n" +
    "I saw it myself on the second night. He said that everybody does it, and that I would be on " +
    "nights until Christmas if I talked about it.",
  name: "Alex Morgan",
  contact: "07700 900123, evenings only",
  unit: "Custody, Central West",
  when: "12 and 19 March, both around 2 in the morning",
  where: "The property store at Central West",
  first: { name: "Daniel Price", description: "Runs team C on nights", unit: "Central West" },
  second: { description: "A man from the property team, grey beard, drives a green van" },
  other: {
    who: "Sandra Lane",
    unit: "Central West",
    why: "She was at the door when we came out with the bags.",
    reason: "I think that she is afraid of him.",
  },
  basis: "I was on duty with him and wrote down the times.",
  evidence: "The camera over the store door. The count sheets for both nights.",
  at_risk: "Footage is kept for 31 days only.",
  told: "My tutor, in confidence.",
  outcome: "He told me to think about my career.",
  danger: "He has asked twice where I live.",
  own_unit: "Custody",
  support: "Somebody to talk to outside my team.",
  access: "Short messages, please.",
  exclude: "Chief Superintendent Hart of Central West",
} as const;

const topics = {
  async known(page: Page): Promise<void> {
    await page.click("#mode-confidential");
    await page.fill("#identity-name", FULL.name);
    await page.fill("#identity-contact", FULL.contact);
    await page.fill("#identity-unit", FULL.unit);
  },
  async what(page: Page): Promise<void> {
    await page.fill("#what_happened", FULL.what);
  },
  async kind(page: Page): Promise<void> {
    await page.click("#concerns-theft_fraud");
    await page.click("#concerns-reprisal");
    await page.click("#concerns-discrimination");
    await page.click("#characteristics-sex");
  },
  async when(page: Page): Promise<void> {
    await page.fill("#when", FULL.when);
    await page.fill("#where", FULL.where);
    await page.click("#pattern-continuing");
    await page.click("#circumstances-on_duty");
    await page.click("#circumstances-online-no");
    await page.click("#circumstances-private_messages-no");
    await page.click("#circumstances-described_as_banter-unknown");
  },
  async subjects(page: Page): Promise<void> {
    await page.click("#add-subjects");
    await page.fill("#subjects-0-name", FULL.first.name);
    await page.fill("#subjects-0-description", FULL.first.description);
    await page.selectOption("#subjects-0-kind", "officer");
    await page.selectOption("#subjects-0-rank", "sergeant");
    await page.check("#subjects-0-acting");
    await page.fill("#subjects-0-unit", FULL.first.unit);
    await page.selectOption("#subjects-0-relation", "line_manager");
    await page.click("#subjects-0-senior");
    await page.click("#subjects-0-reads_reports-no");
    await page.click("#subjects-0-probationer-no");
    await page.click("#continue");
    await page.click("#add-subjects");
    await page.fill("#subjects-1-description", FULL.second.description);
    await page.selectOption("#subjects-1-kind", "staff");
    await page.click("#continue");
  },
  async others(page: Page): Promise<void> {
    await page.click("#add-others");
    await page.fill("#others-0-who", FULL.other.who);
    await page.selectOption("#others-0-rank", "inspector");
    await page.fill("#others-0-unit", FULL.other.unit);
    await page.fill("#others-0-why", FULL.other.why);
    await page.fill("#others-0-reason", FULL.other.reason);
    await page.click("#continue");
  },
  async basis(page: Page): Promise<void> {
    await page.click("#basis");
    await page.fill("#basis_detail", FULL.basis);
  },
  async evidence(page: Page): Promise<void> {
    await page.fill("#evidence-what", FULL.evidence);
    await page.click("#evidence-at_risk");
    await page.fill("#evidence-how", FULL.at_risk);
  },
  async told(page: Page): Promise<void> {
    await page.fill("#told-whom", FULL.told);
    await page.fill("#told-outcome", FULL.outcome);
  },
  async danger(page: Page): Promise<void> {
    await page.click("#danger-now");
    await page.fill("#danger-detail", FULL.danger);
  },
  async about_you(page: Page): Promise<void> {
    await page.selectOption("#reporter-kind", "officer");
    await page.selectOption("#reporter-rank", "constable");
    await page.fill("#reporter-unit", FULL.own_unit);
    await page.click("#reporter-probationer");
    await page.click("#reporter-role-witness");
  },
  async support(page: Page): Promise<void> {
    await page.click("#support-wanted");
    await page.fill("#support-detail", FULL.support);
    await page.click("#informed");
    await page.fill("#access_needs", FULL.access);
  },
  async readers(page: Page): Promise<void> {
    await page.getByLabel(/^Handler-3,/).check();
    await page.fill("#exclude-other", FULL.exclude);
  },
} as const;

export type Topic = keyof typeof topics;
export const TOPICS = Object.keys(topics) as Topic[];

/** Answers everything that the report asks, one topic after the other. */
export async function answerEverything(
  page: Page,
  seen: (topic: Topic) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  for (const topic of TOPICS) {
    await page.click(`#task-${topic}`);
    await topics[topic](page);
    await seen(topic);
    await page.click("#continue");
    await page.waitForSelector(`#task-${topic}`);
  }
}
