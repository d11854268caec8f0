/** The teams of the settings file, as the service tells of them. */
import type { ServiceFacts } from "../protocol/office-calls";
import { words } from "./words";

type Team = Pick<ServiceFacts["teams"][number], "route" | "published" | "readers">;

/** How many read what comes to a team; a dash for one that has nobody to read, or is not published. */
export function readersText({ route, published, readers }: Team): string {
  const counts = published && (route !== "" || readers > 0);
  return counts ? String(readers) : words.facts.no_readers;
}

/** Whether too few read what comes to a team. */
export function isThin({ route, published, readers }: Team): boolean {
  return published && route !== "" && readers < 2;
}
