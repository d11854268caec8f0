import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

let first = true;

/** The heading of a step. It takes the focus when the step changes, so that it is read aloud. */
export function Heading(props: {
  readonly children: ComponentChildren;
  readonly size?: "xl" | "l";
  /** The class of a heading that is a question too: its legend or label gives it its size. */
  readonly within?: "govuk-fieldset__heading" | "govuk-label-wrapper";
}): JSX.Element {
  const looks = props.within ?? `govuk-heading-${props.size ?? "l"}`;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (first) first = false;
    else {
      window.scrollTo(0, 0);
      heading.current?.focus({ preventScroll: true });
    }
  }, []);
  return (
    <h1 class={`${looks} rl-focus-heading`} tabIndex={-1} ref={heading}>
      {props.children}
    </h1>
  );
}
