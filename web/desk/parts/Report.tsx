import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { CIRCUMSTANCES } from "../../protocol";
import type { Body, Other, Part, Parties, Subject } from "../../protocol";
import type { OpenedCase } from "../opening";
import { nameOf } from "../people";
import { warningText } from "../warnings";
import { coded, fill, words } from "../words";
import { useDesk } from "./context";
import { Shown } from "./Shown";
import { Strip } from "./Strip";

const { codes } = words;
const { fields, sections } = words.report;

/** A label and what was answered; "" stands for no answer. */
type Answered = { label: string; text: string };

/** The report, laid out as a document: labels left, answers right. */
export function ReportTab({ opened }: { opened: OpenedCase }): JSX.Element {
  const { parties, body, identity } = opened;
  const content = body.content;
  return (
    <div class="document">
      {content?.danger.now === "yes" && <p class="alarm">{words.report.danger_now}</p>}
      {content?.evidence.at_risk === "yes" && <p class="alarm">{words.report.at_risk}</p>}
      <Troubles part={body} />
      {content !== null && <What body={content} />}
      <Section heading={sections.subjects}>
        <Troubles part={parties} />
        {parties.content?.subjects.map((one, place) => (
          <Person key={place} number={place + 1} rows={subjectRows(one)} />
        ))}
        {parties.content?.subjects.length === 0 && <Nothing />}
      </Section>
      {parties.content !== null && parties.content.others.length > 0 && (
        <Section heading={sections.others}>
          {parties.content.others.map((one, place) => (
            <Person key={place} number={place + 1} rows={otherRows(one)} />
          ))}
        </Section>
      )}
      {content !== null && <Rest body={content} />}
      {parties.content !== null && <Exclude parties={parties.content} />}
      {identity !== null && (
        <Section heading={sections.identity}>
          <Troubles part={identity} />
          {identity.content === null && identity.text === null ? (
            <p class="quiet">{words.report.identity_none}</p>
          ) : (
            <>
              <p class="quiet">{words.report.identity_label}</p>
              {identity.content !== null && (
                <Answers
                  rows={[
                    { label: fields.name, text: identity.content.name },
                    { label: fields.contact, text: identity.content.contact },
                    { label: fields.unit, text: identity.content.unit },
                  ]}
                />
              )}
            </>
          )}
        </Section>
      )}
    </div>
  );
}

function What({ body }: { body: Body }): JSX.Element {
  return (
    <Section heading={sections.what}>
      <div class="account">
        <Shown text={body.what_happened} long />
      </div>
      <Answers
        more
        rows={[
          {
            label: fields.concerns,
            text: body.concerns.map((one) => coded(codes.concern, one)).join(", "),
          },
          ...characteristicRows(body),
          { label: fields.when, text: body.when },
          { label: fields.where, text: body.where },
          { label: fields.pattern, text: coded(codes.pattern, body.pattern) },
          ...CIRCUMSTANCES.map((one) => ({
            label: fields[one],
            text: coded(codes.answer, body.circumstances[one]),
          })),
        ]}
      />
    </Section>
  );
}

/** What discrimination is about, which is asked only where it is among the concerns. */
function characteristicRows({ concerns, characteristics }: Body): Answered[] {
  if (!concerns.includes("discrimination") && characteristics.length === 0) return [];
  const text = characteristics.map((one) => coded(codes.characteristic, one)).join(", ");
  return [{ label: fields.characteristics, text }];
}

function Rest({ body }: { body: Body }): JSX.Element {
  const { evidence, told, danger, support, reporter } = body;
  return (
    <>
      <Section heading={sections.basis}>
        <Answers
          rows={[
            { label: fields.basis, text: coded(codes.basis, body.basis) },
            { label: fields.basis_detail, text: body.basis_detail },
            { label: fields.evidence_what, text: evidence.what },
            { label: fields.evidence_at_risk, text: coded(codes.answer, evidence.at_risk) },
            { label: fields.evidence_how, text: evidence.how },
            { label: fields.told_whom, text: told.whom },
            { label: fields.told_outcome, text: told.outcome },
          ]}
        />
      </Section>
      <Section heading={sections.danger}>
        <Answers
          rows={[
            { label: fields.danger_now, text: coded(codes.answer, danger.now) },
            { label: fields.danger_detail, text: danger.detail },
            { label: fields.support_wanted, text: coded(codes.answer, support.wanted) },
            { label: fields.support_detail, text: support.detail },
            { label: fields.informed, text: coded(codes.answer, body.informed) },
          ]}
        />
      </Section>
      <Section heading={sections.reporter}>
        <Answers
          rows={[
            { label: fields.mode, text: coded(codes.mode, body.mode) },
            { label: fields.name, text: body.name },
            { label: fields.contact, text: body.contact },
            { label: fields.kind, text: coded(codes.kind, reporter.kind) },
            { label: fields.rank, text: coded(codes.rank, reporter.rank) },
            { label: fields.unit, text: reporter.unit },
            { label: fields.probationer, text: coded(codes.answer, reporter.probationer) },
            { label: fields.role, text: coded(codes.involvement, reporter.role) },
            { label: fields.access_needs, text: body.access_needs },
            { label: fields.channel, text: coded(codes.channel, body.channel) },
            { label: fields.language, text: coded(codes.language, body.language) },
          ]}
        />
      </Section>
    </>
  );
}

