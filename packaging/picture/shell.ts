/**
 * A shell on a terminal of its own, made by `script`, and what stands on its screen.
 *
 * @module
 */

import xterm from "@xterm/headless";
import { linesOf, type Snapshot, snapshotOf } from "./screen.ts";

/** How long something may take that should come at once: ms. Wide, for a busy machine. */
const PATIENCE_MS = 30_000;

/** No byte for so long: what was being drawn has been drawn. Only pictures in between depend on it. */
const QUIET_MS = 40;

/** What a shell is opened with. */
export interface ShellOptions {
  /** Columns of its terminal. */
  readonly columns: number;
  /** Rows of its terminal. */
  readonly rows: number;
  /** The directory it begins in. */
  readonly directory: string;
  /** Stands before the PATH, and holds `rc`, which each shell reads first. */
  readonly bin: string;
}

/** See the module. */
export class Shell implements AsyncDisposable {
  readonly #terminal: xterm.Terminal;
  readonly #child: Deno.ChildProcess;
  readonly #keys: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  /** Resolves at the next bytes. */
  #change = Promise.withResolvers<void>();
  #changedAtMs = performance.now();

  /** Opens the terminal; its first prompt comes soon. */
  constructor({ columns, rows, directory, bin }: ShellOptions) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    const env = Deno.env.toObject();
    for (const name of ["CHAT_NAME", "CHAT_SERVER", "CHAT_PASSWORD", "NO_COLOR", "INIT_CWD"]) {
      delete env[name];
    }
    this.#child = new Deno.Command("script", {
      args: ["-qfec", `stty cols ${columns} rows ${rows}; exec sh -i`, "/dev/null"],
      cwd: directory,
      clearEnv: true,
      env: {
        ...env,
        PATH: `${bin}:${env["PATH"] ?? ""}`,
        TERM: "xterm-256color",
        TZ: "UTC",
        LC_ALL: "C.UTF-8",
        // Read by every sh before its first prompt. In the environment, root's would be "#".
        ENV: `${bin}/rc`,
      },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#keys = this.#child.stdin.getWriter();
    this.#reading = this.#read();
  }

  /** What stands on the screen now. */
  get snapshot(): Snapshot {
    return snapshotOf(this.#terminal);
  }

  /** The same as text. */
  get lines(): string[] {
    return linesOf(this.snapshot);
  }

  /** Presses keys. */
  async press(keys: string): Promise<void> {
    await this.#keys.write(new TextEncoder().encode(keys));
  }

  /**
   * Waits for a row.
   *
   * @param wanted What a row must match.
   * @throws {Error} When none has for 30 s; it says what stands there instead.
   */
  async shows(wanted: RegExp): Promise<void> {
    const deadlineMs = performance.now() + PATIENCE_MS;
    while (!this.lines.some((line) => wanted.test(line))) {
      await this.#changes(deadlineMs - performance.now());
      if (performance.now() > deadlineMs) {
        throw new Error(`Waited in vain for ${wanted}, on a screen with\n${this.lines.join("\n")}`);
      }
    }
  }

  /** Waits until nothing is being drawn any more. */
  async settled(): Promise<void> {
    let leftMs: number;
    while ((leftMs = this.#changedAtMs + QUIET_MS - performance.now()) > 0) {
      await this.#changes(leftMs);
    }
  }

  /** Closes the terminal, and so ends what runs on it. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#keys.abort().catch(() => {});
    await this.#reading;
    await this.#child.status;
    this.#terminal.dispose();
  }

  async #read(): Promise<void> {
    for await (const bytes of this.#child.stdout) {
      await new Promise<void>((taken) => this.#terminal.write(bytes, taken));
      this.#changedAtMs = performance.now();
      this.#change.resolve();
      this.#change = Promise.withResolvers();
    }
  }

  /** The next bytes, or the end of some time. */
  async #changes(atMostMs: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeUp = new Promise<void>((resolve) =>
      timer = setTimeout(resolve, Math.max(0, atMostMs))
    );
    await Promise.race([this.#change.promise, timeUp]);
    clearTimeout(timer);
  }
}
