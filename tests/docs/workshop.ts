/**
 * A directory in which the examples of a document can be run as a person would: `chat` and `deno`
 * are on the PATH, files come and go in it, and all that an example starts ends with it.
 *
 * @module
 */

import { commandLine, Program } from "../helpers/program.ts";

/** Where an example runs and what it may use. */
export interface ExampleOptions {
  /** The directory to run in; default the workshop's own. */
  readonly cwd?: string;
}

/** See the module. */
export class Workshop implements AsyncDisposable {
  /** The directory, empty at first but for `bin`. */
  readonly directory: string;
  readonly #running: Program[] = [];

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** Makes the directory and what is on the PATH. */
  static async open(): Promise<Workshop> {
    const directory = await Deno.makeTempDir({ prefix: "chat-docs-" });
    const workshop = new Workshop(directory);
    await Deno.mkdir(`${directory}/bin`);
    // With the permissions of the task of the same name.
    const [serve, join] = ["serve", "join"].map((name) =>
      commandLine([name]).slice(0, -1).map(quoted).join(" ")
    );
    await workshop.#tool(
      "chat",
      `case $1 in serve) exec ${serve} "$@" ;; *) exec ${join} "$@" ;; esac`,
    );
    await workshop.#tool("deno", `exec ${quoted(Deno.execPath())} "$@"`);
    return workshop;
  }

  /**
   * Starts a script of the shell in a process group of its own, so that signals reach all that it
   * starts; with empty input.
   *
   * @param script As it stands in the document, placeholders replaced.
   */
  start(script: string, { cwd = this.directory }: ExampleOptions = {}): Program {
    const program = new Program(
      ["sh", "-c", `cd ${quoted(cwd)} && exec sh ${quoted(this.#save(script))}`],
      {
        group: true,
        stdin: false,
        env: {
          PATH: `${this.directory}/bin:${Deno.env.get("PATH") ?? ""}`,
          TMPDIR: this.directory,
        },
      },
    );
    this.#running.push(program);
    return program;
  }

  /** Ends what still runs, and removes the directory. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      for (const program of this.#running) await program[Symbol.asyncDispose]();
    } finally {
      await Deno.remove(this.directory, { recursive: true });
    }
  }

  async #tool(name: string, line: string): Promise<void> {
    const path = `${this.directory}/bin/${name}`;
    await Deno.writeTextFile(path, `#!/bin/sh\n${line}\n`);
    await Deno.chmod(path, 0o755);
  }

  #save(script: string): string {
    const path = `${this.directory}/example-${this.#running.length}.sh`;
    Deno.writeTextFileSync(path, script);
    return path;
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
