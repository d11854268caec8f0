import type { JSX } from "preact";
import { check, common, options, questions, report } from "../../text/en.json";
import { pastGoodUntil, routeTeam } from "../protocol/directory";
import type { Directory } from "../protocol/directory";
import { CIRCUMSTANCES } from "../protocol/report";
import { Checkboxes } from "../ui/fields";
import { Heading } from "../ui/heading";
import { today } from "../ui/page";
import { Bullets, Button, P, TextButton, WarningText } from "../ui/parts";
import { dayInWords, entry, fill } from "../ui/text";
import { useAsking, wordsOf } from "./asking";
import {
  allReaders,
  characteristicsOf,
  chosenMode,
  chosenRoute,
  custodianLines,
  hasIndependent,
  readerLines,
  readersLeft,
  recoveryLine,
} from "./draft";
import type { Draft, ReaderLine, TextPath } from "./draft";
import { IndependentProposal, personAnswers, personLine, personName } from "./people";
import { GROUPS, answered, topicTitle } from "./topics";
import type { Topic } from "./topics";

/** All answers with ways to change them, and everybody who will be able to read them. */
export function CheckAnswers(props: {
  readonly directory: Directory;
  readonly onChange: (topic: Topic) => void;
  readonly onSend: () => void;
}): JSX.Element {
  const { draft } = useAsking();
  const { directory, onChange } = props;
  return (
    <>
      <Heading>{check.title}</Heading>
      <P>{check.intro}</P>
      {GROUPS.map(({ title, topics }) => (
        <section key={title}>
          <h2 class="govuk-heading-m">{title}</h2>
          <dl class="govuk-summary-list">
            {topics.flatMap((topic) => {
              const rows =
                answered(draft, topic) || topic === "known" ? rowsOf(draft, topic, directory) : [];
              const shown = rows.length > 0 ? rows : [{ label: topicTitle(topic), value: "" }];
              return shown.map((row, place) => (
                <div class="govuk-summary-list__row" key={`${topic}-${place}`}>
                  <dt class="govuk-summary-list__key">{row.label}</dt>
                  <dd class="govuk-summary-list__value rl-typed">
                    {row.value === "" ? (
                      <span class="rl-quiet">{common.not_answered}</span>
                    ) : (
                      row.value
                    )}
                  </dd>
                  <dd class="govuk-summary-list__actions">
                    {place > 0 ? null : (
                      <TextButton
                        id={`change-${topic}`}
                        onPress={() => onChange(topic)}
                        about={topicTitle(topic)}
                      >
                        {common.change}
                      </TextButton>
                    )}
                  </dd>
                </div>
              ));
            })}
          </dl>
        </section>
      ))}
      <WhoReads {...props} />
    </>
  );
}

function WhoReads(props: {
  readonly directory: Directory;
  readonly onChange: (topic: Topic) => void;
  readonly onSend: () => void;
}): JSX.Element {
  const { draft } = useAsking();
  const { directory } = props;
  const readers = readerLines(directory, chosenRoute(draft), readersLeft(draft, directory));
  const recovery = recoveryLine(directory);
  const lines = [...readers.map(readerWords), ...(recovery === null ? [] : [recovery])];
  return (
    <section>
      <h2 class="govuk-heading-m" id="readers" tabIndex={-1}>
        {check.readers_title}
      </h2>
      {readers.length === 0 ? null : (
        <>
          <P>{check.readers_intro}</P>
          <Bullets lines={lines} id="readers-list" />
          {recovery === null ? null : <P>{check.recovery}</P>}
          <P>{check.later}</P>
        </>
      )}
      {chosenMode(draft) === "confidential" ? (
        <>
          <h3 class="govuk-heading-s">{check.identity_title}</h3>
          <P>{check.identity_intro}</P>
          <Bullets lines={custodianLines(directory).map(readerWords)} id="custodians-list" />
          <P>{check.identity_separate}</P>
        </>
      ) : null}
      <IndependentProposal directory={directory} />
      {pastGoodUntil(directory, today()) ? (
        <div class="govuk-inset-text" id="expired">
          <h3 class="govuk-heading-s">{check.expired_title}</h3>
          <P>{fill(check.expired, { day: dayInWords(directory.root.good_until) })}</P>
        </div>
      ) : null}
      {readers.length < 2 ? <FewReaders {...props} left={readers.length} /> : null}
      {readers.length === 0 ? null : (
        <>
          <h2 class="govuk-heading-m">{check.send_title}</h2>
          <P>{check.send_text}</P>
          <Button id="send" onPress={props.onSend}>
            {check.send_button}
          </Button>
        </>
      )}
    </section>
  );
}

