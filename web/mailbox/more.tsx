import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { common, mailbox } from "../../text/en.json";
import { base64 } from "../protocol/bytes";
import { readChallenge, signAttestation } from "../protocol/receipt";
import { Line } from "../ui/fields";
import { today } from "../ui/page";
import { Button, P } from "../ui/parts";
import { dayInWords, fill } from "../ui/text";
import { deleteSent } from "./box";
import type { Box } from "./box";

/** Deletes what was sent to the reporter, after one question. */
export function DeleteSent(props: {
  readonly box: Box;
  readonly onDeleted: () => Promise<void>;
}): JSX.Element {
  const [asking, ask] = useState(false);
  const [failed, fail] = useState(false);
  const remove = async (): Promise<void> => {
    try {
      await deleteSent(props.box);
      ask(false);
      fail(false);
      await props.onDeleted();
    } catch {
      fail(true);
    }
  };
  return (
    <section>
      <h2 class="govuk-heading-m">{mailbox.delete_title}</h2>
      <P>{mailbox.delete_text}</P>
      {failed ? (
        <p class="govuk-error-message" role="alert">
          {mailbox.delete_failed}
        </p>
      ) : null}
      {asking ? (
        <div role="group" aria-labelledby="delete-question">
          <p class="govuk-body" id="delete-question">
            <strong>{mailbox.delete_confirm}</strong>
          </p>
          <div class="govuk-button-group">
            <Button id="delete-confirmed" kind="warning" onPress={() => void remove()}>
              {mailbox.delete_yes}
            </Button>
            <Button id="delete-cancelled" kind="secondary" onPress={() => ask(false)}>
              {common.cancel}
            </Button>
          </div>
        </div>
      ) : (
        <Button
          id="delete"
          kind="secondary"
          disabled={props.box.deletable === 0}
          onPress={() => ask(true)}
        >
          {mailbox.delete_button}
        </Button>
      )}
    </section>
  );
}

/** The service's signed receipt (V1). */
export function ReceiptPart(props: { readonly box: Box }): JSX.Element {
  const { receipt, record } = props.box;
  const save = (): void => {
    if (receipt === null) return;
    const content = {
      service: record.service,
      case: record.case,
      day: receipt.day,
      receipt: base64(receipt.bytes),
      statement: base64(record.statement.bytes),
    };
    const file = new Blob([`${JSON.stringify(content, null, 2)}\n`], { type: "application/json" });
    const address = URL.createObjectURL(file);
    const link = document.createElement("a");
    link.href = address;
    link.download = mailbox.receipt_file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  };
  return (
    <section id="receipt">
      <h2 class="govuk-heading-m">{mailbox.receipt_title}</h2>
      {receipt === null ? (
        <P>{mailbox.receipt_bad}</P>
      ) : (
        <>
          <P id="receipt-day">{fill(mailbox.receipt_text, { day: dayInWords(receipt.day) })}</P>
          <P>{mailbox.receipt_warning}</P>
          <Button id="save-receipt" kind="secondary" onPress={save}>
            {mailbox.receipt_button}
          </Button>
        </>
      )}
    </section>
  );
}

/** Proves to somebody who asks that this report is one's own (V2). */
export function Prove(props: { readonly box: Box }): JSX.Element {
  const { record, keys } = props.box;
  const [typed, type] = useState("");
  const [error, fail] = useState("");
  const [proof, setProof] = useState("");
  const prove = (): void => {
    try {
      const asked = readChallenge(typed);
      setProof(base64(signAttestation(keys, record.service, record.case, asked, today())));
      fail("");
    } catch {
      setProof("");
      fail(mailbox.attest_error);
    }
  };
  return (
    <details class="govuk-details" id="prove">
      <summary class="govuk-details__summary">
        <span class="govuk-details__summary-text">{mailbox.attest_title}</span>
      </summary>
      <div class="govuk-details__text">
        <P>{mailbox.attest_text}</P>
        <Line
          id="challenge"
          label={mailbox.attest_label}
          hint={mailbox.attest_hint}
          error={error}
          value={typed}
          onType={type}
        />
        <Button id="attest" kind="secondary" onPress={prove}>
          {mailbox.attest_button}
        </Button>
        <div role="status">
          {proof === "" ? null : (
            <>
              <P>{mailbox.attest_result}</P>
              <code class="rl-code" id="proof">
                {proof}
              </code>
            </>
          )}
        </div>
      </div>
    </details>
  );
}
