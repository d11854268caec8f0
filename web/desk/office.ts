/** What leads and administrators have before them: the accounts, the open invitations, the service. */
import type { MemberId } from "../protocol";
import type { Account, Invitation, ServiceFacts, StrandedCases } from "../protocol/office-calls";
import { refusedWith } from "./calling";
import type { Desk } from "./desk";
import { OfficeCalls } from "./office-calls";
import type { Session } from "./session";
import { troubleOf, troubleText } from "./trouble";
import type { Trouble } from "./trouble";
import { fill, words } from "./words";

/** Something that is fetched from the service; what was there stays while it is fetched again. */
export type Fetched<T> = {
  readonly found: T | null;
  readonly loading: boolean;
  readonly trouble: Trouble | null;
};

export const notFetched: Fetched<never> = { found: null, loading: true, trouble: null };

/** Accounts and open invitations. */
export type Accounts = {
  readonly accounts: readonly Account[];
  readonly invitations: readonly Invitation[];
};

export type Office = {
  readonly accounts: Fetched<Accounts>;
  readonly facts: Fetched<ServiceFacts>;
  readonly stranded: Fetched<StrandedCases>;
  /** What went well or did not, said once. */
  readonly said: { readonly kind: "good" | "trouble"; readonly text: string } | null;
  /** The account or invitation that something is being done to. */
  readonly busy: string | null;
};

export const emptyOffice: Office = {
  accounts: notFetched,
  facts: notFetched,
  stranded: notFetched,
  said: null,
  busy: null,
};

/** A link that was just made. Its secret is nowhere else. */
export type Invited = { readonly label: string; readonly link: string; readonly until: number };

/** What an administrator does to an account. */
export type AccountAct = "suspend" | "restore" | "end-sessions";

export function officeCalls(session: Session): OfficeCalls {
  return new OfficeCalls(session.api);
}

/** Fetches the accounts, what the service says about itself, and which reports nobody is left to work on. */
export async function loadOffice(desk: Desk, session: Session): Promise<void> {
  const { stranded } = officeCalls(session);
  await Promise.all([renewOffice(desk, session), fetching(desk, session, "stranded", stranded)]);
}

/** The same, without the reports: the service goes through all cases to find those. */
export async function renewOffice(desk: Desk, session: Session): Promise<void> {
  const calls = officeCalls(session);
  await Promise.all([
    fetching(desk, session, "accounts", () => accountsOf(calls)),
    fetching(desk, session, "facts", calls.service),
  ]);
}

/** Makes an invitation. Gives the link, or what went wrong. */
export async function invite(
  desk: Desk,
  session: Session,
  label: string,
  replaces: MemberId | "",
): Promise<{ readonly invited: Invited } | { readonly trouble: Trouble | "label" }> {
  try {
    const calls = officeCalls(session);
    const { secret, until } = await desk.fresh(() => calls.invite(label, replaces));
    void fetching(desk, session, "accounts", () => accountsOf(calls));
    return { invited: { label, link: `${location.origin}/enrol#${secret}`, until } };
  } catch (error) {
    if (!session.isEnded()) desk.sessionTrouble(error);
    return { trouble: refusedWith(error, "label") ? "label" : troubleOf(error) };
  }
}

/** Makes an invitation's link useless. */
export async function withdraw(desk: Desk, session: Session, of: Invitation): Promise<void> {
  const { label, id } = of;
  await doing(desk, session, id, fill(words.office.invite.withdrawn, { label }), (calls) =>
    calls.withdraw(id),
  );
}

/** Suspends or restores an account, or ends its sessions. */
export async function actOn(
  desk: Desk,
  session: Session,
  of: Account,
  act: AccountAct,
): Promise<void> {
  const { label, member } = of;
  await doing(desk, session, member, fill(words.accounts.did[act], { label }), (calls) =>
    calls.account(member, act),
  );
}

export function setOffice(desk: Desk, part: Partial<Office>): void {
  desk.change({ office: { ...desk.state.office, ...part } });
}

async function doing(
  desk: Desk,
  session: Session,
  busy: string,
  done: string,
  how: (calls: OfficeCalls) => Promise<void>,
): Promise<void> {
  if (desk.state.office.busy !== null) return;
  setOffice(desk, { busy, said: null });
  const calls = officeCalls(session);
  try {
    await desk.fresh(() => how(calls));
    if (session.isEnded()) return;
    setOffice(desk, { busy: null, said: { kind: "good", text: done } });
  } catch (error) {
    if (session.isEnded() || desk.sessionTrouble(error)) return;
    setOffice(desk, { busy: null, said: { kind: "trouble", text: refusalText(error) } });
  }
  await fetching(desk, session, "accounts", () => accountsOf(calls));
}

/** Everything of accounts and invitations: accounts by label, and the first invitation to end first. */
async function accountsOf(calls: OfficeCalls): Promise<Accounts> {
  const [accounts, invitations] = await Promise.all([calls.accounts(), calls.invitations()]);
  return {
    accounts: accounts.sort((one, other) => compared(one.label, other.label)),
    invitations: invitations.sort((one, other) => one.until - other.until),
  };
}

function compared(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function refusalText(error: unknown): string {
  return refusedWith(error, "last-administrator")
    ? words.accounts.last_administrator
    : troubleText(troubleOf(error));
}

async function fetching<Name extends "accounts" | "facts" | "stranded">(
  desk: Desk,
  session: Session,
  name: Name,
  how: () => Promise<NonNullable<Office[Name]["found"]>>,
): Promise<void> {
  const show = (part: object): void =>
    setOffice(desk, { [name]: { ...desk.state.office[name], ...part } });
  show({ loading: true });
  try {
    const found = await how();
    if (!session.isEnded()) show({ found, loading: false, trouble: null });
  } catch (error) {
    if (session.isEnded() || desk.sessionTrouble(error)) return;
    show({ loading: false, trouble: troubleOf(error) });
  }
}
