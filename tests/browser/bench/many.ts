// Many cases of one reader, filed into a running service before anything is measured.
import type { Directory } from "../../../web/protocol/index.js";
import { fileWith } from "../support/client.js";
import { declareFree } from "../support/member.js";
import type { AtWork } from "../support/member.js";
import type { Service } from "../support/service.js";

/** What `BENCH_CASES` says, or a thousand. */
export const CASES = Number(process.env["BENCH_CASES"] ?? 1_000);

/** Files reports, each with what `telling` gives for its number, and declares them free of conflict. */
export async function fileMany(
  service: Service,
  directory: Directory,
  by: AtWork,
  telling: (number: number) => string,
): Promise<string[]> {
  const references: string[] = [];
  for (let filed = 0; filed < CASES; filed++) {
    const report = { what_happened: telling(filed) };
    const { case: id, reference } = await fileWith(service, directory, report);
    await declareFree(by, directory, id);
    references.push(reference);
  }
  return references;
}
