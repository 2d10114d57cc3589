/**
 * The real server as a child process, watched from outside: its memory, its descriptors, and what it
 * says on standard error.
 *
 * @module
 */

import { type ListeningLine, ServerLog } from "./server_log.ts";

const MAIN = new URL("../../../main.ts", import.meta.url).pathname;

/** What `deno task serve` allows. */
const PERMISSIONS = [
  "--no-prompt",
  "--allow-net",
  "--allow-read",
  "--allow-write",
  "--allow-sys=networkInterfaces",
  "--allow-env=CHAT_DEBUG",
];

/** How long it may take to listen. */
const START_MS = 20_000;

/** How long it may take to end: its own three seconds, and a busy machine. */
const STOP_MS = 20_000;

/** What a process holds. */
export interface Holding {
  /** Resident memory, in bytes. */
  readonly rssBytes: number;
  /**
   * The part of it that is the process's own (`RssAnon`), in bytes: no pages of the program's file,
   * which the system reads and drops as it likes.
   */
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

/** See the module. */
export class ChatProcess implements AsyncDisposable {
  /** Where it listens. */
  readonly port: number;
  /** Where it serves its page; undefined without `--web`. */
  readonly webPort: number | undefined;
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  readonly #log: ServerLog;
  #over = false;

  private constructor(
    child: Deno.ChildProcess,
    { port = 0, web }: ListeningLine,
    reading: Promise<void>,
    log: ServerLog,
  ) {
    this.#child = child;
    this.port = port;
    this.webPort = web;
    this.#reading = reading;
    this.#log = log;
  }

  /**
   * Starts it and waits until it listens, with room for 2,000 clients.
   *
   * @throws {Error} When it does not; with what it said.
   */
  static async start(options: StartOptions = {}): Promise<ChatProcess> {
    const { flags = [], host = "127.0.0.1", before = [] } = options;
    const raise = 'ulimit -n 16384 2>/dev/null || ulimit -n "$(ulimit -Hn)"; exec "$@"';
    const serve = ["serve", "--port", "0", "--host", host, "--max-clients", "2000"];
    const child = new Deno.Command("sh", {
      args: [
        "-c",
        raise,
        "sh",
        ...before,
        Deno.execPath(),
        "run",
        ...PERMISSIONS,
        MAIN,
        ...serve,
        "--log-format",
        "json",
        ...flags,
      ],
      // It then tells how long its event loop stood still.
      env: { CHAT_DEBUG: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const listening = Promise.withResolvers<ListeningLine>();
    const log = new ServerLog(listening.resolve);
    const reading = eachLine(child.stderr, (line) => log.take(line));
    reading.then(() => listening.reject(new Error("it ended")));
    const timer = setTimeout(() => listening.reject(new Error("it took too long")), START_MS);
    try {
      return new ChatProcess(child, await listening.promise, reading, log);
    } catch (cause) {
      kill(child, "SIGKILL");
      await child.status;
      await reading;
      throw new Error(`The server did not start: ${log.strange.join("\n")}`, { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /**
   * What it has said on standard error that no healthy server says: errors of its log, and all that
   * is no log line, such as an unhandled rejection. At most 50 lines.
   */
  get strange(): readonly string[] {
    return this.#log.strange;
  }

  /**
   * The longest turn of its event loop since the last call, in milliseconds; 0 when none was of 100
   * or more. See `watchdog.ts`.
   */
  takeLongestTurn(): number {
    const { turnMs } = this.#log;
    this.#log.turnMs = 0;
    return turnMs;
  }

  /** What it holds now. Linux only. */
  async holding(): Promise<Holding> {
    // Deno guards /proc with --allow-all; cat and ls have no such guard.
    const [status, fds] = await Promise.all([
      new Deno.Command("cat", { args: [`/proc/${this.pid}/status`] }).output(),
      new Deno.Command("ls", { args: [`/proc/${this.pid}/fd`] }).output(),
    ]);
    const text = new TextDecoder().decode(status.stdout);
    const descriptors = new TextDecoder().decode(fds.stdout).split("\n").length - 1;
    return {
      rssBytes: this.#bytesOf("VmRSS", text),
      anonBytes: this.#bytesOf("RssAnon", text),
      descriptors,
    };
  }

  /** Its own memory, in bytes; less work than {@linkcode holding}. Linux only. */
  async anonBytes(): Promise<number> {
    const { stdout } = await new Deno.Command("cat", { args: [`/proc/${this.pid}/status`] })
      .output();
    return this.#bytesOf("RssAnon", new TextDecoder().decode(stdout));
  }

  /** Ends it at once, for whoever has seen enough. */
  kill(): void {
    kill(this.#child, "SIGKILL");
  }

  /**
   * Stops it in order.
   *
   * @returns Its exit code.
   */
  async stop(): Promise<number> {
    kill(this.#child, "SIGTERM");
    const timer = setTimeout(() => kill(this.#child, "SIGKILL"), STOP_MS);
    const { code } = await this.#child.status;
    clearTimeout(timer);
    this.#over = true;
    await this.#reading;
    return code;
  }

  /** Ends it at once, unless it has been stopped. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#over) return;
    kill(this.#child, "SIGKILL");
    await this.#child.status;
    await this.#reading;
  }

  #bytesOf(field: string, status: string): number {
    const kib = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
    if (kib === undefined) {
      throw new Error(`Process ${this.pid} is gone: ${this.strange.join("\n")}`);
    }
    return Number(kib) * 1024;
  }
}

/** Reads a stream of text line by line to its end. Never rejects. */
export async function eachLine(
  stream: ReadableStream<Uint8Array>,
  take: (line: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const bytes of stream) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) take(line);
    }
  } catch {
    // A pipe that breaks has ended, too.
  }
  if (rest !== "") take(rest);
}

/** A signal to a child that may have ended already. */
export function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended.
  }
}
