/**
 * The thing under test and what a check may start with it: processes that are all ended, in a
 * directory that is removed, when the check is over.
 *
 * @module
 */

import { type Outcome, Program, type StartOptions } from "../../tests/helpers/program.ts";
import { BUNDLE_FLAGS } from "../grants.ts";

/** The command that starts an artefact: itself, or Deno when it is a script. */
export function commandOf(file: string): readonly string[] {
  if (!file.endsWith(".js")) return [file];
  // As the documentation says it, away from any configuration that lies about.
  return [Deno.execPath(), "run", "--no-config", ...BUNDLE_FLAGS, file];
}

/** A server of the artefact that is ready. */
export interface ReadyServer {
  /** The process; its standard output is read on to the ready line. */
  readonly program: Program;
  /** The port for rooms. */
  readonly port: number;
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** How long it took from the start to the line that says it listens: ms. */
  readonly startMs: number;
}

/** See the module. */
export class Bench implements AsyncDisposable {
  /** An empty directory. */
  readonly directory: string = Deno.makeTempDirSync({ prefix: "chat-smoke-" });
  readonly #command: readonly string[];
  readonly #programs: Program[] = [];

  /**
   * Nothing runs at first.
   *
   * @param file The artefact: an executable, or a `.js` file.
   */
  constructor(file: string) {
    this.#command = commandOf(file);
  }

  /** A path in the directory. */
  path(name: string): string {
    return `${this.directory}/${name}`;
  }

  /** Starts the artefact. */
  start(args: readonly string[], options?: StartOptions): Program {
    const program = new Program([...this.#command, ...args], options);
    this.#programs.push(program);
    return program;
  }

  /**
   * Starts the artefact on a terminal, by the system's `script`: what it shows is its standard
   * output, and its standard input is what is typed.
   */
  startOnTerminal(args: readonly string[]): Program {
    const command = [...this.#command, ...args];
    const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    // As BSD has it, and macOS; as util-linux has it.
    const line = Deno.build.os === "linux"
      ? ["script", "-qec", quoted, "/dev/null"]
      : ["script", "-q", "/dev/null", ...command];
    const program = new Program(line, { env: { TERM: "xterm" } });
    this.#programs.push(program);
    return program;
  }

  /** Runs the artefact to its end; `input` is its standard input. */
  async run(args: readonly string[], options: { readonly input?: string } = {}): Promise<Outcome> {
    const program = this.start(args);
    if (options.input !== undefined) await program.write(options.input);
    await program.closeInput();
    return await program.outcome();
  }

  /** Starts a server on a free port of 127.0.0.1 and waits until it says that it listens. */
  async serve(...flags: string[]): Promise<ReadyServer> {
    const startedMs = performance.now();
    const program = this.start(["serve", "--host", "127.0.0.1", "--port", "0", ...flags], {
      stdin: false,
    });
    const line = await program.stdout.expect(/ is listening on /).catch((error) => {
      throw new Error(`No server: ${program.stderr.text || error.message}`);
    });
    const startMs = performance.now() - startedMs;
    const port = Number(/ is listening on 127\.0\.0\.1:(\d+)$/.exec(line)?.[1]);
    if (!(port > 0)) throw new Error(`The ready line names no port: ${line}`);
    return { program, port, address: `127.0.0.1:${port}`, startMs };
  }

  /** Starts a client whose input is a pipe, and waits until it is in the room. */
  async join(address: string, name: string, ...flags: string[]): Promise<Program> {
    const client = this.start(["join", address, "--name", name, "--json", ...flags]);
    await client.stdout.expect(/"type":"welcome"/).catch((error) => {
      throw new Error(`${name} did not come in: ${client.stderr.text || error.message}`);
    });
    return client;
  }

  /** Ends all that still runs, and removes the directory. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const program of this.#programs) await program[Symbol.asyncDispose]();
    await Deno.remove(this.directory, { recursive: true });
  }
}
