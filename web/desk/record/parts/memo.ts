/** A part that is drawn again only when something that it is given is another object. */
import { Component, createElement } from "preact";
import type { FunctionComponent, JSX } from "preact";

export function memo<P extends object>(
  part: (props: P) => JSX.Element | null,
): FunctionComponent<P> {
  class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const [one, other] = [this.props as Record<string, unknown>, next as Record<string, unknown>];
      const names = new Set([...Object.keys(one), ...Object.keys(other)]);
      return [...names].some((name) => one[name] !== other[name]);
    }

    override render(): JSX.Element {
      return createElement(part, this.props as P);
    }
  }
  return Memo as unknown as FunctionComponent<P>;
}
