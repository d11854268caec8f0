import type { JSX } from "preact";
import { readForm } from "../../protocol/bodies";
import type { FormKind } from "../../protocol/bodies";
import { coded, words } from "../words";
import { useDesk } from "./context";
import { Shown } from "./Shown";

const texts = words.forms;

/** What the reporter sent with a form, readably, and what it asks of the readers (M10). */
export function FormShown({ kind, body }: { kind: FormKind; body: string }): JSX.Element {
  switch (kind) {
    case "check_in_answer": {
      const said = readForm(kind, body);
      if (said === null) break;
      const what = said.what.map((one) => coded(texts.detriment, one)).join(", ");
      return (
        <>
          <Rows
            rows={[
              [texts.treated, texts.answer[said.answer]],
              [texts.what, what],
              [texts.detail, said.detail],
            ]}
          />
          {said.answer === "worse" && <Todo text={texts.worse} action="record" />}
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
          <Todo text={texts.revealed} action={null} />
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
          <Todo text={texts.excluded} action="triage" />
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

function Todo({ text, action }: { text: string; action: "record" | "triage" | null }): JSX.Element {
  const desk = useDesk();
  return (
    <p class="form-todo">
      <strong>{text}</strong>{" "}
      {action === "record" && (
        <button type="button" class="link" onClick={() => desk.work.showRecord("triage")}>
          {texts.to_allegations}
        </button>
      )}
      {action === "triage" && (
        <button type="button" class="link" onClick={() => desk.showTab("triage")}>
          {texts.to_triage}
        </button>
      )}
    </p>
  );
}
