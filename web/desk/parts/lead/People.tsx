import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Desk } from "../../desk";
import { date, today } from "../../days";
import { formerOf, signerLabel } from "../../lead/history";
import { pictureOf, placesOf } from "../../lead/picture";
import type { Picture, Published } from "../../lead/picture";
import {
  draftOf,
  followPublished,
  goBack,
  loadVotes,
  publishedOf,
  setLead,
} from "../../lead/publishing";
import type { Draft } from "../../lead/publishing";
import { peopleOf } from "../../lead/standing";
import type { Person } from "../../lead/standing";
import { leadTabs } from "../../lead/state";
import type { LeadTab } from "../../lead/state";
import { loadOffice } from "../../office";
import type { Session } from "../../session";
import { troubleText } from "../../trouble";
import { counted, fill, words } from "../../words";
import { useDesk } from "../context";
import { InviteButton } from "../office/Invite";
import { Stranded } from "../office/Stranded";
import { Tabs } from "../office/Tabs";
import { useOffice } from "../office/useOffice";
import { Strip } from "../Strip";
import { DraftRail } from "./DraftRail";
import { HistoryTab } from "./History";
import { LeadsTab } from "./Leads";
import { PeopleList } from "./PeopleList";
import { RecoveryTab } from "./Recovery";
import { TeamsTab } from "./Teams";

const said = words.lead;

/** What every part of this view goes by. */
export type Here = {
  readonly desk: Desk;
  readonly session: Session;
  readonly published: Published;
  /** What the root in force says; before the first, the leads alone. */
  readonly picture: Picture | null;
  readonly draft: Draft | null;
  readonly people: readonly Person[];
};

/** Who may read, as leads sign it. */
export function People(): JSX.Element {
  const desk = useDesk();
  const { session } = desk;
  const here = useHere(desk, session);
  useOffice(desk, session);
  const directory = session?.directory ?? null;
  useEffect(() => {
    if (session === null) return;
    void loadVotes(desk, session);
    void goBack(desk, session);
  }, [session]);
  useEffect(() => {
    if (session !== null) followPublished(desk, session);
  }, [directory, session?.lists]);
  if (session === null || here === null) return <main id="main" />;
  const { lead, office } = desk.state;
  const waiting = here.people.filter((one) => one.standing === "waiting").length;
  const trouble = office.accounts.trouble ?? office.facts.trouble;
  return (
    <div class={lead.rail ? "office office-rail" : "office"}>
      <main class="office-main" id="main" tabIndex={-1}>
        <div class="office-head">
          <h1 class="heading-large">{said.heading}</h1>
          <p class="office-root quiet">{rootText(here)}</p>
          <div class="buttons">
            <InviteButton />
            <DraftToggle here={here} />
          </div>
        </div>
        <div class="strips">
          {trouble !== null && (
            <Strip kind="trouble" announced>
              {troubleText(trouble)}{" "}
              <button type="button" class="link" onClick={() => void loadOffice(desk, session)}>
                {words.desk.try_again}
              </button>
            </Strip>
          )}
          <Stranded />
          {lead.done !== null && (
            <Strip kind="good" announced onHide={() => setLead(desk, { done: null })}>
              {lead.done}
            </Strip>
          )}
          {office.said !== null && (
            <Strip kind={office.said.kind} announced>
              {office.said.text}
            </Strip>
          )}
        </div>
        <Tabs
          id="lead"
          label={said.tab_list}
          tabs={leadTabs.map((tab) => ({
            tab,
            name: said.tabs[tab],
            mark: tab === "people" && waiting > 0 ? counted(said.waiting_count, waiting) : "",
          }))}
          current={lead.tab}
          onSelect={(tab) => setLead(desk, { tab })}
        >
          <Panel tab={lead.tab} here={here} />
        </Tabs>
      </main>
      <DraftRail here={here} />
    </div>
  );
}

function Panel({ tab, here }: { tab: LeadTab; here: Here }): JSX.Element {
  switch (tab) {
    case "people":
      return <PeopleList here={here} />;
    case "teams":
      return <TeamsTab here={here} />;
    case "leads":
      return <LeadsTab here={here} />;
    case "recovery":
      return <RecoveryTab here={here} />;
    case "history":
      return <HistoryTab here={here} />;
  }
}

/** Where the window is narrow, the draft is behind this button. */
function DraftToggle({ here }: { here: Here }): JSX.Element {
  const { desk } = here;
  const { rail, changes } = desk.state.lead;
  return (
    <button
      type="button"
      class="button button-quiet rail-toggle"
      aria-expanded={rail}
      aria-controls="draft"
      onClick={() => setLead(desk, { rail: !rail })}
    >
      {rail ? said.draft.hide : said.draft.open}
      {!rail && changes.length > 0 && ` (${changes.length})`}
    </button>
  );
}

function useHere(desk: Desk, session: Session | null): Here | null {
  const { office, lead } = desk.state;
  const { found } = office.accounts;
  const directory = session?.directory?.current ?? null;
  const history = session?.directory?.history ?? null;
  const lists = session?.lists;
  const draft = useMemo(
    () => (session === null ? null : draftOf(desk, session)),
    [session, directory, lists, lead.changes, office.facts.found],
  );
  const picture = useMemo(
    () => (directory === null ? (draft?.start ?? null) : pictureOf(directory)),
    [directory, draft?.start],
  );
  const people = useMemo(() => {
    if (session === null || picture === null || found === null) return [];
    const former = history === null ? undefined : formerOf(history);
    return peopleOf(session.service, picture, found.accounts, former);
  }, [session, picture, found, history]);
  if (session === null) return null;
  return { desk, session, published: publishedOf(session), picture, draft, people };
}

function rootText({ session, picture, published }: Here): string {
  const { directory } = published;
  if (directory === null) {
    return picture !== null && placesOf(picture).length > 0 ? "" : said.root_none;
  }
  const { root } = directory;
  const until = date(root.good_until);
  const text = root.good_until < today() ? said.root_past : said.root;
  const label = signerLabel(session, root.by);
  return fill(text, { serial: root.serial, label, day: date(root.issued), until });
}
