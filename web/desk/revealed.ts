/** Whether the reporter has said since the report who they are (M10). Pure. */
import { readForm } from "../protocol/bodies";
import type { OpenedCase } from "./opening";

export function hasRevealed({ conversation }: Pick<OpenedCase, "conversation">): boolean {
  return conversation.items.some(
    ({ direction, stub, content }) =>
      direction === "from_reporter" &&
      stub !== null &&
      content?.kind === "reveal" &&
      readForm("reveal", content.body) !== null,
  );
}
