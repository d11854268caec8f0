import { expect, test } from "vitest";
import { formBody } from "../protocol/bodies";
import { openCase } from "./opening";
import { hasRevealed } from "./revealed";
import { SERVICE, SampleCase, handlers, readerOf, sampleHistory } from "./sample";

const [first] = handlers;
const reveal = formBody("reveal", { name: "Ana Silva", contact: "" });

async function revealed(change: (sample: SampleCase) => Promise<void>): Promise<boolean> {
  const sample = await SampleCase.file({ grantees: [first.member] });
  await change(sample);
  return hasRevealed(await openCase(SERVICE, sample.served, readerOf(first), sampleHistory));
}

test("who the reporter is was revealed once they have sent so, whatever they write after it", async () => {
  expect(await revealed(() => Promise.resolve())).toBe(false);
  expect(await revealed((sample) => sample.ask(reveal, "reveal"))).toBe(true);
  const later = async (sample: SampleCase): Promise<void> => {
    await sample.ask(reveal, "reveal");
    await sample.ask("Please do not ring me.");
  };
  expect(await revealed(later)).toBe(true);
});

test("a message that only looks like it reveals nobody, nor does what a member writes", async () => {
  expect(await revealed((sample) => sample.ask(reveal))).toBe(false);
  expect(await revealed((sample) => sample.ask("Ana Silva", "reveal"))).toBe(false);
  const next = { what: "", by: "" } as const;
  const member = { kind: "reveal", body: reveal, stage: "", next } as const;
  expect(await revealed((sample) => sample.reply(first, member))).toBe(false);
});
