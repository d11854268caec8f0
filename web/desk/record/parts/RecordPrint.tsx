import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { date, fullDay } from "../../days";
import { Shown } from "../../parts/Shown";
import { fill } from "../../words";
import { RECORDS } from "../content";
import type { RecordName, Revision } from "../content";
import { entriesAt } from "../draft";
import { schema } from "../schema";
import type { EntriesField, Section } from "../schema";
import type { Loose } from "../shape";
import { entryNumber, entryTitle, isShown, lookupOf, memberText } from "../shown";
import type { Lookup } from "../shown";
import { withheld } from "../withheld";
import { recordWords, sectionName } from "../words";
import { inOrder } from "./looks";
import type { RecordPrintProps } from "./props";
import { signedText } from "./Revisions";
import { BriefTable, Unknown, leavesOf, membersOf, rowsOf } from "./Values";

const { print: said, records, view } = recordWords;

/** The whole record as it is printed: every section in its order, nothing folded. */
export function RecordPrint(props: RecordPrintProps): JSX.Element {
  const { around, revisions, standing, marking, original, notes } = props;
  const printed = RECORDS.filter((record) => notes || record !== "notes");
  const { force, reference, today } = around;
  const triage = revisions.triage?.content ?? around.contents.triage;
  const named = original ? triage : withheld("triage", triage);
  const lookup = lookupOf(around, named);
  const title = fill(said.title, { reference });
  useEffect(() => onEveryPage(reference, marking), [reference, marking]);
  useEffect(() => titled(title), [title]);
  return (
    // It is long, has no field, and is to be scrolled by keyboard too.
    <article class="rec-print" lang="en" aria-labelledby="rec-print-title" tabIndex={0}>
      <header>
        <p class="rec-print-marking">{marking}</p>
        <h1 id="rec-print-title">{title}</h1>
        <p>
          {fill(said.force, { force })} · {fill(said.printed, { day: fullDay(today) })}
        </p>
        {!original && (
          <>
            <p>
              <strong>{said.withheld_text}</strong>
            </p>
            <p>{said.stands_text}</p>
          </>
        )}
        <p>{notes ? <strong>{said.with_notes}</strong> : said.without_notes}</p>
      </header>
      <table class="rec-print-table">
        <caption>{said.revisions}</caption>
        <thead>
          <tr>
            <th scope="col">{said.column_record}</th>
            <th scope="col">{said.column_revision}</th>
            <th scope="col">{said.column_by}</th>
            <th scope="col">{said.column_signed}</th>
          </tr>
        </thead>
        <tbody>
          {printed.map((record) => {
            const one = revisions[record];
            return (
              <tr key={record}>
                <th scope="row">{records[record].name}</th>
                <td>{one === undefined ? "–" : revisionText(one)}</td>
                <td>{one === undefined ? "–" : memberText(one.author, around)}</td>
                <td>
                  {one === undefined || record === "notes"
                    ? "–"
                    : signedText(
                        one.revision,
                        standing[record] ?? null,
                        around,
                        record === "failing",
                      )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {printed.map((record) => (
        <RecordPart key={record} record={record} lookup={lookup} {...props} />
      ))}
      <p class="rec-print-end">{said.complete}</p>
    </article>
  );
}

/** Which revision is printed: where it does not open, which one stands in its place. */
function revisionText({ revision, day, shows }: Revision): string {
  const number = `${revision}, ${date(day)}`;
  if (shows === undefined) return number;
  return shows === 0
    ? fill(said.shut, { number })
    : fill(said.shut_shown, { number, shown: shows });
}

function RecordPart({
  record,
  revisions,
  lookup,
  original,
  besides,
}: RecordPrintProps & { record: RecordName; lookup: Lookup }): JSX.Element {
  const one = revisions[record];
  const id = `rec-print-${record}`;
  const content: Loose =
    one === undefined || original ? (one?.content ?? {}) : withheld(record, one.content);
  return (
    <section class="rec-print-record" aria-labelledby={id}>
      <h2 id={id}>{records[record].name}</h2>
      {one === undefined ? (
        <p class="quiet">{said.not_written}</p>
      ) : (
        <>
          {one.warnings.map((text) => (
            <p key={text} class="rec-print-warning">
              <strong>{text}</strong>
            </p>
          ))}
          {one.shows !== 0 &&
            schema[record].map((section) => (
              <SectionPrint
                key={section.name}
                record={record}
                section={section}
                content={content}
                lookup={lookup}
                alone={schema[record].length === 1}
              />
            ))}
          <Unknown members={membersOf(record, "")} owner={content} />
        </>
      )}
      {besides?.[record]}
    </section>
  );
}

function SectionPrint({
  record,
  section,
  content,
  lookup,
  alone,
}: {
  record: RecordName;
  section: Section;
  content: Loose;
  lookup: Lookup;
  alone: boolean;
}): JSX.Element {
  const shown = leavesOf(section.fields).filter((one) => isShown(one, content, new Set()));
  return (
    <div>
      {!alone && <h3>{sectionName(record, section.name)}</h3>}
      {inOrder(section, shown).map((part) => {
        if ("kind" in part)
          return <List key={part.name} {...{ record, field: part, content, lookup, alone }} />;
        return (
          <Rows
            key={part[0]?.name}
            caption={sectionName(record, section.name)}
            rows={rowsOf(record, part, content, "", lookup)}
          />
        );
      })}
    </div>
  );
}

function List({
  record,
  field,
  content,
  lookup,
  alone,
}: {
  record: RecordName;
  field: EntriesField;
  content: Loose;
  lookup: Lookup;
  /** No heading of a section stands above. */
  alone: boolean;
}): JSX.Element {
  const Heading = alone ? "h3" : "h4";
  const entries = entriesAt(content, [field.name]);
  if (field.brief === true || entries.length === 0) {
    return <BriefTable {...{ record, field, entries, lookup }} />;
  }
  return (
    <>
      {entries.map((entry, place) => {
        const name = `${entryNumber(record, field.name, place)}: ${entryTitle(record, field.name, entry, lookup)}`;
        return (
          <div key={entry.id} class="rec-print-entry">
            <Heading>
              <Shown text={name} />
            </Heading>
            <Rows caption={name} rows={rowsOf(record, field.fields, entry, field.name, lookup)} />
            <Unknown members={membersOf(record, field.name)} owner={entry} />
          </div>
        );
      })}
    </>
  );
}

/** Labels and values as a table with row headings: what was not answered says so. */
function Rows({
  caption,
  rows,
}: {
  caption: string;
  rows: readonly { label: string; text: string }[];
}): JSX.Element {
  return (
    <table class="rec-print-rows">
      <caption class="hidden">{caption}</caption>
      <tbody>
        {rows.map(({ label, text }) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td>
              {text === "" ? <span class="quiet">{view.none}</span> : <Shown text={text} long />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What is printed is called by its reference, as long as it is being printed: a browser keeps the titles of pages. */
function titled(title: string): () => void {
  let before: string | null = null;
  const begin = (): void => {
    before ??= document.title;
    document.title = title;
  };
  const end = (): void => {
    if (before !== null) document.title = before;
    before = null;
  };
  addEventListener("beforeprint", begin);
  addEventListener("afterprint", end);
  return () => {
    end();
    removeEventListener("beforeprint", begin);
    removeEventListener("afterprint", end);
  };
}

/** Puts the reference and the marking where the style sheet's page margins find them. */
function onEveryPage(reference: string, marking: string): () => void {
  const { style } = document.documentElement;
  const quoted = (text: string): string => `"${text.replace(/[^\p{L}\p{N} .,:;()&/–-]/gu, "")}"`;
  style.setProperty("--print-reference", quoted(reference));
  style.setProperty("--print-marking", quoted(marking));
  style.setProperty("--print-page", quoted(said.page));
  style.setProperty("--print-of", quoted(said.of));
  return () => {
    for (const name of ["reference", "marking", "page", "of"]) {
      style.removeProperty(`--print-${name}`);
    }
  };
}
