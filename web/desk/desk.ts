import { serviceWords } from "../protocol";
import type { CaseId, Member, MemberId } from "../protocol";
import type { ConflictKind } from "../protocol/conflict";
import { AccountCalls } from "./account/calls";
import { Api } from "./api";
import { reload, send, setDraft, share, showCase, showTab, followLists } from "./casework";
import { declare } from "./declaring";
import { emptyDraft } from "./drafts";
import { Freshness } from "./fresh";
import { handOver, lookThrough, showHandover } from "./handing";
import { arranged, stepped } from "./list";
import type { Order, Row, Wanted } from "./list";
import { VANISHED, loadFresh, loadMine } from "./lists";
import { STANDING, noticesAtSignIn } from "./notices";
import { isVanished, without } from "./ring";
import { Session, isSignedOut } from "./session";
import { byPasskey, byPassphrase, unlock } from "./signing-in";
import type { Locked, SignIn, Typed } from "./signing-in";
import { notSigningIn, signedOut } from "./state";
import type { After, Draft, Notice, RoundView, SignInStep, State, Tab } from "./state";
import { Store } from "./store";
import { Troubled, troubleOf, troubleText } from "./trouble";
import { isReader, viewsOf } from "./views";
import { loadDue } from "./work/due";
import { Working } from "./work/working";
import { words } from "./words";

/** What of a lead's draft outlasts a session: what to change, and upon which root. */
type LeadDraft = Pick<State["lead"], "changes" | "base">;

/** How often the lists are looked at again. */
const between = 60_000;

/** The desk: the state of the page, and all that a member can ask of it. */
export class Desk extends Store<State> {
  session: Session | null = null;
  /** Runs calls that want a fresh second factor. */
  readonly freshness: Freshness;
  /** What a member can ask of the work on cases. */
  readonly work = new Working(this);
  readonly #api: Api;
  /** Who is signed in by a passkey and has not opened their keys yet. */
  #locked: Locked | null = null;
  /** What a member was writing when their session ended, for the same member to go on with. */
  #kept: ({ member: MemberId; lead: LeadDraft } & Pick<State, "drafts" | "recordDrafts">) | null =
    null;
  #signingIn = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #refreshing = false;

  constructor(page: Pick<State, "service" | "force" | "answerDays">, api: Api = new Api()) {
    const words = serviceWords(page.service);
    const online = navigator.onLine;
    super(signedOut({ ...page, serviceWords: words, online, letters: true }, "", 0));
    this.#api = api;
    this.freshness = new Freshness(this, new AccountCalls(api));
  }

  signIn(typed: Typed): Promise<void> {
    return this.#signIn("parameters", (at) => byPassphrase(at, typed));
  }

  signInByPasskey(): Promise<void> {
    return this.#signIn("passkey", byPasskey);
  }

  /** Opens with a passphrase the keys of whoever a passkey has signed in. */
  async unlock(passphrase: string): Promise<void> {
    const locked = this.#locked;
    if (locked !== null) await this.#signIn("passphrase", (at) => unlock(at, locked, passphrase));
  }

