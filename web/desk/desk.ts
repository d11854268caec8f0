import { serviceWords } from "../protocol";
import type { CaseId, Member, MemberId, ServiceId } from "../protocol";
import { Api } from "./api";
import { reload, send, setDraft, share, showCase, showTab, followLists } from "./casework";
import { emptyDraft } from "./drafts";
import { arranged, stepped } from "./list";
import type { Order, Row, Wanted } from "./list";
import { VANISHED, declare, loadFresh, loadMine } from "./lists";
import { isVanished, without } from "./ring";
import { beginSession } from "./session";
import type { Session } from "./session";
import { signedOut } from "./state";
import type { After, Draft, Notice, State, Tab } from "./state";
import { Store } from "./store";
import { troubleOf, troubleText } from "./trouble";
import { fill, words } from "./words";
import { fullDay, today } from "./days";

/** How often the lists are looked at again. */
const between = 60_000;

/** The desk: the state of the page, and all that a member can ask of it. */
export class Desk extends Store<State> {
  session: Session | null = null;
  readonly #api: Api;
  /** What a member was writing when their session ended, for the same member to go on with. */
  #kept: { member: MemberId; drafts: State["drafts"] } | null = null;
  #signingIn = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #refreshing = false;

  constructor(page: { service: ServiceId; force: string }, api: Api = new Api()) {
    const words = serviceWords(page.service);
    const online = navigator.onLine;
    super(signedOut({ ...page, serviceWords: words, online, letters: true }, "", 0));
    this.#api = api;
  }

