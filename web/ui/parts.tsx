import { Component } from "preact";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { common, failure } from "../../text/en.json";
import { Heading } from "./heading";

/** What is wrong with one field, in words. `id` is the field's. */
export interface FieldError {
  readonly id: string;
  readonly message: string;
}

/** The list of what is wrong, linked to the fields. It takes the focus when it appears. */
export function ErrorSummary(props: {
  readonly errors: readonly FieldError[];
}): JSX.Element | null {
  const box = useRef<HTMLDivElement>(null);
  const { errors } = props;
  useEffect(() => {
    if (errors.length > 0) box.current?.focus();
  }, [errors]);
  if (errors.length === 0) return null;
  return (
    <div class="govuk-error-summary" id="error-summary" tabIndex={-1} ref={box}>
      <div role="alert">
        <h2 class="govuk-error-summary__title">{common.there_is_a_problem}</h2>
        <div class="govuk-error-summary__body">
          <ul class="govuk-list govuk-error-summary__list">
            {errors.map(({ id, message }) => (
              <li key={id}>
                <a
                  href={`#${id}`}
                  onClick={(event) => {
                    // The address stays as it is: it says nothing about what was typed.
                    event.preventDefault();
                    focusField(id);
                  }}
                >
                  {message}
                </a>
              </li>
            ))}
          </ul>
        </div>
      </div>
    </div>
  );
}

/** Moves to a field and shows its label. */
export function focusField(id: string): void {
  const field = document.getElementById(id);
  if (field === null) return;
  (field.closest("fieldset") ?? field.closest(".govuk-form-group") ?? field).scrollIntoView();
  field.focus({ preventScroll: true });
}

type Press = () => void;

/** A button that does something on this page. It belongs to no form, so it can post nothing. */
export function Button(props: {
  readonly id?: string;
  readonly kind?: "secondary" | "warning";
  readonly disabled?: boolean;
  readonly onPress: Press;
  readonly children: ComponentChildren;
}): JSX.Element {
  const { kind } = props;
  return (
    <button
      type="button"
      {...(props.id === undefined ? {} : { id: props.id })}
      class={`govuk-button${kind === undefined ? "" : ` govuk-button--${kind}`}`}
      aria-disabled={props.disabled === true}
      onClick={() => {
        if (props.disabled !== true) props.onPress();
      }}
    >
      {props.children}
    </button>
  );
}

/** A button that looks like a link, for small steps within the page. */
export function TextButton(props: {
  readonly id?: string;
  readonly onPress: Press;
  readonly children: ComponentChildren;
  /** What it is about, for those who hear it out of its place. */
  readonly about?: string;
}): JSX.Element {
  return (
    <button
      type="button"
      class="rl-text-button"
      {...(props.id === undefined ? {} : { id: props.id })}
      onClick={props.onPress}
    >
      {props.children}
      {props.about === undefined ? null : <span class="govuk-visually-hidden"> {props.about}</span>}
    </button>
  );
}

/** The way back to the step before. */
export function Back(props: {
  readonly onPress: Press;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <button type="button" class="govuk-back-link rl-back" id="back" onClick={props.onPress}>
      {props.children ?? common.back}
    </button>
  );
}

/** A warning with its exclamation mark. */
export function WarningText(props: {
  readonly title: string;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="govuk-warning-text">
      <span class="govuk-warning-text__icon" aria-hidden="true">
        !
      </span>
      <strong class="govuk-warning-text__text">
        <span class="govuk-visually-hidden">{common.warning}</span> {props.title}
      </strong>
      {props.children === undefined ? null : <div class="rl-warning-more">{props.children}</div>}
    </div>
  );
}

/** Something that has just happened, at the top of the page. It takes the focus when it appears. */
export function Notice(props: { readonly text: string; readonly good?: boolean }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    window.scrollTo(0, 0);
    box.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div
      tabIndex={-1}
      ref={box}
      class={`govuk-notification-banner${props.good === true ? " govuk-notification-banner--success" : ""}`}
      role="alert"
      aria-labelledby="notice-title"
    >
      <div class="govuk-notification-banner__header">
        <h2 class="govuk-notification-banner__title" id="notice-title">
          {common.important}
        </h2>
      </div>
      <div class="govuk-notification-banner__content">
        <p class="govuk-notification-banner__heading" id="notice">
          {props.text}
        </p>
      </div>
    </div>
  );
}

/** A paragraph; line breaks in what people wrote are kept. */
export function P(props: {
  readonly children: ComponentChildren;
  readonly id?: string;
}): JSX.Element {
  return (
    <p class="govuk-body" {...(props.id === undefined ? {} : { id: props.id })}>
      {props.children}
    </p>
  );
}

/** A bulleted list of sentences. */
export function Bullets(props: {
  readonly lines: readonly string[];
  readonly id?: string;
}): JSX.Element {
  return (
    <ul
      class="govuk-list govuk-list--bullet govuk-list--spaced"
      {...(props.id === undefined ? {} : { id: props.id })}
    >
      {props.lines.map((line, place) => (
        <li key={place}>{line}</li>
      ))}
    </ul>
  );
}

/** Catches what should not happen, and says so in place of a dead page. */
export class Whole extends Component<
  { readonly children: ComponentChildren },
  { broken: boolean }
> {
  override state = { broken: false };

  static override getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ComponentChildren {
    if (!this.state.broken) return this.props.children;
    return (
      <div>
        <Heading>{failure.broken_title}</Heading>
        <P>{failure.broken}</P>
        <P>
          <a class="govuk-link" href="/#other-ways">
            {failure.ways_link}
          </a>
        </P>
      </div>
    );
  }
}
