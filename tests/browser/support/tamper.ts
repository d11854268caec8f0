import type { Page, Route } from "playwright-core";
import {
  addTeam,
  day,
  digest,
  fromBase64,
  fromHex,
  missingDocuments,
  randomBytes,
  recoveryKeys,
  signLeads,
  signRecoveryVote,
  signer,
  split,
  verifyDirectory,
} from "../../../web/protocol/index.js";
import { sign } from "../../../web/protocol/index.js";
import type {
  Directory,
  LeadSignSeed,
  MemberId,
  RecoverySeed,
  ServiceId,
  Signer,
} from "../../../web/protocol/index.js";
import type { Service } from "./service.js";

/** The bytes with one bit changed; a negative place counts from the end. */
export function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const other = Uint8Array.from(bytes);
  const place = at < 0 ? other.length + at : at;
  other[place] = (other[place] ?? 0) ^ 1;
  return other;
}

/** The base64 with one bit of its bytes changed. */
export function flippedBase64(text: string, at: number): string {
  return toBase64(flipped(Buffer.from(text, "base64"), at));
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

/** Answers with a problem document (P1). */
export function problem(route: Route, status: number, code: string, rule?: string): Promise<void> {
  return route.fulfill({
    status,
    contentType: "application/problem+json",
    body: JSON.stringify({
      type: `urn:rightline:problem:${code}`,
      title: code,
      status,
      detail: code,
      ...(rule === undefined ? {} : { rule }),
    }),
  });
}

/** Lets a JSON answer through with a change to it. */
export async function changeJson<Answer>(
  page: Page,
  address: string | RegExp,
  change: (answer: Answer) => Answer,
): Promise<void> {
  await page.route(address, async (route) => {
    const answer = await route.fetch();
    if (!answer.ok()) return route.fulfill({ response: answer });
    const body = JSON.stringify(change((await answer.json()) as Answer));
    return route.fulfill({ response: answer, body });
  });
}

/** The wire's directory document. */
export interface WireDirectory {
  genesis: string;
  leads: string[];
  root: string;
}

/** A service's directory, verified, and the key of the lead who may sign another. */
export interface Led {
  readonly wire: WireDirectory;
  readonly directory: Directory;
  readonly lead: Signer<LeadSignSeed>;
  /** A root signed by the lead, with a change to the payload of the one in force. */
  readonly root: (change: object, by?: Signer) => string;
  /** The team document of a team, signed by the lead, with a change to its payload. */
  readonly team: (name: string, change: (team: WireTeam) => object, by?: Signer) => Uint8Array;
}

export interface WireTeam {
  readonly team: string;
  readonly members: readonly Record<string, unknown>[];
}

/** Fetches the directory of a service and takes the lead's key from the demonstration's folder. */
export async function lead(service: Service): Promise<Led> {
  const id = await serviceIdOf(service);
  const wire = (await (await fetch(`${service.origin}/api/1/directory`)).json()) as WireDirectory;
  const root = fromBase64(wire.root);
  let directory = verifyDirectory(id, fromBase64(wire.genesis), wire.leads.map(fromBase64), root);
  const documents = new Map<string, WireTeam>();
  for (const name of missingDocuments(directory)) {
    const answer = await fetch(`${service.origin}/api/1/directory/documents/${name}`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    directory = addTeam(directory, bytes);
    const team = payload(bytes) as WireTeam;
    documents.set(team.team, team);
  }
  const seed = fromHex(await service.leadSeed(), 32) as Uint8Array as LeadSignSeed;
  const key = signer(seed);
  return {
    wire,
    directory,
    lead: key,
    root: (change, by = key) =>
      toBase64(sign("root", { ...(payload(root) as object), ...change }, by)),
    team(name, change, by = key) {
      const found = documents.get(name);
      if (found === undefined) throw new Error(`there is no team ${name}`);
      return sign("team", { ...found, ...change(found) }, by);
    },
  };
}

/** The directory of a service with a second lead and, voted for by both, a recovery: everything but the
 * service's own word for it. */
export async function withRecovery(
  service: Service,
): Promise<{ wire: WireDirectory; service: ServiceId; recovery: MemberId }> {
  const { wire, directory, lead: first, root } = await lead(service);
  const { service: id, lists } = directory;
  const last = lists.at(-1);
  if (last === undefined) throw new Error("there is no lead list");
  const second = signer(randomBytes(32) as Uint8Array as LeadSignSeed);
  const member = "f0".repeat(16) as MemberId;
  const leads = [...last.leads, { member, label: "Another lead", key: second.key }];
  const next = { ...last, service: id, number: last.number + 1, previous: last.digest, leads };
  const list = signLeads(next, first);
  const keys = recoveryKeys(randomBytes(32) as Uint8Array as RecoverySeed, id);
  const { recipient } = keys.identity;
  const split = { recipient, key: keys.signer.key, threshold: 2, shares: 3 };
  const vote = { ...split, service: id, day: day("2026-01-05") };
  const signatures = [first, second].map((by) => toBase64(signRecoveryVote(vote, by)));
  const named = root({ leads: digest(list), recovery: { ...split, signatures } });
  const changed = { ...wire, leads: [...wire.leads, toBase64(list)], root: named };
  return { wire: changed, service: id, recovery: keys.member };
}

/** The service id that the pages name. */
export async function serviceIdOf(service: Pick<Service, "origin">): Promise<ServiceId> {
  const html = await (await fetch(`${service.origin}/report`)).text();
  const found = /data-service="([0-9a-f]{64})"/.exec(html)?.[1];
  if (found === undefined) throw new Error("the report page names no service");
  return found as ServiceId;
}

/** The JSON inside a signed document, unverified: these are the test's own. */
export function payload(document: Uint8Array): unknown {
  return JSON.parse(Buffer.from(split(document).payload).toString()) as unknown;
}
