import { fill, words } from "./words";

/** Which sentence says what went wrong. */
export type TroubleCode = Exclude<
  keyof typeof words.trouble,
  "slow_down_soon" | "slow_down_seconds"
>;

/** Something that went wrong, as it is told to the member. */
export type Trouble = { code: TroubleCode; values?: Readonly<Record<string, string | number>> };

/** What is thrown when something cannot go on. */
export class Troubled extends Error {
  readonly trouble: Trouble;

  constructor(code: TroubleCode, values?: Trouble["values"]) {
    super(code);
    this.trouble = values === undefined ? { code } : { code, values };
  }
}

export function troubleText(trouble: Trouble): string {
  return fill(words.trouble[trouble.code], trouble.values ?? {});
}

/** The trouble in whatever was thrown. */
export function troubleOf(error: unknown): Trouble {
  return error instanceof Troubled ? error.trouble : { code: "unknown" };
}
