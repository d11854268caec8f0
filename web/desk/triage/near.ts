/** Who is near to whom a case is about: for those who are let in, and for members themselves. Pure. */
import { emptySubject, listed } from "../../protocol";
import type { Directory, Listed, MemberId, Parties } from "../../protocol";
import type { Brief } from "../../protocol/brief";
import { nearness } from "../record/bars";
import type { BarReason, ListedMember } from "../record/bars";
import type { Subject } from "../record/content";

/** The subjects as the report has them, where nobody has written them into the record: none is confirmed. */
export function toldSubjects(parties: Pick<Parties, "subjects"> | null): Subject[] {
  return (parties?.subjects ?? []).map(toldSubject);
}

function toldSubject(one: Parties["subjects"][number]): Subject {
  return { ...one, id: "", professional_standards: one.reads_reports, confirmed: "" };
}

/** What is named before a case is opened, as the report or a brief has it: its subjects, and everybody by name. */
export function namedBefore(
  parties: Parties | null,
  brief: Pick<Brief, "people"> | null,
): { subjects: Subject[]; names: string[] } {
  const subjects = toldSubjects(parties);
  if (parties !== null) {
    const names = [
      ...parties.subjects.map((one) => one.name),
      ...parties.others.map((one) => one.who),
    ];
    return { subjects, names };
  }
  const people = brief?.people ?? [];
  const briefed = people.filter((one) => one.part === "subject");
  return {
    // A brief has no ranks of their own.
    subjects: briefed.map(({ who, unit }) => ({ ...toldSubject(emptySubject()), name: who, unit })),
    names: people.map((one) => one.who),
  };
}

/** A member as one team lists them. */
export function asListed({ member, team }: Listed): ListedMember {
  const { label, units } = member;
  return { member: member.member, label, team: team.team, teamName: team.name, units };
}

/** Why a member is near to a subject, by the units that the directory lists them with. */
export function nearSubjects(
  directory: Directory,
  member: MemberId,
  subjects: readonly Subject[],
): BarReason[] {
  const nobody = { failing: [], excluded: { units: [], members: [] }, standards: [] };
  const listings = listed(directory, member).map(asListed);
  return nearness(listings, { ...nobody, subjects }, { unit: "", rank: "" });
}

/** Whether somebody whom a case names is called as a member is, title and all or not. */
export function isCalled(label: string, names: readonly string[]): boolean {
  const own = asWords(label);
  return names.map(asWords).some((name) => {
    if (own.trim() === "" || name.trim() === "") return false;
    return name.includes(own) || own.includes(name);
  });
}

function asWords(text: string): string {
  const plain = text.normalize("NFKC").toLowerCase();
  return ` ${plain.replace(/[^\p{Alphabetic}\p{N}]+/gu, " ").trim()} `;
}
