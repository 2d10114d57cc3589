/**
 * The real server as a child process that can be killed and started again on the same port.
 *
 * @module
 */

import { commandLine, Program } from "../../helpers/program.ts";
import type { Random } from "../random.ts";

/**
 * Below the ports that systems hand out for outgoing connections (32,768 and up): among those, a
 * client that tries again while the server is away can meet itself, and take the port.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;

/** See the module. */
export class RestartingServer implements AsyncDisposable {
  /** Always the same. */
  readonly port: number;
  readonly #command: readonly string[];
  #program: Program | undefined;
  #disposed = false;

  /**
   * Nothing runs yet.
   *
   * @param random Chooses the port; how often it is asked depends on which are taken.
   * @param flags More flags of `chat serve`.
   */
  constructor(random: Random, flags: readonly string[]) {
    this.port = freePort(random);
    const address = ["--host", "127.0.0.1", "--port", `${this.port}`];
    this.#command = commandLine(["serve", ...address, ...flags]);
  }

  /**
   * Starts it, and does not wait.
   *
   * @throws {Error} When the run is over.
   */
  launch(): void {
    if (this.#disposed) throw new Error("The run is over.");
    this.#program = new Program(this.#command, { stdin: false });
  }

  /**
   * Resolves when it listens.
   *
   * @throws {Error} With what it said, when it has ended instead.
   */
  async listening(): Promise<void> {
    try {
      await this.#program?.stdout.expect(/ is listening on /);
    } catch (cause) {
      throw new Error(`The server did not start: ${this.#program?.stderr.text}`, { cause });
    }
  }

  /** Kills it with SIGKILL and waits until it is gone. */
  async kill(): Promise<void> {
    await this.#program?.[Symbol.asyncDispose]();
    this.#program = undefined;
  }

  /** Sends it a signal. */
  signal(signal: Deno.Signal): void {
    this.#program?.signal(signal);
  }

  /** Stops it in order. */
  async stop(): Promise<void> {
    this.#program?.signal("SIGTERM");
    await this.#program?.outcome();
  }

  /** Its log since it was last started. */
  get log(): string {
    return this.#program?.stderr.text ?? "";
  }

  /** Kills it for the last time. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await this.kill();
  }
}

function freePort(random: Random): number {
  for (;;) {
    const port = FIRST_PORT + random.below(LAST_PORT - FIRST_PORT);
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}
