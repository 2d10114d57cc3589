/**
 * Programs that a benchmark starts: started with enough file descriptors, watched by pid, and
 * ended by pid whatever happens.
 *
 * @module
 */

/** Lines kept of what a program says on standard error, for reports. */
const KEPT_LINES = 20;

const running = new Set<RunningProgram>();

/** Memory and processor time of a program. */
export interface Usage {
  /** Resident memory now, in bytes. */
  readonly rssBytes: number;
  /** Processor time since its start, in seconds, all threads together. */
  readonly cpuSeconds: number;
}

/** How a program is started. */
export interface StartOptions {
  /**
   * What it says on standard output goes to standard error, which is always read: for a program
   * that talks on after it is ready, and would wait for ever when its pipe is full.
   */
  readonly onlyErrors?: boolean;
  /** Called once when it has been stopped: removes its files. */
  readonly cleanUp?: () => void;
}

/** A program that was started here. */
export class RunningProgram {
  readonly #child: Deno.ChildProcess;
  readonly #cleanUp: () => void;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #errors: string[] = [];
  #saidError: (line: string) => void = ignore;
  #isStopped = false;

  private constructor(child: Deno.ChildProcess, cleanUp: () => void) {
    this.#child = child;
    this.#cleanUp = cleanUp;
    this.#lines = lines(child.stdout).getReader();
    this.#input = child.stdin.getWriter();
    this.#keepErrors().catch(ignore);
    running.add(this);
  }

  /**
   * Starts a program. Under `ulimit -n`, since thousands of connections need as many descriptors;
   * `exec` keeps the pid.
   */
  static start(command: readonly string[], options: StartOptions = {}): RunningProgram {
    const raise = 'ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"; exec "$@"' +
      (options.onlyErrors === true ? " 1>&2" : "");
    const child = new Deno.Command("sh", {
      args: ["-c", raise, "sh", ...command],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    return new RunningProgram(child, options.cleanUp ?? ignore);
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** The newest lines of its standard error. */
  get errors(): string {
    return this.#errors.join("\n");
  }

  /**
   * Reads its standard output until a line matches.
   *
   * @param pattern What to wait for.
   * @param timeoutMs When to give up.
   * @throws {Error} When the program ends or the time is up before that.
   */
  async waitFor(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray> {
    const { promise: timeUp, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(this.#error(`${timeoutMs / 1000} s passed`)), timeoutMs);
    try {
      while (true) {
        const { value, done } = await Promise.race([this.#lines.read(), timeUp]);
        if (done) throw this.#error("it ended");
        const match = pattern.exec(value);
        if (match !== null) return match;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Waits until a line of its standard error matches; lines from before this call count too.
   *
   * @param pattern What to wait for.
   * @param timeoutMs When to give up.
   * @throws {Error} When the program ends or the time is up before that.
   */
  async waitForError(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray> {
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
    const timer = setTimeout(() => reject(this.#error(`${timeoutMs / 1000} s passed`)), timeoutMs);
    this.#saidError = (line) => {
      const match = pattern.exec(line);
      if (match !== null) resolve(match);
    };
    for (const line of this.#errors) this.#saidError(line);
    this.#child.status.then(() => reject(this.#error("it ended")));
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#saidError = ignore;
    }
  }

  /** Writes a line to its standard input. */
  async tell(line: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(`${line}\n`));
  }

  /** Its memory and processor time. */
  usage(): Promise<Usage> {
    return usageOf(this.pid);
  }

  /** Ends it at once and waits until it is gone. */
  async stop(): Promise<void> {
    this.kill();
    await this.#child.status;
    running.delete(this);
    await Promise.allSettled([this.#lines.cancel(), this.#input.abort()]);
    if (!this.#isStopped) this.#cleanUp();
    this.#isStopped = true;
  }

  /** As {@linkcode stop}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Ends it without waiting. */
  kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }

  #error(what: string): Error {
    return new Error(`Process ${this.pid} did not get ready: ${what}. It said: ${this.errors}`);
  }

  async #keepErrors(): Promise<void> {
    for await (const line of lines(this.#child.stderr)) {
      this.#errors.push(line);
      this.#saidError(line);
      if (this.#errors.length > KEPT_LINES) this.#errors.shift();
    }
  }
}

/** Ends everything that was started here and still runs. */
export function killAll(): void {
  for (const program of running) program.kill();
}

/** Reads `/proc` through `cat`, because Deno itself may read there only with every permission. */
export async function usageOf(pid: number): Promise<Usage> {
  const { stdout } = await new Deno.Command("cat", {
    args: [`/proc/${pid}/status`, `/proc/${pid}/stat`],
  }).output();
  return parseUsage(new TextDecoder().decode(stdout));
}

/**
 * Finds the figures in `/proc/PID/status` and `/proc/PID/stat`, one behind the other.
 *
 * @throws {Error} When they are not there: the process has ended.
 */
export function parseUsage(text: string): Usage {
  const rss = /^VmRSS:\s+(\d+) kB$/m.exec(text);
  // The name of the program stands in brackets and may hold anything: count fields behind it.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  if (rss === null || Number.isNaN(ticks)) {
    throw new Error(`Cannot read the memory of a process that has ended: got "${text.trim()}".`);
  }
  // A tick is 10 ms on every Linux that Deno runs on (USER_HZ).
  return { rssBytes: Number(rss[1]) * 1024, cpuSeconds: ticks / 100 };
}

function lines(stream: ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStream<string> {
  let rest = "";
  return stream.pipeThrough(new TextDecoderStream()).pipeThrough(
    new TransformStream<string, string>({
      transform(text, controller) {
        const parts = (rest + text).split("\n");
        rest = parts.pop() ?? "";
        for (const part of parts) controller.enqueue(part);
      },
    }),
  );
}

function ignore(): void {}
