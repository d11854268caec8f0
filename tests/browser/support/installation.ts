/** An installation of one's own, made by `rightline init` and not founded yet. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { binary, freePort, healthy, terminated } from "./service.js";

/** A running installation, with the links that found it. */
export interface Installation {
  readonly origin: string;
  readonly desk: string;
  /** Where its settings are. */
  readonly config: string;
  /** The link of the first lead. */
  readonly lead: string;
  /** The link of the first administrator. */
  readonly administrator: string;
  /** Runs the program on this installation, and gives what it prints. */
  readonly run: (...args: readonly string[]) => Promise<string>;
  /** Stops, and removes the folder. */
  readonly end: () => Promise<void>;
}

/** Makes an installation and serves it. */
export async function startInstallation(): Promise<Installation> {
  const parent = await mkdtemp(join(tmpdir(), "rightline-founding-"));
  const port = await freePort();
  const origin = `http://localhost:${String(port)}`;
  const made = await printed([
    "init",
    ...["--dir", join(parent, "service"), "--name", "Sample Force", "--origin", origin],
    ...["--listen", `127.0.0.1:${String(port)}`, "--json"],
  ]);
  const links = JSON.parse(made) as { lead: string; administrator: string; config: string };
  const running: ChildProcess = spawn(binary(), ["serve", "--config", links.config], {
    stdio: "inherit",
  });
  await healthy(origin, running);
  return {
    ...links,
    origin,
    desk: `${origin}/desk`,
    run: (...args) => printed([...args, "--config", links.config]),
    async end() {
      await terminated(running);
      await rm(parent, { recursive: true, force: true });
    },
  };
}

async function printed(args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(binary(), args);
  return stdout;
}
