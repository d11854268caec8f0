import type { JSX } from "preact";
import { WordGrid } from "../../../member/WordGrid";
import type { Account } from "../../account/account";
import { date, fullDay } from "../../days";
import { coded, fill, words } from "../../words";
import { useDesk } from "../context";

/** One's keys: who endorsed them, and the words by which they are compared. */
export function Keys({ account }: { account: Account }): JSX.Element {
  const { me, serviceWords } = useDesk().state;
  const texts = words.account.keys;
  const roles = me?.roles.map((role) => coded(words.codes.role, role)).join(", ") ?? "";
  return (
    <section class="section" aria-labelledby="account-keys">
      <h2 class="heading" id="account-keys">
        {texts.heading}
      </h2>
      <p class="account-text">
        {[me?.label, me?.listed?.team.name, roles].filter(Boolean).join(" · ")}
      </p>
      <Endorsed account={account} />
      <h3 class="heading-small">{texts.words}</h3>
      <p class="hint">{texts.words_what}</p>
      <WordGrid list={account.keyWords()} label={texts.words} />
      <h3 class="heading-small">{texts.service}</h3>
      <WordGrid list={serviceWords} label={texts.service} />
    </section>
  );
}

function Endorsed({ account }: { account: Account }): JSX.Element {
  const { endorsement } = account.state;
  const texts = words.account.keys;
  const since = account.leadSince();
  if (endorsement === "looking") {
    return (
      <p class="quiet" role="status">
        {texts.looking}…
      </p>
    );
  }
  const by = endorsement?.by?.label ?? texts.unknown;
  const published = endorsement?.published?.label ?? texts.unknown;
  return (
    <>
      {endorsement !== null && (
        <p class="account-text">
          {fill(texts.endorsed, {
            lead: by,
            day: fullDay(endorsement.day),
            serial: endorsement.serial,
          })}{" "}
          {by !== published && fill(texts.published, { lead: published })}
        </p>
      )}
      {since !== null && (
        <p class="account-text">
          {fill(texts.lead, { number: since.number, day: date(since.day) })}
        </p>
      )}
      {endorsement === null && since === null && <p class="account-text">{texts.unendorsed}</p>}
    </>
  );
}
