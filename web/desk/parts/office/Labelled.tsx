import type { ComponentChildren, JSX } from "preact";

/** A label, a hint, what is wrong, and the field itself, which is given the ids of the others. */
export function Labelled({
  id,
  label,
  hint = "",
  problem = "",
  children,
}: {
  id: string;
  label: string;
  hint?: string;
  problem?: string;
  children: (described: {
    id: string;
    "aria-describedby"?: string;
    "aria-invalid": boolean;
  }) => ComponentChildren;
}): JSX.Element {
  const parts = [hint === "" ? "" : `${id}-hint`, problem === "" ? "" : `${id}-problem`];
  const described = parts.filter((one) => one !== "").join(" ");
  return (
    <div class={problem === "" ? "field" : "field field-problem"}>
      <label for={id}>{label}</label>
      {hint !== "" && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {problem !== "" && (
        <span class="field-error" id={`${id}-problem`} role="alert">
          {problem}
        </span>
      )}
      {children({
        id,
        "aria-invalid": problem !== "",
        ...(described === "" ? {} : { "aria-describedby": described }),
      })}
    </div>
  );
}
