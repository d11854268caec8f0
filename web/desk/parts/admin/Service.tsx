import type { JSX } from "preact";
import type { ServiceFacts } from "../../../protocol/office-calls";
import { WordGrid } from "../../../member/WordGrid";
import { date } from "../../days";
import { routeNames } from "../../lead/picture";
import { routeText } from "../../lead/sentences";
import { loadOffice } from "../../office";
import { troubleText } from "../../trouble";
import { readersText, isThin } from "../../teams";
import { counted, fill, words } from "../../words";
import { useDesk } from "../context";
import { Stranded } from "../office/Stranded";
import { useOffice } from "../office/useOffice";
import { Strip } from "../Strip";

const said = words.facts;
/** With less room than this, a warning: 1 GiB. */
const little = 2 ** 30;

/** The installation and the machine it runs on, for administrators. */
export function Service(): JSX.Element {
  const desk = useDesk();
  const { session } = desk;
  const { facts } = desk.state.office;
  useOffice(desk, session);
  const { found, trouble } = facts;
  return (
    <main class="page" id="main" tabIndex={0}>
      <h1 class="heading-large">{said.heading}</h1>
      {trouble !== null && (
        <Strip kind="trouble" announced>
          {troubleText(trouble)}{" "}
          <button
            type="button"
            class="link"
            onClick={() => session !== null && void loadOffice(desk, session)}
          >
            {words.desk.try_again}
          </button>
        </Strip>
      )}
      {found === null && trouble === null && (
        <p class="quiet" role="status">
          {said.loading}…
        </p>
      )}
      {found !== null && (
        <>
          <Stranded />
          <Warnings facts={found} />
          <Installation facts={found} />
          <Proposals facts={found} />
        </>
      )}
    </main>
  );
}

function Warnings({ facts }: { facts: ServiceFacts }): JSX.Element {
  const { serviceWords, service } = useDesk().state;
  return (
    <>
      {!facts.founded && <Strip kind="warning">{said.not_founded}</Strip>}
      {facts.founded && !facts.pinned && (
        <Strip kind="warning">
          {said.not_pinned}
          <span class="pin-words">{serviceWords.join(" ")}</span>
          <code class="pin-id">{service}</code>
        </Strip>
      )}
      {facts.free_bytes !== null && facts.free_bytes < little && (
        <Strip kind="warning">{said.free_low}</Strip>
      )}
    </>
  );
}

function Installation({ facts }: { facts: ServiceFacts }): JSX.Element {
  const desk = useDesk();
  const { serviceWords } = desk.state;
  const root = desk.session?.directory?.current.root ?? null;
  const rows: readonly (readonly [string, string])[] = [
    [said.version, facts.version],
    [said.database, said.databases[facts.database]],
    [said.size, sizeText(facts.database_bytes)],
    [said.free, facts.free_bytes === null ? said.free_unknown : sizeText(facts.free_bytes)],
    [
      said.good_until,
      root === null
        ? said.root_none
        : fill(said.root, { serial: root.serial, until: date(root.good_until) }),
    ],
  ];
  const counts = Object.entries(facts.counts) as [keyof ServiceFacts["counts"], number][];
  return (
    <>
      <section class="section" aria-labelledby="installation">
        <h2 class="heading" id="installation">
          {said.installation}
        </h2>
        <Answers rows={rows} />
        <h3 class="heading-small">{said.words}</h3>
        <WordGrid list={serviceWords} label={said.words} small />
      </section>
      <section class="section" aria-labelledby="counts">
        <h2 class="heading" id="counts">
          {said.counts}
        </h2>
        <Answers rows={counts.map(([name, count]) => [said.count[name], countText(count)])} />
      </section>
    </>
  );
}

function Proposals({ facts }: { facts: ServiceFacts }): JSX.Element {
  const { teams, units } = facts;
  const published = teams.filter((one) => one.published);
  const proposed = teams.filter((one) => !one.published);
  const missing = routeNames.filter((route) => !teams.some((one) => one.route === route));
  return (
    <section class="section" aria-labelledby="proposals">
      <h2 class="heading" id="proposals">
        {said.teams}
      </h2>
      <p class="quiet">{said.teams_intro}</p>
      {teams.length === 0 && <Strip kind="warning">{said.teams_none}</Strip>}
      {teams.length > 0 &&
        missing.map((route) => (
          <Strip key={route} kind="warning">
            {fill(said.missing_route, { route: routeText(route) })}
          </Strip>
        ))}
      {published.length > 0 && <Teams teams={published} />}
      {proposed.length > 0 && (
        <details class="others">
          <summary>{counted(said.unpublished_teams, proposed.length)}</summary>
          <Teams teams={proposed} />
        </details>
      )}
      <h3 class="heading-small">{said.units}</h3>
      <p class={units.length === 0 ? "quiet" : ""}>
        {units.length === 0 ? said.units_none : units.join(", ")}
      </p>
    </section>
  );
}

function Teams({ teams }: Pick<ServiceFacts, "teams">): JSX.Element {
  return (
    <table class="table">
      <caption class="hidden">{said.teams}</caption>
      <thead>
        <tr>
          <th scope="col">{said.column.team}</th>
          <th scope="col">{said.column.route}</th>
          <th scope="col">{said.column.published}</th>
          <th scope="col" class="number">
            {said.column.readers}
          </th>
        </tr>
      </thead>
      <tbody>
        {teams.map((one) => {
          const { team, name, route, published } = one;
          return (
            <tr key={team}>
              <th scope="row">
                {name}
                <span class="hint">{team}</span>
              </th>
              <td>{route === "" ? "" : routeText(route)}</td>
              <td>
                <span class="narrow">{said.column.published}: </span>
                {published ? (
                  said.published
                ) : (
                  <span class="tag tag-warning">{said.unpublished}</span>
                )}
              </td>
              <td class="number">
                <span class="narrow">{said.column.readers}: </span>
                {readersText(one)} {isThin(one) && <span class="tag tag-warning">{said.few}</span>}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Answers({ rows }: { rows: readonly (readonly [string, string])[] }): JSX.Element {
  return (
    <dl class="answers">
      {rows.map(([name, value]) => (
        <div key={name} class="answer">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const units = ["B", "KB", "MB", "GB", "TB"] as const;

/** A number of bytes in words: "3.2 GB". */
export function sizeText(bytes: number): string {
  let value = bytes;
  let place = 0;
  while (value >= 1_000 && place < units.length - 1) {
    value /= 1_000;
    place++;
  }
  const digits = place === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[place] ?? ""}`;
}

function countText(count: number): string {
  return new Intl.NumberFormat("en-GB").format(count);
}
