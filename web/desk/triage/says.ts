/** What the records of a case say of its people, as far as they opened. */
import type { OpenedWork } from "../work/opening";
import { asBothSay } from "../work/second";
import { contentOf } from "../work/work";
import type { Says } from "./plan";

/** The records that name somebody: of who may have reported, as both authorities say. */
export function saysOf(opened: OpenedWork | null): Says {
  return {
    triage: contentOf(opened, "triage"),
    failing: asBothSay(contentOf(opened, "failing"), opened?.acts ?? []),
    reporter: contentOf(opened, "reporter"),
  };
}
