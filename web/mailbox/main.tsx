import { render } from "preact";
import { returning, report } from "../../text/en.json";
import { ableBrowser, onExit, pageFacts } from "../ui/page";
import type { PageFacts } from "../ui/page";
import { P, Whole } from "../ui/parts";
import { Mailbox } from "./app";

const facts = pageFacts();
if (facts !== null) {
  facts.host.replaceChildren();
  if (ableBrowser()) open(facts);
  else render(<TooOld />, facts.host);
}

function open(of: PageFacts): void {
  let unsaved = false;
  const warn = (event: BeforeUnloadEvent): void => {
    if (unsaved) event.preventDefault();
  };
  window.addEventListener("beforeunload", warn);
  onExit(() => {
    window.removeEventListener("beforeunload", warn);
    render(null, of.host);
  });
  render(
    <Whole>
      <Mailbox facts={of} onUnsaved={(now) => (unsaved = now)} />
    </Whole>,
    of.host,
  );
}

function TooOld(): preact.JSX.Element {
  return (
    <div id="too-old">
      <h1 class="govuk-heading-l">{report.old_browser_title}</h1>
      <P>{returning.without_script}</P>
      <P>
        <a class="govuk-link" href="/return/without-javascript">
          {returning.plain_link}
        </a>
      </P>
      <P>{returning.plain_weaker}</P>
    </div>
  );
}