  async signIn(label: string, passphrase: string): Promise<void> {
    const turn = ++this.#signingIn;
    this.change({ after: "", signIn: { step: "parameters", trouble: null } });
    try {
      const session = await beginSession(
        this.#api,
        this.state.service,
        label,
        passphrase,
        (step) => {
          if (turn === this.#signingIn) this.change({ signIn: { step, trouble: null } });
        },
        (error) => this.#ringTrouble(error),
      );
      if (turn !== this.#signingIn) {
        session.end();
        return;
      }
      this.#begin(session);
    } catch (error) {
      if (turn !== this.#signingIn) return;
      this.change({ signIn: { step: null, trouble: troubleOf(error) } });
    }
  }

  /** Drops every key and everything decrypted. Nothing of it is waited for. */
  signOut(after: After): void {
    this.#signingIn++;
    const { session } = this;
    this.session = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const { drafts } = this.state;
    if (session !== null) {
      const interrupted = after === "ended" || after === "idle";
      this.#kept = interrupted ? { member: session.vault.member, drafts } : null;
    }
    session?.end();
    const there = session !== null || this.state.signIn.step !== null;
    if (there && after !== "ended") this.#api.signOut();
    const { service, serviceWords: shown, force, online, letters, idleMinutes } = this.state;
    const page = { service, serviceWords: shown, force, online, letters };
    this.change(signedOut(page, after, idleMinutes));
  }

  /** Signs out when the member asks for it: what was read is noted first, if that is quick. */
  async leave(): Promise<void> {
    const { session } = this;
    const late = new Promise<void>((done) => setTimeout(done, 2_000));
    await Promise.race([session?.keeper.save(), late]);
    if (this.session === session) this.signOut("signed_out");
  }

  /** Looks at the lists and the open case again. */
  async refresh(): Promise<void> {
    const { session } = this;
    if (session === null || this.#refreshing) return;
    this.#refreshing = true;
    try {
      await Promise.all([loadFresh(this, session), loadMine(this, session)]);
      if (!session.isEnded()) await followLists(this, session);
    } finally {
      this.#refreshing = false;
    }
  }

  show(view: State["view"]): void {
    this.change({ view, help: false });
  }

  openCase(of: CaseId): void {
    const { session } = this;
    if (session === null) return;
    this.change({ view: "mine", help: false });
    void showCase(this, session, of);
  }

  reloadCase(): void {
    const { session } = this;
    const { open } = this.state;
    if (session === null || open === null) return;
    this.change({ open: { ...open, trouble: null } });
    void reload(this, session, open.case);
  }

  closeCase(): void {
    this.change({ open: null });
  }

  showTab(tab: Tab): void {
    if (this.session !== null) showTab(this, this.session, tab);
  }

  toggleRail(): void {
    const { open } = this.state;
    if (open !== null) this.change({ open: { ...open, rail: !open.rail } });
  }

  declare(of: CaseId, conflict: boolean): void {
    void declare(this, of, conflict);
  }

  share(member: Member): void {
    const { session } = this;
    const { open } = this.state;
    if (session !== null && open !== null) void share(this, session, open.case, member);
  }

  draft(of: CaseId): Draft {
    return this.state.drafts.get(of) ?? emptyDraft;
  }

  setDraft(of: CaseId, part: Partial<Draft>): void {
    setDraft(this, of, part);
  }

  send(of: CaseId): void {
    if (this.session !== null) void send(this, this.session, of);
  }

  want(part: Partial<Wanted>): void {
    this.change({ wanted: { ...this.state.wanted, ...part } });
  }

  setOrder(order: Order): void {
    this.change({ order });
  }

  /** The rows of my cases that are wanted, in order. */
  rows(): Row[] {
    const { mine, wanted, order } = this.state;
    return arranged(mine.rows, wanted, order, this.session?.texts ?? new Map());
  }

  /** Moves the selection in my cases. */
  step(by: 1 | -1): void {
    this.change({ selected: stepped(this.rows(), this.state.selected, by) });
  }

  /** Pauses or continues the opening of many cases. */
  pause(on: boolean): void {
    const { session } = this;
    const { opening } = this.state;
    if (session === null || opening === null) return;
    if (!on) {
      session.pause?.resume();
      session.pause = null;
    } else if (session.pause === null) {
      let resume = (): void => undefined;
      const promise = new Promise<void>((done) => (resume = done));
      session.pause = { promise, resume };
    }
    this.change({ opening: { ...opening, paused: on } });
  }

  /** Forgets that some cases did not open; the next look at the list tries them again. */
  hideOpening(): void {
    this.change({ opening: null });
  }

  notice(kind: Notice["kind"], text: string, id: string = text): void {
    const others = this.state.notices.filter((one) => one.id !== id);
    this.change({ notices: [...others, { id, kind, text }] });
  }

  /** Hides a notice that was read. */
  hideNotice(id: string): void {
    if (id === VANISHED) this.session?.keeper.change((ring) => without(ring, isVanished));
    this.dropNotice(id);
  }

  dropNotice(id: string): void {
    if (!this.state.notices.some((one) => one.id === id)) return;
    this.change({ notices: this.state.notices.filter((one) => one.id !== id) });
  }

  setHelp(help: boolean): void {
    this.change({ help });
  }

  setLetters(letters: boolean): void {
    this.change({ letters });
  }

  setOnline(online: boolean): void {
    this.change({ online });
    if (!online) return;
    void this.refresh();
    void this.session?.keeper.save();
  }

  setIdleSoon(idleSoon: boolean): void {
    if (this.state.idleSoon !== idleSoon) this.change({ idleSoon });
  }

  #begin(session: Session): void {
    this.session = session;
    const kept = this.#kept?.member === session.vault.member ? this.#kept.drafts : [];
    this.#kept = null;
    this.change({
      me: session.me,
      drafts: new Map([...kept].map(([of, draft]) => [of, { ...draft, sending: false }])),
      idleMinutes: session.idleMinutes,
      signIn: { step: null, trouble: null },
    });
    for (const { kind, text } of noticesAtSignIn(session)) this.notice(kind, text);
    void this.refresh();
    this.#again();
  }

  #again(): void {
    this.#timer = setTimeout(() => {
      const quiet = document.visibilityState === "hidden" || !this.state.online;
      void (quiet ? Promise.resolve() : this.refresh()).finally(() => {
        if (this.session !== null) this.#again();
      });
    }, between);
  }

  #ringTrouble(error: unknown): void {
    const trouble = troubleOf(error);
    if (trouble.code === "signed_out") this.signOut("ended");
    else if (trouble.code === "directory_fork") this.notice("trouble", troubleText(trouble));
    // Without a connection the page says so already, and the ring is saved when it is back.
    else if (trouble.code !== "offline" && trouble.code !== "unreachable") {
      this.notice("warning", words.trouble.ring_save, "ring");
    }
  }
}

/** What a member is told once when they have signed in. */
export function noticesAtSignIn({
  roots,
  me,
  memory,
}: Pick<Session, "roots" | "me" | "memory">): Pick<Notice, "kind" | "text">[] {
  const found: Pick<Notice, "kind" | "text">[] = [];
  const { good_until: until } = roots.current.root;
  if (until < today()) {
    found.push({ kind: "warning", text: fill(words.directory.past, { day: fullDay(until) }) });
  }
  if (me.listed === null) found.push({ kind: "warning", text: words.trouble.unlisted_self });
  if (memory === "lost") found.push({ kind: "warning", text: words.trouble.ring });
  // Normal once; later it means that nothing can be compared with what was seen before (D8).
  if (memory === "none") found.push({ kind: "calm", text: words.trouble.ring_none });
  return found;
}
