/**
 * A program on a terminal of its own, made by `script`, for what only happens on one: prompts,
 * Ctrl-C, a window that is closed.
 *
 * @module
 */

import { type Outcome, Program, shellLine } from "./program.ts";

/** Ctrl-C, as a keyboard sends it. */
export const CTRL_C = "\x03";
/** Ctrl-D. */
export const CTRL_D = "\x04";
/** The Enter key. */
export const ENTER = "\r";

/** A terminal of 80 by 24 with a program in it. Guard its tests with `needs("script")`. */
export class Terminal {
  readonly #script: Program;

  /**
   * Opens the window.
   *
   * @param shellCommand What runs on the terminal.
   * @param env More of the environment.
   */
  constructor(shellCommand: string, env: Readonly<Record<string, string>> = {}) {
    this.#script = new Program(
      ["script", "-qfec", `stty cols 80 rows 24; ${shellCommand}`, "/dev/null"],
      { env: { TERM: "xterm-256color", ...env } },
    );
  }

  /** A terminal with `chat` and these arguments in it. */
  static chat(args: readonly string[], env: Readonly<Record<string, string>> = {}): Terminal {
    return new Terminal(shellLine(args), env);
  }

  /** Everything that was drawn, escape sequences included. */
  get drawn(): string {
    return this.#script.stdout.text;
  }

  /** Waits until what was drawn matches. */
  shows(wanted: RegExp): Promise<void> {
    return this.#script.stdout.holds(wanted);
  }

  /** Presses keys. */
  type(keys: string): Promise<void> {
    return this.#script.write(keys);
  }

  /** Closes the window, so that the terminal is gone for whoever is on it. */
  closeWindow(): void {
    this.#script.signal("SIGKILL");
  }

  /** How the program ended: its exit code, and all that was drawn as standard output. */
  outcome(): Promise<Outcome> {
    return this.#script.outcome();
  }

  /** Closes the window and waits for its end. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#script[Symbol.asyncDispose]();
  }
}
