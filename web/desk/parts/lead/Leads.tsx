import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { Day, Lead, MemberId } from "../../../protocol";
import { WordGrid } from "../../../member/WordGrid";
import { today } from "../../days";
import { changed } from "../../lead/changes";
import type { Change } from "../../lead/changes";
import { placesOfMember } from "../../lead/picture";
import { addChanges } from "../../lead/publishing";
import { problemText } from "../../lead/sentences";
import { leadWords } from "../../lead/standing";
import type { Person } from "../../lead/standing";
import { counted, fill, words } from "../../words";
import { Labelled } from "../office/Labelled";
import { Strip } from "../Strip";
import { Compare } from "./Compare";
import type { Here } from "./People";

const said = words.lead.leads;

/** Who may sign roots, and whom to add or take off. */
export function LeadsTab({ here }: { here: Here }): JSX.Element | null {
  const { desk, session, draft, published } = here;
  const [problem, setProblem] = useState("");
  if (draft === null) return null;
  const add = (change: Change): boolean => {
    const result = changed(draft.picture, change, today() as Day);
    setProblem("problem" in result ? problemText(result.problem) : "");
    if ("problem" in result) return false;
    addChanges(desk, session, [change]);
    return true;
  };
  const self = session.vault.member;
  const { leads } = draft.picture;
  return (
    <div class="document">
      <section class="section">
        <h2 class="heading">{said.heading}</h2>
        <p class="quiet">
          {said.intro} {counted(said.lists, published.lists.length)}.
        </p>
        {problem !== "" && (
          <Strip kind="trouble" announced onHide={() => setProblem("")}>
            {problem}
          </Strip>
        )}
        {!leads.some((one) => one.member === self) && (
          <Strip kind="warning">{said.remove_self}</Strip>
        )}
        <table class="table">
          <caption class="hidden">{said.heading}</caption>
          <thead>
            <tr>
              <th scope="col">{said.column.lead}</th>
              <th scope="col">{said.column.words}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {leads.map((lead) => (
              <tr key={lead.member}>
                <th scope="row">
                  {lead.label}
                  {lead.member === self && ` (${words.desk.you})`}
                </th>
                <td>{wordsText(here, lead)}</td>
                <td class="acts">
                  <button
                    type="button"
                    class="link"
                    aria-label={fill(said.remove_of, { label: lead.label })}
                    onClick={() => add({ kind: "unlead", member: lead.member })}
                  >
                    {said.remove}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <NewLead here={here} onAdd={add} />
    </div>
  );
}

function NewLead({ here, onAdd }: { here: Here; onAdd: (change: Change) => boolean }): JSX.Element {
  const id = useId();
  const [chosen, choose] = useState<MemberId | "">("");
  const [compared, setCompared] = useState(false);
  const [missing, setMissing] = useState(false);
  const able = here.people.filter((one) => couldLead(here, one));
  const person = able.find((one) => one.member === chosen);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const lead = person === undefined ? null : leadOf(person);
    if (lead === null) return;
    setMissing(!compared);
    if (!compared) {
      document.getElementById("compared")?.focus();
      return;
    }
    if (onAdd({ kind: "lead", lead })) {
      choose("");
      setCompared(false);
    }
  };
  return (
    <form class="section" noValidate onSubmit={submit}>
      <h2 class="heading">{said.add}</h2>
      <p class="quiet">{able.length === 0 ? said.nobody : said.add_hint}</p>
      {able.length > 0 && (
        <Labelled id={`${id}lead`} label={said.choose}>
          {(field) => (
            <select
              {...field}
              class="select"
              value={chosen}
              onChange={(event) => {
                choose(event.currentTarget.value as MemberId | "");
                setCompared(false);
                setMissing(false);
              }}
            >
              <option value="" />
              {able.map((one) => (
                <option key={one.member} value={one.member}>
                  {one.label}
                </option>
              ))}
            </select>
          )}
        </Labelled>
      )}
      {person !== undefined && (
        <>
          <Compare here={here} person={person} compared={compared} onCompared={setCompared} />
          {missing && (
            <Strip kind="trouble" announced>
              {words.lead.compare.both_none}
            </Strip>
          )}
          <button type="submit" class="button">
            {words.lead.place.add}
          </button>
        </>
      )}
    </form>
  );
}

/** Whoever has keys that are known to be theirs, and is neither a lead nor an administrator. */
function couldLead({ draft, session }: Here, person: Person): boolean {
  if (draft === null || person.member === session.vault.member) return false;
  if (draft.picture.leads.some((one) => one.member === person.member)) return false;
  const places = placesOfMember(draft.picture, person.member);
  if (places.some((one) => one.member.roles.includes("administrator"))) return false;
  return ["listed", "waiting", "former"].includes(person.standing) && leadOf(person) !== null;
}

/** A person as a list of leads names them: by the key that is signed for, or that they applied with. */
function leadOf({ member, label, places, application }: Person): Lead | null {
  const keys = places[0]?.member ?? application;
  return keys === null ? null : { member, label, key: keys.key };
}

/** The words of a lead's keys, where both keys are known. */
function wordsText({ people, session }: Here, lead: Lead): JSX.Element {
  const { identity, signer } = session.vault;
  const own = { recipient: identity.recipient, key: signer.key };
  const found = leadWords(people, lead, own);
  return found.length === 0 ? (
    <span class="quiet">{said.words_unknown}</span>
  ) : (
    <WordGrid list={found} label={said.column.words} small />
  );
}
