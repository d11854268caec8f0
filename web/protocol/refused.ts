/** Something that the protocol refuses, with the number of the rule it breaks. Holds no content. */
export class Refused extends Error {
  override readonly name = "Refused";
  /** The rule of docs/protocol.md, such as `N5`. */
  readonly rule: string;

  constructor(rule: string, why: string) {
    super(`${rule}: ${why}`);
    this.rule = rule;
  }
}

/** Refuses unless `holds`. */
export function require(holds: boolean, rule: string, why: string): asserts holds {
  if (!holds) throw new Refused(rule, why);
}

/** Runs `reading`; whatever it throws becomes a refusal under `rule`, unless it is one already. */
export function refusing<T>(rule: string, why: string, reading: () => T): T {
  try {
    return reading();
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused(rule, why);
  }
}

/** Runs `reading`; what it refuses is refused under `rule`, whichever rule that was by. */
export function refusedBy<T>(rule: string, reading: () => T): T {
  try {
    return reading();
  } catch (error) {
    throw error instanceof Refused ? new Refused(rule, error.message) : error;
  }
}
