import type { JSX } from "preact";
import { fill, words } from "../../desk/words";
import { WordGrid } from "../../member/WordGrid";
import { Heading, StepPage } from "./App";
import { useEnrolment } from "./context";

/** The words to compare before anything is signed. */
export function Words(): JSX.Element {
  const enrolment = useEnrolment();
  const { offered, serviceWords, work } = enrolment.state;
  const texts = words.enrol.words;
  const founding = offered?.founding === true;
  return (
    <StepPage step="words" heading={founding ? texts.heading_new : texts.heading}>
      <h2 class="heading">{texts.service}</h2>
      <p>{founding ? texts.service_new : texts.service_compare}</p>
      <WordGrid list={serviceWords} label={texts.service} />
      <KeyWords />
      <div class="buttons">
        <button
          type="button"
          class="button"
          aria-disabled={work !== null}
          onClick={() => void enrolment.finish()}
        >
          {founding ? texts.found : texts.finish}
        </button>
      </div>
      {!founding && <p class="hint">{texts.differ}</p>}
    </StepPage>
  );
}

/** Enrolled: what happens next. */
export function Done(): JSX.Element {
  const { offered, label, serviceWords } = useEnrolment().state;
  const texts = words.enrol.done;
  const founding = offered?.founding === true;
  const next = founding ? texts.founded : texts.next[offered?.purpose ?? "member"];
  return (
    <>
      <Heading text={fill(texts.heading, { label })} />
      <ol class="enrol-next">
        {next.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ol>
      {founding && (
        <>
          <h2 class="heading">{words.enrol.words.service}</h2>
          <WordGrid list={serviceWords} label={words.enrol.words.service} />
        </>
      )}
      <KeyWords />
      <p class="buttons">
        <a class="button" href="/desk">
          {texts.desk}
        </a>
      </p>
    </>
  );
}

function KeyWords(): JSX.Element {
  const { keyWords, offered } = useEnrolment().state;
  const texts = words.enrol.words;
  return (
    <>
      <h2 class="heading">{texts.keys}</h2>
      <p>{offered?.founding === true ? texts.keys_first : texts.keys_what}</p>
      <WordGrid list={keyWords} label={texts.keys} />
    </>
  );
}
