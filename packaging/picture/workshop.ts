/**
 * What the shells of the picture find on their PATH: `chat`, the real program in its world, and
 * `nc`, which is told where that world's address really is.
 *
 * @module
 */

import { shellLine } from "../../tests/helpers/program.ts";
import { ADDRESS } from "./world.ts";

/** See the module. */
export class Workshop implements AsyncDisposable {
  /** Where the shells begin; empty. */
  readonly directory: string;
  /** What the shells find in their environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly #root: string;
  readonly #port = freePort();

  private constructor(root: string) {
    this.#root = root;
    this.directory = `${root}/home`;
    // ENV is read by every sh before its first prompt. In the environment, root's would be "#".
    this.env = { PATH: `${root}/bin:${Deno.env.get("PATH")}`, ENV: `${root}/bin/rc` };
  }

  /**
   * Makes a directory with both programs.
   *
   * @param at The time in the world: `2026-11-21T14:02:00Z`.
   */
  static async open(at: string): Promise<Workshop> {
    const workshop = new Workshop(await Deno.makeTempDir({ prefix: "chat-picture-" }));
    await Deno.mkdir(workshop.directory);
    await Deno.mkdir(`${workshop.#root}/bin`);
    // No job control, so that no shell tells that somebody was stopped for a moment; and what
    // deno task says of the directory that it was started in is not for them.
    await workshop.#tool("rc", "PS1='$ '\nset +m\nunset INIT_CWD");
    const nc = new Deno.Command("sh", { args: ["-c", "command -v nc"] }).outputSync().stdout;
    const path = new TextDecoder().decode(nc).trim();
    const exec = `exec ${path} 127.0.0.1 ${workshop.#port}`;
    await workshop.#tool("nc", `[ "$1" = ${ADDRESS} ] || exit 9\n${exec}`);
    const world = new URL(`world.ts?port=${workshop.#port}&at=${at}`, import.meta.url);
    const [serve, join] = ["serve", "join"].map((name) =>
      `exec ${shellLine([name]).replace(" 'run' ", ` 'run' '--frozen' --preload '${world}' `)}`
    );
    await workshop.#tool(
      "chat",
      `name=$4; [ "$1" = serve ] && name=server; echo $$ > "${workshop.#root}/$name.pid"
case $1 in serve) shift; ${serve} "$@" ;; *) shift; ${join} "$@" ;; esac`,
    );
    return workshop;
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

  async #tool(name: string, lines: string): Promise<void> {
    await Deno.writeTextFile(`${this.#root}/bin/${name}`, `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
  }
}

/** A port that nobody listens on; the server of the picture takes it twice. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