function Exclude({ parties }: { parties: Parties }): JSX.Element {
  const history = useDesk().session?.roots.history;
  const { units, members, other } = parties.exclude;
  const labels = history === undefined ? [] : members.map((one) => nameOf(history, one));
  return (
    <Section heading={sections.exclude}>
      <Answers
        rows={[
          { label: fields.units, text: units.join("\n") },
          { label: fields.members, text: labels.join("\n") },
          { label: fields.other, text: other },
        ]}
      />
    </Section>
  );
}

function Section({
  heading,
  children,
}: {
  heading: string;
  children: ComponentChildren;
}): JSX.Element {
  const id = useId();
  return (
    <section class="section" aria-labelledby={id}>
      <h2 class="heading" id={id}>
        {heading}
      </h2>
      {children}
    </section>
  );
}

function Person({ number, rows }: { number: number; rows: readonly Answered[] }): JSX.Element {
  return (
    <div class="person">
      <h3 class="heading-small">{fill(words.report.person, { number })}</h3>
      <Answers rows={rows} />
    </div>
  );
}

/** What was answered; what was not is one line at the end. */
function Answers({
  rows,
  more = false,
}: {
  rows: readonly Answered[];
  /** Something stands above that was answered. */
  more?: boolean;
}): JSX.Element {
  const answered = rows.filter((row) => row.text.trim() !== "");
  const rest = rows.filter((row) => row.text.trim() === "").map((row) => row.label.toLowerCase());
  if (answered.length === 0 && !more) return <Nothing />;
  return (
    <>
      {answered.length > 0 && (
        <dl class="answers">
          {answered.map(({ label, text }) => (
            <div key={label} class="answer">
              <dt>{label}</dt>
              <dd>
                <Shown text={text} long />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {rest.length > 0 && (
        <p class="quiet unanswered">{fill(words.report.unanswered, { fields: rest.join(", ") })}</p>
      )}
    </>
  );
}

function Nothing(): JSX.Element {
  return <p class="quiet">{words.report.nothing}</p>;
}

/** Warnings of a part, and what opened without being of its format, as it stands (R9). */
function Troubles({ part }: { part: Part<unknown> }): JSX.Element {
  return (
    <>
      {part.warnings.map((one, place) => (
        <Strip key={place} kind={one.kind === "not-sealed-to-you" ? "calm" : "warning"}>
          {warningText("part", one)}
        </Strip>
      ))}
      {part.text !== null && (
        <div class="as-it-stands">
          <Shown text={part.text} long />
        </div>
      )}
    </>
  );
}

function subjectRows(one: Subject): Answered[] {
  return [
    { label: fields.name, text: one.name },
    { label: fields.description, text: one.description },
    { label: fields.kind, text: coded(codes.kind, one.kind) },
    { label: fields.rank, text: coded(codes.rank, one.rank) },
    { label: fields.acting, text: one.acting ? words.report.yes : "" },
    { label: fields.unit, text: one.unit },
    { label: fields.relation, text: coded(codes.relation, one.relation) },
    { label: fields.senior, text: coded(codes.answer, one.senior) },
    { label: fields.reads_reports, text: coded(codes.answer, one.reads_reports) },
    { label: fields.probationer, text: coded(codes.answer, one.probationer) },
  ];
}

function otherRows(one: Other): Answered[] {
  return [
    { label: fields.who, text: one.who },
    { label: fields.rank, text: coded(codes.rank, one.rank) },
    { label: fields.unit, text: one.unit },
    { label: fields.why, text: one.why },
    { label: fields.reason, text: one.reason },
  ];
}
