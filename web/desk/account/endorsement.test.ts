import { expect, test } from "vitest";
import { digest, sign } from "../../protocol";
import type { Day, Digest } from "../../protocol";
import {
  SERVICE,
  genesis,
  handlers,
  independents,
  leads,
  rootPayload,
  sampleDirectory,
  sampleMember,
  teamDocument,
  teams,
} from "../../protocol/sample";
import { Roots } from "../roots";
import type { Source } from "../roots";
import { Troubled } from "../trouble";
import { endorsementOf, leadSince } from "./endorsement";

type Bytes = Uint8Array<ArrayBuffer>;
const newcomer = sampleMember("Handler-9", "handler");

/** Roots over these intakes, one after another, at a service that serves them. */
async function published(
  ...intakes: readonly { team: Bytes; issued: string }[]
): Promise<{ roots: Roots; source: Source }> {
  const all: Bytes[] = [];
  for (const { team, issued } of intakes) {
    const before = all.at(-1);
    const named = { ...teams, intake: team };
    const change = {
      serial: all.length + 1,
      issued,
      previous: before === undefined ? "0".repeat(64) : digest(before),
      teams: Object.entries(named).map(([id, bytes]) => ({ team: id, digest: digest(bytes) })),
    };
    all.push(sign("root", rootPayload(change), leads[0].signer));
  }
  const documents = new Map<Digest, Bytes>(
    [...Object.values(teams), ...intakes.map((one) => one.team)].map((one) => [digest(one), one]),
  );
  const last = all.at(-1) ?? new Uint8Array();
  const found = (bytes: Bytes | undefined): Promise<Bytes> =>
    bytes === undefined ? Promise.reject(new Troubled("not_found")) : Promise.resolve(bytes);
  const source: Source = {
    directory: () => Promise.resolve({ genesis, leads: [], root: last }),
    document: (of) => found(documents.get(of)),
    root: (serial) => found(all[serial - 1]),
  };
  return { roots: await Roots.fetch(source, SERVICE, null), source };
}

const entries = handlers.map((one) => one.entry);
const without = teamDocument("intake", entries);
const joined = teamDocument("intake", [...entries, newcomer.entry], leads[0].signer);
const renamed = teamDocument("intake", [...entries, newcomer.entry], leads[0].signer, {
  name: "Intake",
});
const keys = { member: newcomer.member, key: newcomer.signer.key };

test("the endorsement is that of the first root of the row that lists the keys", async () => {
  const { roots, source } = await published(
    { team: without, issued: "2026-11-01" },
    { team: joined, issued: "2026-11-02" },
    { team: renamed, issued: "2026-11-03" },
  );
  const found = await endorsementOf(roots, source, keys);
  expect(found).toMatchObject({ serial: 2, day: "2026-11-02" as Day });
  expect(found?.by?.label).toBe("Lead-1");
  expect(found?.published?.label).toBe("Lead-1");
});

test("who left and came back was endorsed when they came back", async () => {
  const { roots, source } = await published(
    { team: joined, issued: "2026-11-01" },
    { team: without, issued: "2026-11-02" },
    { team: renamed, issued: "2026-11-03" },
  );
  expect(await endorsementOf(roots, source, keys)).toMatchObject({ serial: 3 });
});

test("other keys under the same id are not endorsed, nor is a stranger", async () => {
  const { roots, source } = await published({ team: joined, issued: "2026-11-01" });
  const other = { member: newcomer.member, key: independents[0].signer.key };
  expect(await endorsementOf(roots, source, other)).toBeNull();
  const gone = await published(
    { team: joined, issued: "2026-11-01" },
    { team: without, issued: "2026-11-02" },
  );
  expect(await endorsementOf(gone.roots, gone.source, keys)).toBeNull();
});

test("keys are a lead's since the first list of the row that has them", () => {
  const { lists } = sampleDirectory();
  expect(leadSince(lists, leads[0].signer.key)?.number).toBe(0);
  expect(leadSince(lists, newcomer.signer.key)).toBeNull();
  const [first] = lists;
  if (first === undefined) throw new Error("there is a genesis");
  const dropped = { ...first, number: 1, leads: [] };
  const again = { ...first, number: 2 };
  expect(leadSince([first, dropped, again], leads[0].signer.key)?.number).toBe(2);
});