function FewReaders(props: {
  readonly directory: Directory;
  readonly left: number;
  readonly onChange: (topic: Topic) => void;
}): JSX.Element {
  const { draft, errors, change } = useAsking();
  const { directory, left } = props;
  const elsewhere = chosenRoute(draft) === "intake" && hasIndependent(directory);
  const team = routeTeam(directory, "independent")?.name ?? "";
  return (
    <div id="few-readers">
      <WarningText title={check.few_title}>
        <P>{left === 0 ? check.few_none : check.few_one}</P>
        {elsewhere ? <P>{fill(check.few_independent, { team })}</P> : null}
      </WarningText>
      <div class="govuk-button-group">
        {elsewhere ? (
          <Button
            id="few-independent"
            kind="secondary"
            onPress={() => change({ ...draft, route: "independent", few_accepted: false })}
          >
            {check.few_independent_button}
          </Button>
        ) : null}
        <Button id="few-change" kind="secondary" onPress={() => props.onChange("readers")}>
          {check.few_change_button}
        </Button>
      </div>
      {left === 0 ? null : (
        <Checkboxes
          id="few-accepted"
          label={check.few_title}
          quiet
          error={errors.find((one) => one.id === "few-accepted")?.message ?? ""}
          items={[{ value: "yes", label: check.few_accept }]}
          values={draft.few_accepted ? ["yes"] : []}
          onChoose={(chosen) => change({ ...draft, few_accepted: chosen.length > 0 })}
        />
      )}
    </div>
  );
}

/** A reader in words: the label and the team. */
export function readerWords(one: ReaderLine): string {
  return fill(report.readers_of, { label: one.label, team: one.team });
}

interface Row {
  readonly label: string;
  readonly value: string;
}

/** The answers of one topic, in the order of its questions; what was not answered is left out. */
function rowsOf(draft: Draft, topic: Topic, directory: Directory): Row[] {
  const { exclude } = draft;
  const typed = (path: TextPath, value: string): Row => ({ label: wordsOf(path).label, value });
  const coded = (path: TextPath, list: Readonly<Record<string, string>>, code: string): Row =>
    typed(path, code === "" ? "" : entry(list, code));
  const person = (people: "subjects" | "others", place: number): Row => ({
    label: fill(report.subject_number, { count: place + 1 }),
    value: [
      personName(draft, people, place),
      personLine(draft, people, place),
      ...personAnswers(draft, people, place),
    ]
      .filter((line) => line !== "")
      .join("\n"),
  });
  const { evidence, told, danger, reporter, support, identity } = draft;
  const rows = ((): Row[] => {
    switch (topic) {
      case "known": {
        const mode = chosenMode(draft);
        const asked = coded("mode", options.mode, mode);
        if (mode === "anonymous") return [asked];
        if (mode === "named") {
          return [asked, typed("name", draft.name), typed("contact", draft.contact)];
        }
        return [
          asked,
          typed("identity.name", identity.name),
          typed("identity.contact", identity.contact),
          typed("identity.unit", identity.unit),
        ];
      }
      case "what":
        return [typed("what_happened", draft.what_happened)];
      case "kind": {
        const listed = (list: Readonly<Record<string, string>>, codes: readonly string[]): string =>
          codes.map((code) => entry(list, code)).join("\n");
        const { concerns, characteristics } = questions;
        return [
          { label: concerns.label, value: listed(options.concern, draft.concerns) },
          {
            label: characteristics.label,
            value: listed(options.characteristic, characteristicsOf(draft)),
          },
        ];
      }
      case "when":
        return [
          typed("when", draft.when),
          typed("where", draft.where),
          coded("pattern", options.pattern, draft.pattern),
          ...CIRCUMSTANCES.map((name) =>
            coded(`circumstances.${name}`, options.answer, draft.circumstances[name]),
          ),
        ];
      case "subjects":
      case "others":
        return draft[topic].map((_, place) => ({
          ...person(topic, place),
          label: `${topicTitle(topic)}: ${person(topic, place).label}`,
        }));
      case "basis":
        return [
          coded("basis", options.basis, draft.basis),
          typed("basis_detail", draft.basis_detail),
        ];
      case "evidence":
        return [
          typed("evidence.what", evidence.what),
          coded("evidence.at_risk", options.answer, evidence.at_risk),
          typed("evidence.how", evidence.how),
        ];
      case "told":
        return [typed("told.whom", told.whom), typed("told.outcome", told.outcome)];
      case "danger":
        return [
          coded("danger.now", options.answer, danger.now),
          typed("danger.detail", danger.detail),
        ];
      case "about_you":
        return [
          coded("reporter.kind", options.kind, reporter.kind),
          coded("reporter.rank", options.rank, reporter.rank),
          typed("reporter.unit", reporter.unit),
          coded("reporter.probationer", options.answer, reporter.probationer),
          coded("reporter.role", options.involvement, reporter.role),
        ];
      case "support":
        return [
          coded("support.wanted", options.answer, support.wanted),
          typed("support.detail", support.detail),
          coded("informed", options.answer, draft.informed),
          typed("language", draft.language),
          typed("access_needs", draft.access_needs),
        ];
      case "readers": {
        const out = allReaders(directory).filter((one) => exclude.members.includes(one.member));
        const route = chosenRoute(draft);
        const team = routeTeam(directory, route)?.name ?? "";
        return [
          {
            label: questions.route.label,
            value: fill(questions.route[route], { team }),
          },
          { label: questions.exclude.members.label, value: out.map(readerWords).join("\n") },
          { label: questions.exclude.units.label, value: exclude.units.join("\n") },
          { label: questions.force_units.label, value: draft.force_units.join("\n") },
          typed("other_units", draft.other_units),
          typed("exclude.other", exclude.other),
        ];
      }
    }
  })();
  return rows.filter((row) => row.value.trim() !== "");
}
