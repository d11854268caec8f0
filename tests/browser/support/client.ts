// A reporter without a browser: files reports whose content no page would let through.
import {
  addTeam,
  caseRecord,
  composeReport,
  day,
  emptyBody,
  emptyIdentity,
  emptyParties,
  firstReaders,
  fromBase64,
  headsOf,
  history,
  mailboxRequest,
  missingDocuments,
  newReportSecrets,
  readAnswer,
  reference,
  reporterKeys,
  tokenWords,
  verifyDirectory,
  writeFromReporter,
} from "../../../web/protocol/index.js";
import type {
  Body,
  CaseId,
  Day,
  Directory,
  Mode,
  Parties,
  Token,
} from "../../../web/protocol/index.js";
import type { Service } from "./service.js";
import { serviceIdOf, type WireDirectory } from "./tamper.js";

/** A report that was accepted. */
export interface Filed {
  readonly case: CaseId;
  readonly reference: string;
  readonly token: Token;
  readonly words: string[];
}

/** The day by this machine's clock. */
export function today(): Day {
  return day(new Date().toISOString().slice(0, 10));
}

/** Fetches and verifies the directory of a service. */
export async function directoryOf(service: Pick<Service, "origin">): Promise<Directory> {
  const wire = (await (await fetch(`${service.origin}/api/1/directory`)).json()) as WireDirectory;
  let directory = verifyDirectory(
    await serviceIdOf(service),
    fromBase64(wire.genesis),
    wire.leads.map(fromBase64),
    fromBase64(wire.root),
  );
  for (const name of missingDocuments(directory)) {
    const answer = await fetch(`${service.origin}/api/1/directory/documents/${name}`);
    directory = addTeam(directory, new Uint8Array(await answer.arrayBuffer()));
  }
  return directory;
}

/** Files a report to the intake team. */
export async function file(
  service: Pick<Service, "origin">,
  body: Partial<Omit<Body, "mode">>,
  parties: Partial<Parties> = {},
  mode: Mode = "anonymous",
): Promise<Filed> {
  return fileWith(service, await directoryOf(service), body, parties, mode);
}

/** The same, sealed by a directory that was fetched before. */
export async function fileWith(
  service: Pick<Service, "origin">,
  directory: Directory,
  body: Partial<Omit<Body, "mode">>,
  parties: Partial<Parties> = {},
  mode: Mode = "anonymous",
): Promise<Filed> {
  const secrets = newReportSecrets();
  const composed = await composeReport({
    directory,
    route: "intake",
    grantees: firstReaders(directory, "intake").map((one) => one.member),
    parties: { ...emptyParties(), ...parties },
    body: { ...emptyBody("web", mode), ...body },
    identity: emptyIdentity(),
    ...secrets,
    day: today(),
  });
  const answer = await fetch(`${service.origin}/api/1/cases/${composed.case}`, {
    method: "PUT",
    headers: { "Content-Type": "application/octet-stream" },
    body: composed.bytes,
  });
  if (answer.status !== 201) throw new Error(`the report got ${String(answer.status)}`);
  return {
    case: composed.case,
    reference: reference(composed.case),
    token: secrets.token,
    words: tokenWords(secrets.token),
  };
}

/** Writes a message to the readers of a report. */
export async function write(
  service: Service,
  { token }: Filed,
  body: string,
  kind: "message" | "check_in_answer" = "message",
): Promise<void> {
  const directory = await directoryOf(service);
  const id = directory.service;
  const keys = reporterKeys(token, id);
  const call = async (act: Parameters<typeof mailboxRequest>[3]): Promise<Uint8Array> => {
    const asked = await fetch(`${service.origin}/api/1/mailbox/challenge`, { method: "POST" });
    const { challenge } = readAnswer("challenge", new Uint8Array(await asked.arrayBuffer()));
    const answer = await fetch(`${service.origin}/api/1/mailbox`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: mailboxRequest(keys, id, challenge, act),
    });
    if (!answer.ok) throw new Error(`the mailbox gave ${String(answer.status)}`);
    return new Uint8Array(await answer.arrayBuffer());
  };
  const opened = readAnswer("opened", await call({ do: "open", after: 0 }));
  const record = caseRecord(
    { service: id, case: opened.case },
    {
      statement: opened.statement,
      epochs: opened.epochs,
      changes: opened.changes.map((one) => one.signed),
    },
    history(directory),
  );
  const heads = headsOf(
    opened.to_reporter.map((one) => one.stub),
    opened.from_reporter,
  );
  const { stub, file: sealed } = await writeFromReporter(record, heads, { kind, body }, keys, {
    serial: directory.root.serial,
    day: today(),
  });
  await call({ do: "post", stub, file: sealed });
}
