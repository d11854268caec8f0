import type { ComponentChildren, JSX } from "preact";
import { useMemo } from "preact/hooks";
import { common } from "../../text/en.json";
import { hex } from "../protocol/bytes";
import { characters } from "../protocol/json";
import { randomBytes } from "../protocol/random";
import { Heading } from "./heading";
import { counted } from "./text";

interface Asked {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  /** What is wrong with the answer, in words; empty for nothing. */
  readonly error?: string;
}

interface Typed extends Asked {
  readonly value: string;
  readonly onType: (value: string) => void;
  /** The label's size: the only question of a step has a large one. */
  readonly size?: "s" | "m" | "l";
}

/** One line of text. The input has no name and stands in no form. */
export function Line(props: Typed & { readonly width?: 5 | 10 | 20 }): JSX.Element {
  const width = props.width === undefined ? "" : ` govuk-input--width-${props.width}`;
  const wrong = hasError(props) ? " govuk-input--error" : "";
  return (
    <Group asked={props}>
      <label class={`govuk-label govuk-label--${props.size ?? "s"}`} for={props.id}>
        {props.label}
      </label>
      <Help asked={props} />
      <input
        class={`govuk-input${width}${wrong}`}
        id={props.id}
        type="text"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        value={props.value}
        {...described(props)}
        onInput={(event) => props.onType(event.currentTarget.value)}
      />
    </Group>
  );
}

/** Several lines of text. Says how many characters are left when few are. */
export function Block(
  props: Typed & {
    readonly rows?: number;
    readonly most?: number;
    /** Whether to keep keyboards from making capital letters and corrections. */
    readonly plain?: boolean;
    /** Whether the question is the heading of its step. */
    readonly heads?: boolean;
  },
): JSX.Element {
  const { most } = props;
  const used = most === undefined || props.value.length < most * 0.75 ? 0 : characters(props.value);
  const near = most !== undefined && used > most * 0.75;
  const heads = props.heads === true;
  const label = (
    <label class={`govuk-label govuk-label--${heads ? "l" : (props.size ?? "s")}`} for={props.id}>
      {props.label}
    </label>
  );
  return (
    <Group asked={props}>
      {heads ? <Heading within="govuk-label-wrapper">{label}</Heading> : label}
      <Help asked={props} />
      <textarea
        class={`govuk-textarea${hasError(props) ? " govuk-textarea--error" : ""}`}
        id={props.id}
        rows={props.rows ?? 4}
        autocomplete="off"
        {...(props.plain === true ? { autocapitalize: "none", autocorrect: "off" } : {})}
        spellcheck={false}
        value={props.value}
        {...described(props)}
        onInput={(event) => props.onType(event.currentTarget.value)}
      />
      {near ? (
        <div class="govuk-hint govuk-character-count__message" aria-live="polite">
          {used <= most
            ? counted(common.characters_left_one, common.characters_left, most - used)
            : counted(common.characters_over_one, common.characters_over, used - most)}
        </div>
      ) : null}
    </Group>
  );
}

/** One of several answers. */
export interface Item {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
  /** What is asked besides, once this is chosen. */
  readonly more?: ComponentChildren;
}

interface Choice extends Asked {
  readonly items: readonly Item[];
  readonly small?: boolean;
  readonly size?: "s" | "m" | "l";
  /** Whether the question is the heading of its step. */
  readonly heads?: boolean;
}

/** One answer of several. The group's name is random: it tells nothing of the question. */
export function Radios(
  props: Choice & {
    readonly value: string;
    readonly inline?: boolean;
    readonly onChoose: (value: string) => void;
  },
): JSX.Element {
  const name = useMemo(() => hex(randomBytes(8)), []);
  const looks = `${props.small === true ? " govuk-radios--small" : ""}${props.inline === true ? " govuk-radios--inline" : ""}`;
  return (
    <Several asked={props} size={props.size} heads={props.heads}>
      <div class={`govuk-radios${looks}`}>
        {props.items.map((item, place) => {
          const id = place === 0 ? props.id : `${props.id}-${item.value}`;
          const chosen = props.value === item.value;
          return (
            <>
              <div class="govuk-radios__item" key={item.value}>
                <input
                  class="govuk-radios__input"
                  id={id}
                  name={name}
                  type="radio"
                  autocomplete="off"
                  checked={chosen}
                  {...(item.hint === undefined ? {} : { "aria-describedby": `${id}-item-hint` })}
                  onChange={() => props.onChoose(item.value)}
                />
                <label class="govuk-label govuk-radios__label" for={id}>
                  {item.label}
                </label>
                {item.hint === undefined ? null : (
                  <div class="govuk-hint govuk-radios__hint" id={`${id}-item-hint`}>
                    {item.hint}
                  </div>
                )}
              </div>
              {chosen && item.more !== undefined ? (
                <div class="govuk-radios__conditional" key={`${item.value}-more`}>
                  {item.more}
                </div>
              ) : null}
            </>
          );
        })}
      </div>
    </Several>
  );
}

