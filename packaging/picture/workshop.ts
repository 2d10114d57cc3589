/**
 * What the shells of the picture find on their PATH: `chat`, the real program on its stage, and
 * `nc`, which is told where the stage's address really is.
 *
 * @module
 */

import { STAGE_ADDRESS } from "./stage.ts";

const ROOT = new URL("../../", import.meta.url);

/** `deno.json`, as far as it is looked at here. */
interface Config {
  readonly tasks: Readonly<Record<string, { readonly command: string }>>;
}

/** The prompt; and no job control, so that no shell tells that somebody was stopped for a moment. */
const RC = "PS1='$ '\nset +m\n";

/** See the module. */
export class Workshop implements AsyncDisposable {
  /** Where the shells begin; empty. */
  readonly directory: string;
  /** What stands before the PATH. */
  readonly bin: string;
  readonly #root: string;
  readonly #port: number;

  private constructor(root: string, port: number) {
    this.#root = root;
    this.#port = port;
    this.directory = `${root}/home`;
    this.bin = `${root}/bin`;
  }

  /**
   * Makes a directory with both programs.
   *
   * @param at The time on the stage: `2026-11-21T14:02:00Z`.
   */
  static async open(at: string): Promise<Workshop> {
    const workshop = new Workshop(await Deno.makeTempDir({ prefix: "chat-picture-" }), freePort());
    await Deno.mkdir(workshop.directory);
    await Deno.mkdir(workshop.bin);
    await Deno.writeTextFile(`${workshop.bin}/rc`, RC);
    await workshop.setTime(at);
    const nc = await whereIs("nc");
    await workshop.#tool("nc", [
      `[ "$1" = ${STAGE_ADDRESS} ] || exit 9`,
      `exec ${quoted(nc)} 127.0.0.1 ${workshop.#port}`,
    ]);
    return workshop;
  }

  /**
   * Sets the time for every `chat` that is started from now on.
   *
   * @param at As for {@linkcode Workshop.open}.
   */
  async setTime(at: string): Promise<void> {
    const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT))) as Config;
    function command(task: string): string {
      const words = (tasks[task]?.command ?? "").split(" ");
      const allowed = words.filter((word) => word.startsWith("--allow-")).join(" ");
      return `exec ${quoted(Deno.execPath())} run --no-prompt --frozen ${allowed} ${world} ${main}`;
    }
    const stage = new URL("stage.ts", import.meta.url);
    const world = `--preload ${quoted(`${stage}?port=${this.#port}&at=${at}`)}`;
    const main = quoted(new URL("main.ts", ROOT).href);
    await this.#tool("chat", [
      `if [ "$1" = serve ]; then echo $$ > ${this.#pidFile("server")}; ${
        command("serve")
      } "$@"; fi`,
      `echo $$ > ${this.#pidFile("$4")}`,
      `${command("join")} "$@"`,
    ]);
  }

  /**
   * Sends a signal.
   *
   * @param who `server`, or the name with which somebody joined.
   * @param signal `SIGKILL`; `SIGSTOP` and `SIGCONT` decide who is the first one to come back.
   */
  async signal(who: string, signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): Promise<void> {
    Deno.kill(Number(await Deno.readTextFile(`${this.#root}/${who}.pid`)), signal);
  }

  /** Removes the directory. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#root, { recursive: true });
  }

  /** For the shell, which puts the name in. */
  #pidFile(name: string): string {
    return `"${this.#root}/${name}.pid"`;
  }

  async #tool(name: string, lines: readonly string[]): Promise<void> {
    const path = `${this.bin}/${name}`;
    await Deno.writeTextFile(path, `#!/bin/sh\n${lines.join("\n")}\n`);
    await Deno.chmod(path, 0o755);
  }
}

/** A port that nobody listens on; the server of the picture takes it twice. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Where a program is; its name alone if it is nowhere. */
async function whereIs(tool: string): Promise<string> {
  const { stdout } = await new Deno.Command("sh", { args: ["-c", `command -v ${tool}`] }).output();
  return new TextDecoder().decode(stdout).trim() || tool;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
