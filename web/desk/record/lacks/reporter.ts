/** What is lacking in Reporter of Wrongdoing. It is not complete without a support entry. */
import type { Lack, Seen } from "../rules";
import { labelOf, listed } from "../codes";
import { Found, isBlank } from "./found";

export function reporter({ contents, casework, revealed = false }: Seen): Lack[] {
  const found = new Found("reporter");
  const content = contents.reporter;
  const code = "reporter";
  found.need(content, ["reference", "recorder", "recorded_on", "mode", "category"], { code });
  // Towards named only: nobody who has said who they are is unknown again.
  if (revealed && !["", "named"].includes(content.mode)) found.lack("mode", "reporter_revealed");
  found.need(content, ["sanitised", "original"], { code });
  if (!isBlank(content.original) && content.sanitised.trim() === content.original.trim()) {
    found.hint("sanitised", "reporter_same");
  }
  found.need(content, ["basis", "evidence_at_risk"], { code });
  if (content.evidence_at_risk === "yes") found.hint("evidence_at_risk", "reporter_preserve");
  for (const one of content.earlier) {
    const place = `earlier/${one.id}/`;
    found.need(one, ["what", "to_whom", "result"], { place, code: "earlier" });
  }
  if (content.mode !== "anonymous") found.need(content, ["identity_known_to"], { code });
  const { entitled } = content;
  // Whoever was not asked, or of whom nobody knows it, is still to be asked.
  if (entitled.asked !== "yes") found.lack("entitled/asked", "entitled_asked");
  else {
    if (isBlank(entitled.answer)) found.lack("entitled/answer", "entitled_answer");
    if (entitled.answer === "yes" && isBlank(entitled.interval)) {
      found.lack("entitled/interval", "entitled_interval");
    }
  }
  if (content.support.length === 0) found.lack("support", "support_none");
  for (const one of content.support) {
    const [place, about] = [`support/${one.id}/`, labelOf(listed("support"), one.what, casework)];
    found.need(one, ["what", "state", "on"], { place, code: "support", about });
    if (one.state === "accepted" && isBlank(one.lead)) {
      found.lack(`${place}lead`, "support_lead", about);
    }
  }
  found.need(content, ["detriment_risk"], { code });
  if (["medium", "high"].includes(content.detriment_risk)) {
    found.need(content, ["detriment_why"], { code });
  }
  found.need(content, ["whistleblower"], { code });
  return found.lacks;
}
