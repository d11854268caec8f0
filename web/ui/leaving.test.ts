import { beforeEach, expect, it, vi } from "vitest";
import { forgetOnLeaving } from "./leaving";

const field = (type: string): { type: string; value: string; checked: boolean } => ({
  type,
  value: "typed",
  checked: true,
});
const fields = ["textarea", "text", "hidden", "radio", "checkbox"].map(field);
const reset = vi.fn();
const replace = vi.fn();
let type = "navigate";
let view: EventTarget;

beforeEach(() => {
  reset.mockClear();
  replace.mockClear();
  type = "navigate";
  const location = { pathname: "/return/without-javascript", search: "", replace };
  const performance = { getEntriesByType: () => [{ type }] };
  view = Object.assign(new EventTarget(), { location, performance });
  const page = { querySelectorAll: () => fields, forms: [{ reset }] };
  forgetOnLeaving(view as Window, page as unknown as Document);
});

const shown = (persisted: boolean): Event => Object.assign(new Event("pageshow"), { persisted });

it("empties every field when the page is left", () => {
  expect(fields.every((one) => one.value === "typed" && one.checked)).toBe(true);
  view.dispatchEvent(new Event("pagehide"));
  expect(fields.map((one) => [one.type, one.value, one.checked])).toEqual([
    ["textarea", "", true],
    ["text", "", true],
    ["hidden", "", true],
    ["radio", "typed", false],
    ["checkbox", "typed", false],
  ]);
});

it("fetches a page anew that the browser had kept, and sends nothing again", () => {
  view.dispatchEvent(shown(true));
  expect(replace).toHaveBeenCalledExactlyOnceWith("/return/without-javascript");
});

it("empties the forms of a page that was gone back to, and of no other", () => {
  view.dispatchEvent(shown(false));
  expect(reset).not.toHaveBeenCalled();
  type = "back_forward";
  view.dispatchEvent(shown(false));
  expect(reset).toHaveBeenCalledOnce();
  expect(replace).not.toHaveBeenCalled();
});