/** Any of several answers. */
export function Checkboxes(
  props: Choice & {
    readonly values: readonly string[];
    readonly onChoose: (values: string[]) => void;
    /** Whether the legend is for those who hear the page only. */
    readonly quiet?: boolean;
  },
): JSX.Element {
  return (
    <Several asked={props} size={props.size} heads={props.heads} quiet={props.quiet}>
      <div class={`govuk-checkboxes${props.small === true ? " govuk-checkboxes--small" : ""}`}>
        {props.items.map((item, place) => {
          const id = place === 0 ? props.id : `${props.id}-${item.value}`;
          const chosen = props.values.includes(item.value);
          return (
            <>
              <div class="govuk-checkboxes__item" key={item.value}>
                <input
                  class="govuk-checkboxes__input"
                  id={id}
                  type="checkbox"
                  autocomplete="off"
                  checked={chosen}
                  onChange={() =>
                    props.onChoose(
                      chosen
                        ? props.values.filter((one) => one !== item.value)
                        : [...props.values, item.value],
                    )
                  }
                />
                <label class="govuk-label govuk-checkboxes__label" for={id}>
                  {item.label}
                </label>
              </div>
              {chosen && item.more !== undefined ? (
                <div class="govuk-checkboxes__conditional" key={`${item.value}-more`}>
                  {item.more}
                </div>
              ) : null}
            </>
          );
        })}
      </div>
    </Several>
  );
}

/** One answer of many, from a list that opens. */
export function Select(
  props: Asked & {
    readonly items: readonly Item[];
    readonly value: string;
    readonly empty: string;
    readonly onChoose: (value: string) => void;
  },
): JSX.Element {
  return (
    <Group asked={props}>
      <label class="govuk-label govuk-label--s" for={props.id}>
        {props.label}
      </label>
      <Help asked={props} />
      <select
        class="govuk-select"
        id={props.id}
        autocomplete="off"
        value={props.value}
        {...described(props)}
        onChange={(event) => props.onChoose(event.currentTarget.value)}
      >
        <option value="">{props.empty}</option>
        {props.items.map((item) => (
          <option value={item.value} key={item.value}>
            {item.label}
          </option>
        ))}
      </select>
    </Group>
  );
}

function Group(props: {
  readonly asked: Asked;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div class={`govuk-form-group${hasError(props.asked) ? " govuk-form-group--error" : ""}`}>
      {props.children}
    </div>
  );
}

function Several(props: {
  readonly asked: Asked;
  readonly size?: "s" | "m" | "l" | undefined;
  readonly heads?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly children: ComponentChildren;
}): JSX.Element {
  const { label } = props.asked;
  return (
    <Group asked={props.asked}>
      <fieldset class="govuk-fieldset" {...described(props.asked)}>
        {props.heads === true ? (
          <legend class="govuk-fieldset__legend govuk-fieldset__legend--l">
            <Heading within="govuk-fieldset__heading">{label}</Heading>
          </legend>
        ) : props.quiet === true ? (
          <legend class="govuk-fieldset__legend">
            <span class="govuk-visually-hidden">{label}</span>
          </legend>
        ) : (
          <legend class={`govuk-fieldset__legend govuk-fieldset__legend--${props.size ?? "s"}`}>
            {label}
          </legend>
        )}
        <Help asked={props.asked} />
        {props.children}
      </fieldset>
    </Group>
  );
}

function Help(props: { readonly asked: Asked }): JSX.Element {
  const { id, hint, error } = props.asked;
  return (
    <>
      {hint === undefined || hint === "" ? null : (
        <div class="govuk-hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
      {hasError(props.asked) ? (
        <p class="govuk-error-message" id={`${id}-error`}>
          <span class="govuk-visually-hidden">{common.error_prefix}</span> {error}
        </p>
      ) : null}
    </>
  );
}

function hasError(asked: Asked): boolean {
  return asked.error !== undefined && asked.error !== "";
}

function described(asked: Asked): { "aria-describedby"?: string } {
  const ids = [
    asked.hint === undefined || asked.hint === "" ? "" : `${asked.id}-hint`,
    hasError(asked) ? `${asked.id}-error` : "",
  ].filter((id) => id !== "");
  return ids.length === 0 ? {} : { "aria-describedby": ids.join(" ") };
}
