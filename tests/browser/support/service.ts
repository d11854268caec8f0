import { spawn, type ChildProcess } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A member of the demonstration, as it prints them. */
export interface Member {
  readonly label: string;
  readonly passphrase: string;
  readonly team: string;
  readonly roles: readonly string[];
}

interface Ready {
  readonly report: string;
  readonly return: string;
  readonly desk: string;
  readonly without_javascript: string;
  readonly members: readonly Member[];
}

/** A running demonstration in a folder of its own. */
export interface Service extends Ready {
  readonly origin: string;
  /** The folder that the installation was written to. */
  readonly dir: string;
  /** The member with a label. */
  readonly member: (label: string) => Member;
  /** The seed of the demonstration's only lead, as hex. */
  readonly leadSeed: () => Promise<string>;
  /** Sends SIGTERM and waits for the end; gives the exit code. */
  readonly stop: () => Promise<number | null>;
  /** Continues the stopped installation as `rightline serve`, after a change to its settings. */
  readonly serve: (edit?: (settings: string) => string) => Promise<void>;
  /** Stops, and removes the folder. */
  readonly end: () => Promise<void>;
}

/** Starts `rightline demo` and waits until it says that it is ready. */
export async function startService(): Promise<Service> {
  const dir = join(await mkdtemp(join(tmpdir(), "rightline-journey-")), "demo");
  const port = await freePort();
  const started = spawn(binary(), ["demo", "--port", String(port), "--dir", dir, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let running: ChildProcess | null = started;
  const ready = JSON.parse(await firstLine(started)) as Ready;
  const origin = `http://localhost:${String(port)}`;
  const stop = async (): Promise<number | null> => {
    const process_ = running;
    running = null;
    return process_ === null ? null : terminated(process_);
  };
  return {
    ...ready,
    origin,
    dir,
    member(label) {
      const found = ready.members.find((one) => one.label === label);
      if (found === undefined) throw new Error(`the demonstration has no ${label}`);
      return found;
    },
    leadSeed: async () => (await readFile(join(dir, "demonstration/lead.key"), "utf8")).trim(),
    stop,
    async serve(edit) {
      const settings = join(dir, "rightline.toml");
      if (edit !== undefined) await writeFile(settings, edit(await readFile(settings, "utf8")));
      running = spawn(binary(), ["serve", "--config", settings], { stdio: "inherit" });
      await healthy(origin, running);
    },
    async end() {
      await stop();
      await rm(join(dir, ".."), { recursive: true, force: true });
    },
  };
}

/** The program under test: `RIGHTLINE_BIN`, or what `make build` leaves. */
export function binary(): string {
  const named = process.env["RIGHTLINE_BIN"] ?? "";
  const found =
    named === "" ? join(import.meta.dirname, "../../../target/release/rightline") : named;
  if (!existsSync(found)) throw new Error(`${found} is missing: run \`make build\` first`);
  return found;
}

/**
 * A port of the loopback that nobody listens on. Below those that the system gives to connections, which could take it
 * until it is listened on.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(12_000, 32_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(false));
    server.listen(port, "127.0.0.1", () => server.close(() => done(true)));
  });
}

function firstLine(of: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    let read = "";
    of.once("error", fail);
    of.once("exit", (code) => fail(new Error(`the demonstration ended with ${String(code)}`)));
    of.stdout?.setEncoding("utf8").on("data", (text: string) => {
      read += text;
      const end = read.indexOf("\n");
      if (end >= 0) done(read.slice(0, end));
    });
  });
}

/** Sends SIGTERM to a process and waits for its end; gives the exit code. */
export function terminated(of: ChildProcess): Promise<number | null> {
  if (of.exitCode !== null) return Promise.resolve(of.exitCode);
  return new Promise((done) => {
    of.once("exit", done);
    of.kill("SIGTERM");
  });
}

/** Asks until the service says that it is well; fails when it ends instead. */
export async function healthy(origin: string, process_: ChildProcess): Promise<void> {
  for (;;) {
    if (process_.exitCode !== null) throw new Error(`it ended with ${String(process_.exitCode)}`);
    const answer = await fetch(`${origin}/health`).catch(() => null);
    if (answer?.status === 200) return;
    await new Promise((done) => setTimeout(done, 50));
  }
}
