import { describe, expect, it } from "vitest";
import { emptyBody, emptySubject } from "../protocol/report";
import { digest } from "../protocol/bytes";
import type { Directory } from "../protocol/directory";
import { addTeam, verifyDirectory } from "../protocol/verified";
import {
  SERVICE,
  genesis,
  handlers,
  independents,
  leads,
  rootPayload,
  sampleDirectory,
  teamDocument,
  teams,
  withRecovery,
} from "../protocol/sample";
import { sign } from "../protocol/signing";
import {
  allReaders,
  emptyDraft,
  partsOf,
  proposesIndependent,
  readersLeft,
  recoveryLine,
  textAt,
  otherUnitsOf,
  unitsOf,
  withText,
} from "./draft";
import type { Draft } from "./draft";

const directory = sampleDirectory();
const draft = (change: Partial<Draft> = {}): Draft => ({ ...emptyDraft(), ...change });

describe("a draft", () => {
  it("takes a text at its path, and leaves the rest and the one before as they were", () => {
    const before = draft({ subjects: [emptySubject(), emptySubject()] });
    const after = withText(withText(before, "subjects.1.name", "A"), "evidence.what", "B");
    expect(textAt(after, "subjects.1.name")).toBe("A");
    expect(textAt(after, "evidence.what")).toBe("B");
    expect(after.subjects[0]).toEqual(emptySubject());
    expect(textAt(before, "subjects.1.name")).toBe("");
    expect(before.evidence.what).toBe("");
  });

  it("gives the sealed parts the protocol's members and no others", () => {
    expect(Object.keys(partsOf(draft()).body).sort()).toEqual(Object.keys(emptyBody()).sort());
  });

  it("is anonymous until something else is chosen, and in English", () => {
    const { body } = partsOf(draft());
    expect([body.mode, body.language, body.channel]).toEqual(["anonymous", "en", "web"]);
  });

  it("says what discrimination is about only while that is among the concerns", () => {
    const chosen = draft({
      concerns: ["other", "discrimination"],
      characteristics: ["sex", "age"],
    });
    expect(partsOf(chosen).body.characteristics).toEqual(["sex", "age"]);
    expect(partsOf({ ...chosen, concerns: ["other"] }).body.characteristics).toEqual([]);
  });

  it("puts a name only where the mode wants it", () => {
    const typed = {
      name: "To readers",
      contact: "phone",
      identity: { name: "To custodians", contact: "mail", unit: "unit" },
    };
    const anonymous = partsOf(draft({ ...typed, mode: "anonymous" }));
    expect(JSON.stringify(anonymous)).not.toMatch(/To readers|To custodians|phone|mail/);
    const confidential = partsOf(draft({ ...typed, mode: "confidential" }));
    expect(confidential.identity).toEqual(typed.identity);
    expect(JSON.stringify(confidential.body)).not.toMatch(/To readers|To custodians|phone|mail/);
    const named = partsOf(draft({ ...typed, mode: "named" }));
    expect([named.body.name, named.body.contact]).toEqual(["To readers", "phone"]);
    expect(named.identity.name).toBe("");
  });
});

/** A directory in which the independent team lists Handler-2, with a unit. */
function listedElsewhere(): Directory {
  const [, { entry }] = handlers;
  const independent = teamDocument("independent", [{ ...entry, units: ["Area East"] }]);
  const named = { ...teams, independent };
  const entries = Object.entries(named).map(([team, bytes]) => ({ team, digest: digest(bytes) }));
  const root = sign("root", rootPayload({ teams: entries }), leads[0].signer);
  let there = verifyDirectory(SERVICE, genesis, [], root);
  for (const bytes of Object.values(named)) there = addTeam(there, bytes);
  return there;
}

describe("the readers of a draft", () => {
  const labels = (of: Draft): string[] => readersLeft(of, directory).map((one) => one.label);
  const all = handlers.map((one) => one.entry.label);

  it("are the first readers of the chosen route", () => {
    expect(labels(draft())).toEqual(all);
    expect(labels(draft({ route: "independent" }))).toEqual(
      independents.map((one) => one.entry.label),
    );
    expect(allReaders(directory)).toHaveLength(all.length + independents.length);
  });

  it("are less those who are left out, by person or by unit", () => {
    const members = [handlers[0].member];
    expect(labels(draft({ exclude: { units: [], members, other: "" } }))).toEqual(all.slice(1));
    const units = handlers[0].entry.units;
    const shared = handlers.filter((one) => one.entry.units.some((unit) => units.includes(unit)));
    const left = labels(draft({ exclude: { units: [...units], members: [], other: "" } }));
    expect(left).toHaveLength(units.length === 0 ? all.length : all.length - shared.length);
  });

  it("are less those whose unit is left out, in whichever team they are listed with it", () => {
    const there = listedElsewhere();
    const units = ["Area East"];
    expect(unitsOf(there)).toEqual(units);
    const left = readersLeft(draft({ exclude: { units, members: [], other: "" } }), there);
    expect(left.map((one) => one.label)).toEqual(["Handler-1", "Handler-3"]);
  });

  it("are asked for by the units of the force besides, without those of readers", () => {
    expect(otherUnitsOf(listedElsewhere(), ["Area East", "Fleet"])).toEqual(["Fleet"]);
  });

  it("are less those of units that were typed, as anybody may spell them, and of teams by their name", () => {
    const typed = (other_units: string): string[] => labels(draft({ other_units }));
    expect(typed("Roads\n\n")).toEqual(all);
    const left = readersLeft(draft({ other_units: "Roads; AREA-east" }), listedElsewhere());
    expect(left.map((one) => one.label)).toEqual(["Handler-1", "Handler-3"]);
    const name = directory.teams.get(directory.root.routes.intake)?.name ?? "";
    expect(typed(name.toLowerCase())).toEqual([]);
    // A unit of the list is that unit, though a team has the same name.
    expect(labels(draft({ exclude: { units: [name], members: [], other: "" } }))).toEqual(all);
    // From the list of the force's units it is the team as well.
    expect(labels(draft({ force_units: [name] }))).toEqual(typed(name));
    const exclude = { units: ["Area East"], members: [], other: "" };
    const said = draft({ exclude, other_units: "Roads \r\n\n Area East\nFleet" });
    expect(partsOf(said).parties.exclude.units).toEqual(["Area East", "Roads", "Fleet"]);
    const listed = draft({ force_units: ["Traffic", "Roads"], other_units: "Roads" });
    expect(partsOf(listed).parties.exclude.units).toEqual(["Traffic", "Roads"]);
    expect(partsOf(listed).body).not.toHaveProperty("force_units");
  });

  it("have the recovery beside them, where the directory names one", () => {
    expect(recoveryLine(directory)).toBeNull();
    const there = sampleDirectory(withRecovery());
    expect(recoveryLine(there)).toBe("Offline recovery: 3 of 5 share holders together");
    expect(readersLeft(draft(), there)).toHaveLength(all.length);
  });

  it("are to be others when somebody named may work where reports are read", () => {
    const near = draft({ subjects: [{ ...emptySubject(), reads_reports: "yes" }] });
    expect(proposesIndependent(near)).toBe(true);
    expect(proposesIndependent({ ...near, route: "independent" })).toBe(false);
    expect(proposesIndependent(draft())).toBe(false);
  });
});
