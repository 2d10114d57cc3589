/**
 * `chat join` in a real terminal emulator, tmux: what it keeps in its scrollback.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { needs } from "../helpers/proc.ts";
import { run, shellLine, startServer } from "../helpers/program.ts";
import { until } from "../helpers/wait.ts";

const ignore = !await needs("tmux");

/** A window of tmux with a server of its own. */
class Tmux implements AsyncDisposable {
  readonly #dir = Deno.makeTempDirSync({ prefix: "chat-tmux-" });

  /** Opens a window of 80 by 24 with a program in it. */
  static async open(shellCommand: string): Promise<Tmux> {
    const tmux = new Tmux();
    await tmux.#run("new-session", "-d", "-x", "80", "-y", "24", shellCommand);
    return tmux;
  }

  /** Presses keys, by their names in tmux. */
  async press(...keys: string[]): Promise<void> {
    await this.#run("send-keys", ...keys);
  }

  /** All rows that are not empty, those of the scrollback first. */
  async rows(): Promise<string[]> {
    const text = await this.#run("capture-pane", "-p", "-S", "-");
    return text.split("\n").filter((row) => row !== "");
  }

  /** Waits until a row matches. */
  async shows(wanted: RegExp): Promise<void> {
    await until(async () => (await this.rows()).some((row) => wanted.test(row)), String(wanted));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#run("kill-server");
    await Deno.remove(this.#dir, { recursive: true });
  }

  async #run(...args: string[]): Promise<string> {
    const { stdout } = await run(["tmux", "-S", `${this.#dir}/socket`, "-f", "/dev/null", ...args]);
    return stdout;
  }
}

Deno.test(
  "At the top of the screen, too, typing leaves nothing behind in the scrollback of tmux",
  { ignore },
  async () => {
    await using server = await startServer();
    const args = ["join", `127.0.0.1:${server.port}`, "--name", "ada", "--no-color"];
    await using tmux = await Tmux.open(shellLine(args));
    await tmux.shows(/1 here/);
    await tmux.shows(/Welcome/);
    await tmux.press("C-l");
    for (const key of "abcd") {
      await tmux.press(key);
      await tmux.shows(new RegExp(`^> [a-d]*${key}$`));
    }
    const rows = await tmux.rows();
    assertEquals(rows.filter((row) => /^>/.test(row)), ["> abcd"]);
    assertEquals(rows.filter((row) => /1 here/.test(row)).length, 1);
  },
);
