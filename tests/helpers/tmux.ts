/**
 * A program in a real terminal emulator, tmux: what its screen shows. Guard its tests with
 * `needs("tmux")`.
 *
 * @module
 */

import { hasEnded } from "./proc.ts";
import { run } from "./program.ts";
import { until, WaitedTooLong } from "./wait.ts";

/** What a window is like. */
export interface WindowOptions {
  /** Columns; default 80. */
  readonly columns?: number;
  /** Rows; default 24. */
  readonly rows?: number;
}

/** A window of tmux with a server of its own. */
export class Tmux implements AsyncDisposable {
  /** A directory of its own, which goes with it. */
  readonly directory: string = Deno.makeTempDirSync({ prefix: "chat-tmux-" });

  private constructor() {}

  /**
   * Opens a window.
   *
   * @param shellCommand What runs in it, with `exec` before it; a function is given the window's
   * directory.
   */
  static async open(
    shellCommand: string | ((directory: string) => string),
    { columns = 80, rows = 24 }: WindowOptions = {},
  ): Promise<Tmux> {
    const tmux = new Tmux();
    const command = typeof shellCommand === "string" ? shellCommand : shellCommand(tmux.directory);
    const size = ["-x", `${columns}`, "-y", `${rows}`];
    await tmux.#run("new-session", "-d", ...size, `exec ${command}`);
    return tmux;
  }

  /** Presses keys, by their names in tmux. */
  async press(...keys: string[]): Promise<void> {
    await this.#run("send-keys", ...keys);
  }

  /** Types a line and presses Enter. */
  async type(line: string): Promise<void> {
    await this.#run("send-keys", "-l", "--", line);
    await this.press("Enter");
  }

  /** All rows that are not empty, those of the scrollback first. */
  async rows(): Promise<string[]> {
    const text = await this.#run("capture-pane", "-p", "-S", "-");
    return text.split("\n").filter((row) => row !== "");
  }

  /**
   * Waits until a row matches.
   *
   * @throws {WaitedTooLong} When none does in time; it shows the screen.
   */
  async shows(wanted: RegExp): Promise<void> {
    try {
      await until(async () => (await this.rows()).some((row) => wanted.test(row)), String(wanted));
    } catch (error) {
      if (!(error instanceof WaitedTooLong)) throw error;
      const screen = (await this.rows()).filter((row) => /\w/.test(row)).slice(-40).join("\n");
      throw new Error(`${error.message}; the screen:\n${screen}`, { cause: error });
    }
  }

  /** Ends what runs in it, and waits until it has saved what it saves. */
  async [Symbol.asyncDispose](): Promise<void> {
    const pid = Number(await this.#run("display-message", "-p", "#{pane_pid}"));
    await this.#run("kill-server");
    if (pid > 0) await until(() => hasEnded(pid), "the end of what runs in tmux");
    await Deno.remove(this.directory, { recursive: true });
  }

  async #run(...args: string[]): Promise<string> {
    const socket = `${this.directory}/socket`;
    const { stdout } = await run(["tmux", "-S", socket, "-f", "/dev/null", ...args]);
    return stdout;
  }
}
