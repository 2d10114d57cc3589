/**
 * What is measured: a program that can be started and speaks a wire that the load generator knows.
 * Another one is one more file beside this one and a line in `all.ts`.
 *
 * @module
 */

import type { WireName } from "../load/wire.ts";
import { RunningProgram, type StartOptions } from "../process.ts";

/** How long a peer may take until it listens, in milliseconds. */
const START_TIMEOUT_MS = 20_000;

/** How often another port is tried when somebody else took the one that was free. */
const PORT_TRIES = 5;

/** Names of the peers, as the tables and the command line have them. */
export type PeerName =
  | "ours"
  | "ours-json"
  | "ours-db"
  | "nats"
  | "redis"
  | "ngircd"
  | "ncat"
  | "naive"
  | "limit"
  | "limit-json";

/** One program to measure. */
export interface Peer {
  /** Its name. */
  readonly name: PeerName;
  /** What it speaks. */
  readonly wire: WireName;
  /** What it is and how it is configured, for the legend below the table. */
  readonly about: string;
  /**
   * Its version, or null when it is not there: then the tables name the gap.
   */
  version(): Promise<string | null>;
  /**
   * Starts it on a free port of 127.0.0.1 and waits until it listens.
   *
   * @param options `maxClients`: how many clients it must allow.
   * @throws {Error} When it does not listen within 20 s; with what it said.
   */
  start(options: { readonly maxClients: number }): Promise<RunningPeer>;
}

/** A peer that listens. */
export interface RunningPeer {
  /** Where. */
  readonly port: number;
  /** Its process; stopping it removes its files too. */
  readonly program: RunningProgram;
}

/**
 * How a script of ours is started that needs nothing but the network.
 *
 * @param script Its path from here; it says where it listens, see {@linkcode startListening}.
 */
export function denoScript(script: string): Pick<Peer, "version" | "start"> {
  const { pathname } = new URL(script, import.meta.url);
  return {
    version: () => Promise.resolve(`Deno ${Deno.version.deno}`),
    start: () => startListening([Deno.execPath(), "run", "--no-prompt", "--allow-net", pathname]),
  };
}

/**
 * Starts a program that says `… is listening on ADDRESS:PORT` on its standard output.
 *
 * @throws {Error} When it does not within 20 s.
 */
export async function startListening(
  command: readonly string[],
  options: StartOptions = {},
): Promise<RunningPeer> {
  const program = RunningProgram.start(command, options);
  try {
    const match = await program.waitFor(/ is listening on \S+:(\d+)/, START_TIMEOUT_MS);
    return { port: Number(match[1]), program };
  } catch (error) {
    await program.stop();
    throw error;
  }
}

/**
 * Starts a program that cannot choose a port itself, with a port that was free a moment ago; with
 * another one when the program ends because somebody else was faster. That it listens is believed
 * only when it says so itself: a connection could reach that somebody else.
 *
 * @param ready What it says when it listens, on either output; may hold the port in brackets.
 * @param commandOf The command for a port.
 * @throws {Error} When it does not listen at the fifth try either.
 */
export async function startOnFreePort(
  ready: RegExp,
  commandOf: (port: number) => readonly string[],
): Promise<RunningPeer> {
  let failure: unknown;
  for (let tries = 0; tries < PORT_TRIES; tries++) {
    const port = freePort();
    const program = RunningProgram.start(commandOf(port), { onlyErrors: true });
    try {
      const match = await program.waitForError(ready, START_TIMEOUT_MS);
      return { port: Number(match[1] ?? port), program };
    } catch (error) {
      failure = error;
      await program.stop();
    }
  }
  throw failure;
}

/**
 * What a program says when it is asked for its version.
 *
 * @param pattern Holds the version in brackets; the whole first line when it does not match.
 * @returns Null when the program is not installed.
 */
export async function versionOf(command: string, pattern: RegExp): Promise<string | null> {
  try {
    const { stdout, stderr } = await new Deno.Command(command, { args: ["--version"] }).output();
    const decoder = new TextDecoder();
    const text = decoder.decode(stdout) + decoder.decode(stderr);
    return pattern.exec(text)?.[1] ?? text.trim().split("\n")[0] ?? "";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}
