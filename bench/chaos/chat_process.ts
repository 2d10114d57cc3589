/**
 * The real server as a child process, watched from outside: its memory, its descriptors, and what it
 * says on standard error.
 *
 * @module
 */

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

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

/** Lines of standard error that are kept for reports. */
const KEPT_LINES = 50;

/** What a process holds. */
export interface Holding {
  /** Resident memory, in bytes. */
  readonly rssBytes: number;
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
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  readonly #strange: string[];
  #over = false;

  private constructor(
    child: Deno.ChildProcess,
    port: number,
    reading: Promise<void>,
    strange: string[],
  ) {
    this.#child = child;
    this.port = port;
    this.#reading = reading;
    this.#strange = strange;
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
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const strange: string[] = [];
    const listening = Promise.withResolvers<number>();
    const out = eachLine(child.stdout, (line) => {
      const port = / is listening on \S*:(\d+)/.exec(line)?.[1];
      if (port !== undefined) listening.resolve(Number(port));
    });
    const err = eachLine(child.stderr, (line) => {
      if (isStrange(line) && strange.length < KEPT_LINES) strange.push(line);
    });
    const reading = Promise.all([out, err]).then(() => {});
    reading.then(() => listening.reject(new Error("it ended")));
    const timer = setTimeout(() => listening.reject(new Error("it took too long")), START_MS);
    try {
      return new ChatProcess(child, await listening.promise, reading, strange);
    } catch (cause) {
      kill(child, "SIGKILL");
      await child.status;
      await reading;
      throw new Error(`The server did not start: ${strange.join("\n")}`, { cause });
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
    return this.#strange;
  }

  /** What it holds now. Linux only. */
  async holding(): Promise<Holding> {
    // Deno guards /proc with --allow-all; cat and ls have no such guard.
    const [status, fds] = await Promise.all([
      new Deno.Command("cat", { args: [`/proc/${this.pid}/status`] }).output(),
      new Deno.Command("ls", { args: [`/proc/${this.pid}/fd`] }).output(),
    ]);
    const rss = /^VmRSS:\s+(\d+) kB$/m.exec(new TextDecoder().decode(status.stdout));
    if (rss === null) throw new Error(`Process ${this.pid} is gone: ${this.#strange.join("\n")}`);
    const descriptors = new TextDecoder().decode(fds.stdout).split("\n").length - 1;
    return { rssBytes: Number(rss[1]) * 1024, descriptors };
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

function isStrange(line: string): boolean {
  if (line.trim() === "") return false;
  try {
    return (JSON.parse(line) as { level?: unknown }).level === "error";
  } catch {
    return true;
  }
}
