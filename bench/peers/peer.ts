/**
 * What is measured: a program that can be started and speaks a wire that the load generator knows.
 * Another one is one more entry beside those here and a line in `all.ts`.
 *
 * @module
 */

import { descriptorsOf, type Usage, usageOf } from "../../tests/helpers/proc.ts";
import { MANY_DESCRIPTORS, Program } from "../../tests/helpers/program.ts";
import type { WireName } from "../load/wire.ts";

/** How long a peer may take until it listens, in milliseconds. */
const START_TIMEOUT_MS = 20_000;

/** How often another port is tried when somebody else took the one that was free. */
const PORT_TRIES = 5;

/** Names of the peers, as the tables and the command line have them. */
export type PeerName =
  | "ours"
  | "ours-json"
  | "ours-db"
  | "ours-irc"
  | "ours-irc-tags"
  | "ours-irc-four"
  | "nats"
  | "redis"
  | "ngircd"
  | "inspircd"
  | "ncat"
  | "naive"
  | "limit"
  | "limit-json"
  | "limit-c"
  | "limit-c-json";

/** How a peer is started. */
export interface PeerOptions {
  /** How many clients it must allow. */
  readonly maxClients: number;
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
  /**
   * It holds back whoever sends too much, as it does by itself; default false: floods are wanted.
   */
  readonly hasFloodControl?: boolean;
}

/** One program to measure. */
export interface Peer {
  /** Its name. */
  readonly name: PeerName;
  /** What it speaks. */
  readonly wire: WireName;
  /** What those who only read speak in floods, in turns; absent: the same. */
  readonly readers?: readonly WireName[];
  /** What it is and how it is configured, for the legend below the table. */
  readonly about: string;
  /** Its version, or null when it is not there: then the tables name the gap. */
  version(): Promise<string | null>;
  /**
   * Starts it on a free port and waits until it listens.
   *
   * @throws {Error} When it does not listen within 20 s; with what it said.
   */
  start(options: PeerOptions): Promise<RunningPeer>;
}

/** A peer that listens. It ends, and its files go, when it is disposed of. */
export class RunningPeer implements AsyncDisposable {
  /** Where. */
  readonly port: number;
  readonly #program: Program;
  readonly #files: Disposable | undefined;
  #ended = false;

  /**
   * Takes a program over.
   *
   * @param files Removed when it has ended.
   */
  constructor(program: Program, port: number, files?: Disposable) {
    this.port = port;
    this.#program = program;
    this.#files = files;
    program.ended.then(() => {
      this.#ended = true;
    });
  }

  /** It has ended, by itself or because it was stopped. */
  get ended(): boolean {
    return this.#ended;
  }

  /** What it has said on its standard error so far. */
  get log(): string {
    return this.#program.stderr.text;
  }

  /** Its memory and processor time. */
  usage(): Promise<Usage> {
    return usageOf(this.#program.pid);
  }

  /** Its open descriptors; 0 when it has ended. */
  descriptors(): Promise<number> {
    return descriptorsOf(this.#program.pid);
  }

  /** Ends it at once and waits until it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
    this.#files?.[Symbol.dispose]();
  }
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
 * @param files Removed when it has ended.
 * @throws {Error} When it does not within 20 s.
 */
export async function startListening(
  command: readonly string[],
  files?: Disposable,
): Promise<RunningPeer> {
  const program = new Program(command, { before: MANY_DESCRIPTORS, stdin: false });
  try {
    const line = await program.stdout.expect(/ is listening on \S+:\d+/, START_TIMEOUT_MS);
    return new RunningPeer(program, Number(/ on \S+:(\d+)/.exec(line)?.[1]), files);
  } catch (cause) {
    await program[Symbol.asyncDispose]();
    files?.[Symbol.dispose]();
    throw new Error(`It did not start; it said: ${program.stderr.text}`, { cause });
  }
}

/**
 * Starts a program that cannot choose a port itself, with a port that was free a moment ago; with
 * another one when the program ends because somebody else was faster. That it listens is believed
 * only when it says so itself: a connection could reach that somebody else.
 *
 * @param ready What it says when it listens, on either output; may hold the port in brackets.
 * @param commandOf The command for a port.
 * @param files Removed when it has ended.
 * @throws {Error} When it does not listen at the fifth try either.
 */
export async function startOnFreePort(
  ready: RegExp,
  commandOf: (port: number) => readonly string[],
  files?: Disposable,
): Promise<RunningPeer> {
  let failure: unknown;
  for (let tries = 0; tries < PORT_TRIES; tries++) {
    const port = freePort();
    const program = new Program(commandOf(port), { before: BOTH_OUTPUTS_IN_ONE, stdin: false });
    try {
      const line = await program.stderr.expect(ready, START_TIMEOUT_MS);
      return new RunningPeer(program, Number(ready.exec(line)?.[1] ?? port), files);
    } catch (error) {
      failure = error;
      await program[Symbol.asyncDispose]();
    }
  }
  files?.[Symbol.dispose]();
  throw failure;
}

/** Standard output goes to standard error, so that one of them has all that a program says. */
const BOTH_OUTPUTS_IN_ONE = [...MANY_DESCRIPTORS, "sh", "-c", 'exec "$@" 1>&2', "sh"];

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
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