  /** Drops every key and everything decrypted. Nothing of it is waited for. */
  signOut(after: After): void {
    this.#signingIn++;
    const { session } = this;
    this.session = null;
    const half = this.#locked !== null;
    this.#locked = null;
    this.freshness.give();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const { drafts, lead, recordDrafts } = this.state;
    if (session !== null) {
      const interrupted = after === "ended" || after === "idle";
      const { member } = session.vault;
      const draft = { changes: lead.changes, base: lead.base };
      this.#kept = interrupted ? { member, drafts, recordDrafts, lead: draft } : null;
    }
    session?.end();
    const there = session !== null || half || this.state.signIn.step !== null;
    if (there && after !== "ended") this.#api.signOut();
    this.change(signedOut(pageOf(this.state), after, this.state.idleMinutes));
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
      // The lists tell a reader that a session is over; others ask just that.
      if (isReader(session.me)) {
        await Promise.all([loadFresh(this, session), loadMine(this, session)]);
        if (!session.isEnded()) await followLists(this, session);
        if (!session.isEnded()) await lookThrough(this, session);
        if (!session.isEnded()) await loadDue(this, session, this.state.due);
      } else await this.renewMe();
    } finally {
      this.#refreshing = false;
    }
  }

  /** Looks again at what this member may do: the directory and the service's own word. */
  async renewMe(): Promise<void> {
    const { session } = this;
    if (session === null) return;
    try {
      await session.renewFacts();
      await session.renewRoots();
      if (!session.isEnded()) this.#showMe(session);
    } catch (error) {
      if (!session.isEnded()) this.sessionTrouble(error);
    }
  }

  /** Runs a call; where it wants a fresh second factor, asks for one and runs it again. */
  fresh<T>(call: () => Promise<T>): Promise<T> {
    return this.freshness.run(call);
  }

  /** Signs out if an error says that the session is over. Gives whether it does. */
  sessionTrouble(error: unknown): boolean {
    if (!isSignedOut(error)) return false;
    this.signOut("ended");
    return true;
  }

  show(view: State["view"]): void {
    const { me } = this.state;
    if (me === null || !viewsOf(me).includes(view)) return;
    this.change({ view, help: false });
    if (view === "due") this.work.loadDue(this.state.due);
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

  declare(of: CaseId, kinds: readonly ConflictKind[], detail = ""): void {
    void declare(this, of, { kinds, detail });
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

  /** Hands over what is owed: lets in again who lost their keys, or makes new keys for who left. */
  handOver(kind: RoundView["kind"], compromise: boolean): void {
    if (this.session !== null) void handOver(this, this.session, kind, compromise);
  }

  /** Pauses or continues the handing over. */
  pauseRound(on: boolean): void {
    const { session } = this;
    if (session?.round === null || session === null) return;
    if (on) session.round.pause();
    else session.round.resume();
    showHandover(this, session);
  }

  /** Hides what a handing over came to. */
  hideRound(): void {
    const { handover } = this.state;
    if (this.session === null || handover === null) return;
    this.change({ handover: { ...handover, round: null } });
    showHandover(this, this.session);
  }

  /** Forgets that some cases did not open; the next look at the list tries them again. */
  hideOpening(): void {
    this.session?.failed.clear();
    this.change({ opening: null });
  }

  notice(kind: Notice["kind"], text: string, id: string = text): void {
    this.#say({ id, kind, text });
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

  async #signIn(first: SignInStep, how: (at: SignIn) => Promise<Session | Locked>): Promise<void> {
    const turn = ++this.#signingIn;
    const at: SignIn = {
      api: this.#api,
      service: this.state.service,
      step: (step) => {
        if (turn === this.#signingIn) this.#showSignIn({ step });
      },
      ringTrouble: (error) => this.#ringTrouble(error),
    };
    this.change({ after: "" });
    this.#showSignIn({ step: first });
    try {
      const found = await how(at);
      const overtaken = turn !== this.#signingIn;
      if (found instanceof Session) {
        if (overtaken) found.end();
        else this.#begin(found);
      } else if (!overtaken) {
        this.#locked = found;
        this.#showSignIn({});
      }
    } catch (error) {
      if (turn !== this.#signingIn) return;
      // Keys that do not open with this passphrase may open with another; nothing else may go on.
      const again = error instanceof Troubled && error.trouble.code === "passphrase_wrong";
      if (!again) this.#locked = null;
      this.#showSignIn({ trouble: troubleOf(error) });
    }
  }

  #say(notice: Notice): void {
    const others = this.state.notices.filter((one) => one.id !== notice.id);
    this.change({ notices: [...others, notice] });
  }

  #showSignIn(part: Partial<State["signIn"]>): void {
    const unlock = this.#locked?.label ?? null;
    this.change({ signIn: { ...notSigningIn, unlock, ...part } });
  }

  #begin(session: Session): void {
    this.session = session;
    this.#locked = null;
    const own = this.#kept?.member === session.vault.member ? this.#kept : null;
    const kept = own?.drafts ?? [];
    this.#kept = null;
    const [view = "account"] = viewsOf(session.me);
    this.change({
      me: session.me,
      view,
      drafts: new Map([...kept].map(([of, draft]) => [of, { ...draft, sending: false }])),
      recordDrafts: own?.recordDrafts ?? new Map(),
      lead: { ...this.state.lead, ...own?.lead },
      idleMinutes: session.idleMinutes,
      signIn: notSigningIn,
    });
    for (const one of noticesAtSignIn(session)) this.#say(one);
    void this.refresh();
    this.#again();
  }

  /** Shows what a member may do now. What has been put right is no longer warned of. */
  #showMe(session: Session): void {
    const { me } = session;
    const views = viewsOf(me);
    const view = views.includes(this.state.view) ? this.state.view : (views[0] ?? "account");
    this.change({ me, view });
    const due = new Set(noticesAtSignIn(session).map((one) => one.id));
    for (const { id } of this.state.notices) {
      if ((STANDING as readonly string[]).includes(id) && !due.has(id)) this.dropNotice(id);
    }
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

/** What stays of a page's state when nobody is signed in any more. */
function pageOf(state: State): Parameters<typeof signedOut>[0] {
  const { service, serviceWords: shown, force, answerDays, online, letters } = state;
  return { service, serviceWords: shown, force, answerDays, online, letters };
}
