import { describe, expect, it } from "vitest";
import {
  NO_DIGEST,
  TRAIL_START,
  addAuditRow,
  addTeam,
  digest,
  followTrail,
  headMark,
  history,
  readAuditRow,
  readHead,
  signHead,
  utf8,
  verifyDirectory,
} from "./index";
import type { Digest, Head, Mark, ServiceId } from "./index";
import {
  SERVICE,
  TODAY,
  flipped,
  genesis,
  handlers,
  leads,
  rootPayload,
  sampleMember,
  teamDocument,
} from "./sample";
import { sign } from "./signing";

const broken = (run: () => unknown, rule: string): void =>
  expect(run).toThrow(expect.objectContaining({ rule }) as Error);
const [{ member: who }] = handlers;

const row = (after: Mark, change: object = {}): Uint8Array =>
  utf8(
    JSON.stringify({
      number: after.number + 1,
      previous: after.digest,
      time: 1_795_478_400,
      who,
      by: "member",
      act: "sign-in",
      case: "",
      about: "",
      outcome: "done",
      ...change,
    }),
  );
const mark = (bytes: Uint8Array, number: number): Mark => ({ number, digest: digest(bytes) });
const one = row(TRAIL_START);
const two = row(mark(one, 1), { act: "open-case", case: "0f".repeat(32), about: who });
const three = row(mark(two, 2), { who: "", by: "command", outcome: "not-found" });

describe("the audit trail", () => {
  it("A8: is followed from its start, or from a mark", () => {
    const whole = followTrail(TRAIL_START, [one, two, three]);
    expect(whole).toMatchObject({ end: mark(three, 3), broken: null });
    expect(whole.rows.map((each) => each.act)).toEqual(["sign-in", "open-case", "sign-in"]);
    expect(followTrail(mark(one, 1), [two, three]).end).toEqual(whole.end);
    expect(followTrail(whole.end, [])).toEqual({ rows: [], end: whole.end, broken: null });
  });

  it("A8: is broken at the first row that is changed, missing or moved", () => {
    const at = (rows: Uint8Array[]): number | null => followTrail(TRAIL_START, rows).broken;
    expect(at([one, three])).toBe(2);
    expect(at([two])).toBe(1);
    expect(at([two, one])).toBe(1);
    expect(at([one, one])).toBe(2);
    const other = row(TRAIL_START, { outcome: "not-found" });
    expect(at([other, two, three])).toBe(2);
    expect(followTrail(TRAIL_START, [other, two]).rows).toHaveLength(1);
    expect(at([one, flipped(two, 0), three])).toBe(2);
    expect(at([row({ number: 0, digest: SERVICE as string as Digest })])).toBe(1);
  });

  it("A8: has rows of one format and at most 1,024 bytes", () => {
    const spaced = (length: number): Uint8Array =>
      utf8(new TextDecoder().decode(one).padEnd(length, " "));
    expect(addAuditRow(TRAIL_START, spaced(1_024)).row).toEqual(readAuditRow(one));
    broken(() => readAuditRow(spaced(1_025)), "A8");
    broken(() => readAuditRow(row(TRAIL_START, { more: 1 })), "A8");
    broken(() => readAuditRow(row(TRAIL_START, { by: "somebody" })), "A8");
    broken(() => readAuditRow(row(TRAIL_START, { time: -1 })), "A8");
    broken(() => addAuditRow(mark(one, 1), one), "A8");
  });
});

describe("a head", () => {
  const auditor = sampleMember("Auditor-1", "auditor");
  const [handler] = handlers;
  const intake = teamDocument("intake", [auditor.entry, handler.entry]);
  const teams = [{ team: "intake", digest: digest(intake) }];
  const routes = { intake: "intake", independent: "", custodians: "" };
  const root = sign("root", rootPayload({ teams, routes }), leads[0].signer);
  const by = history(addTeam(verifyDirectory(SERVICE, genesis, [], root), intake));
  const { member } = auditor;
  const facts: Head = {
    service: SERVICE,
    number: 3,
    digest: digest(three),
    member,
    serial: 1,
    day: TODAY,
  };

  it("A7: is an auditor's word for the trail up to a row", () => {
    const found = readHead(SERVICE, signHead(facts, auditor.signer), by);
    expect(found).toEqual(facts);
    expect(headMark(found)).toEqual(followTrail(TRAIL_START, [one, two, three]).end);
  });

  it("A7, D9: is refused by anybody else, of another service, or of no row", () => {
    const read = (change: Partial<Head>, as = auditor): (() => unknown) => {
      const signed = signHead({ ...facts, ...change }, as.signer);
      return () => readHead(SERVICE, signed, by);
    };
    broken(read({ member: handler.member }, handler), "A7");
    broken(read({}, handler), "D9");
    broken(read({}, sampleMember("Auditor-2", "auditor")), "D9");
    broken(read({ serial: 2 }), "D9");
    broken(read({ service: NO_DIGEST as string as ServiceId }), "A7");
    broken(read({ number: 0 }), "A7");
    broken(() => readHead(SERVICE, flipped(signHead(facts, auditor.signer), -1), by), "G1");
    broken(() => readHead(SERVICE, sign("stub", facts, auditor.signer), by), "G1");
  });
});
