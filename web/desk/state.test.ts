import { expect, test } from "vitest";
import { NO_DIGEST } from "../protocol";
import type { ServiceId } from "../protocol";
import { SERVICE } from "./sample";
import { isFounded } from "./state";

test("a service whose id is zeros is not founded yet", () => {
  expect(isFounded({ service: SERVICE })).toBe(true);
  expect(isFounded({ service: NO_DIGEST as string as ServiceId })).toBe(false);
});
