/**
 * The real server as a child process, watched from outside: its memory, its descriptors, and what
 * it says on standard error.
 *
 * @module
 */

import { descriptorsOf, usageOf } from "../../helpers/proc.ts";
import { commandLine, MANY_DESCRIPTORS, Program } from "../../helpers/program.ts";
import { ServerLog } from "./server_log.ts";

/** How long it may take to end: its own three seconds, and a busy machine. */
const STOP_MS = 20_000;

/** What a process holds. */
export interface Holding {
  /** Resident memory, in bytes. */
  readonly rssBytes: number;
  /** The part of it that is the process's own, in bytes. */
  readonly anonBytes: number;
  /** Open file descriptors. */
  readonly descriptors: number;
}

/** Options of {@linkcode ChatProcess.start}. */
export interface StartOptions {
  /** More flags of `chat serve`. */
  readonly flags?: readonly string[];
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
  /** What stands before the command; keeps its process id, as `env` does. */
  readonly before?: readonly string[];
}

/** A `chat serve` with room for 2,000 clients. */
export class ChatProcess implements AsyncDisposable {
  /** Where it listens. */
  readonly port: number;
  /** Where it serves its page; undefined without `--web`. */
  readonly webPort: number | undefined;
  readonly #program: Program;
  readonly #log = new ServerLog();
  /** Lines of the log that have been looked at. */
  #looked = 0;

  private constructor(program: Program, port: number, webPort: number | undefined) {
    this.#program = program;
    this.port = port;
    this.webPort = webPort;
  }

  /**
   * Starts it and waits until it listens.
   *
   * @throws {Error} When it does not; with what it said.
   */
  static async start(options: StartOptions = {}): Promise<ChatProcess> {
    const { flags = [], host = "127.0.0.1", before = [] } = options;
    const serve = ["serve", "--port", "0", "--host", host, "--max-clients", "2000"];
    const command = commandLine([...serve, "--log-format", "json", ...flags]);
    const program = new Program([...before, ...command], {
      before: MANY_DESCRIPTORS,
      // It then tells how long its event loop stood still.
      env: { CHAT_DEBUG: "1" },
      stdin: false,
    });
    try {
      const { port, web } = JSON.parse(await program.stderr.expect(/"event":"listening"/));
      return new ChatProcess(program, port, web);
    } catch (cause) {
      await program[Symbol.asyncDispose]();
      throw new Error(`The server did not start: ${program.stderr.text}`, { cause });
    }
  }

  /**
   * What it has said on standard error that no healthy server says: errors of its log, and all that
   * is no log line, such as an unhandled rejection. At most 50 lines.
   */
  get strange(): readonly string[] {
    this.#readLog();
    return this.#log.strange;
  }

  /**
   * The longest turn of its event loop since the last call, in milliseconds; 0 when none was of 100
   * or more. See `watchdog.ts`.
   */
  takeLongestTurn(): number {
    this.#readLog();
    const { turnMs } = this.#log;
    this.#log.turnMs = 0;
    return turnMs;
  }

  /** What it holds now. Linux only. */
  async holding(): Promise<Holding> {
    const { pid } = this.#program;
    try {
      const [usage, descriptors] = await Promise.all([usageOf(pid), descriptorsOf(pid)]);
      return { ...usage, descriptors };
    } catch (cause) {
      throw new Error(`Process ${pid} is gone: ${this.strange.join("\n")}`, { cause });
    }
  }

  /**
   * Stops it in order.
   *
   * @returns Its exit code.
   */
  async stop(): Promise<number> {
    this.#program.signal("SIGTERM");
    const timer = setTimeout(() => this.#program.signal("SIGKILL"), STOP_MS);
    const { code } = await this.#program.ended;
    clearTimeout(timer);
    return code;
  }

  /** Ends it at once, unless it has been stopped. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }

  #readLog(): void {
    const { seen } = this.#program.stderr;
    while (this.#looked < seen.length) this.#log.take(seen[this.#looked++]!);
  }
}
