import type { JSX } from "preact";
import { readForm } from "../../protocol/bodies";
import type { FormKind } from "../../protocol/bodies";
import { fullDay } from "../days";
import { whyNot } from "../work/procedure";
import { noReprisalText } from "../work/check-ins";
import { coded, fill, words } from "../words";
import { useDesk } from "./context";
import { Shown } from "./Shown";

const texts = words.forms;

/** What the reporter sent with a form, readably, and what it asks of the readers (M10). */
export function FormShown({
  kind,
  body,
  day,
}: {
  kind: FormKind;
  body: string;
  day: string | null;
}): JSX.Element {
  switch (kind) {
    case "check_in_answer": {
      const said = readForm(kind, body);
      if (said === null) break;
      const what = said.what.map((one) => coded(texts.detriment, one)).join(", ");
      const summary = [
        fill(texts.reprisal, { day: day === null ? "-" : fullDay(day) }),
        what === "" ? "" : `${what}.`,
        said.detail,
      ];
      return (
        <>
          <Rows
            rows={[
              [texts.treated, texts.answer[said.answer]],
              [texts.what, what],
              [texts.detail, said.detail],
            ]}
          />
          {said.answer === "worse" && (
            <Worse
              summary={summary.filter(Boolean).join(" ")}
              none={day === null ? null : noReprisalText(day)}
            />
          )}
        </>
      );
    }
    case "survey": {
      const said = readForm(kind, body);
      if (said === null) break;
      return (
        <Rows
          rows={[
            [texts.listened, texts.scale[said.listened]],
            [texts.informed, texts.scale[said.informed]],
            [texts.safe, texts.scale[said.safe]],
            [texts.again, coded(words.codes.answer, said.again)],
            [texts.detail, said.detail],
          ]}
        />
      );
    }
    case "reveal": {
      const said = readForm(kind, body);
      if (said === null) break;
      return (
        <>
          <Rows
            rows={[
              [texts.name, said.name],
              [texts.contact, said.contact],
            ]}
          />
          <p class="form-todo">
            <strong>{texts.revealed}</strong>
          </p>
        </>
      );
    }
    case "exclude": {
      const said = readForm(kind, body);
      if (said === null) break;
      return (
        <>
          <Rows
            rows={[
              [texts.people, said.people],
              [texts.units, said.units.join(", ")],
              [texts.detail, said.detail],
            ]}
          />
          <Todo text={texts.excluded} />
        </>
      );
    }
  }
  return <Shown text={body} long />;
}

function Rows({ rows }: { rows: readonly (readonly [string, string])[] }): JSX.Element {
  return (
    <dl class="form-rows">
      {rows
        .filter(([, text]) => text.trim() !== "")
        .map(([label, text]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <Shown text={text} long />
            </dd>
          </div>
        ))}
    </dl>
  );
}

/** Proposes an allegation of reprisal: it is drafted in the triage record, for a member to read and save. Why there is
 * to be none is noted. */
function Worse({ summary, none }: { summary: string; none: string | null }): JSX.Element {
  const desk = useDesk();
  const procedure = desk.state.open?.work.opened?.procedure;
  const why = procedure === undefined ? null : whyNot(procedure, "write:triage");
  return (
    <p class="form-todo">
      <strong>{texts.worse}</strong>{" "}
      {why === null ? (
        <button type="button" class="link" onClick={() => desk.work.draftReprisal(summary)}>
          {texts.to_reprisal}
        </button>
      ) : (
        <>
          {fill(texts.reopen, { why })}{" "}
          <button type="button" class="link" onClick={() => desk.work.showRecord("triage")}>
            {texts.to_allegations}
          </button>
        </>
      )}
      {none !== null && (
        <>
          {" · "}
          <button type="button" class="link" onClick={() => desk.work.draftNote(none)}>
            {texts.to_no_reprisal}
          </button>
        </>
      )}
    </p>
  );
}

function Todo({ text }: { text: string }): JSX.Element {
  const desk = useDesk();
  return (
    <p class="form-todo">
      <strong>{text}</strong>{" "}
      <button type="button" class="link" onClick={() => desk.showTab("triage")}>
        {texts.to_triage}
      </button>
    </p>
  );
}
