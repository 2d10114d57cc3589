/**
 * What a peer sends beside lines: telnet's commands, control frames, single bytes of a line that
 * does not end. It makes work, so it costs tokens as lines do.
 *
 * @module
 */

/** Tokens for what formed no line. Stands among the lines, where it arose. */
export interface Waste {
  /** Tokens to pay, 1 or more. */
  readonly waste: number;
}

/**
 * Commands or control frames that one token pays for. A person's telnet sends a few when it
 * connects, a browser one frame every 15 s; decoding so many takes about 50 µs.
 */
export const COMMANDS_A_TOKEN = 64;

/** Reads without a line that one token pays for: somebody's terminal may send each key by itself. */
const READS_A_TOKEN = 32;

/** Commands or frames that a decoder works on before it lets others have a turn. */
export const MAX_COMMANDS_A_TURN = 1_024;

/** Adds up what one connection has to pay. */
export class WasteMeter {
  #tokens = 0;

  /**
   * Takes note of a piece of the input.
   *
   * @param lines How many lines it completed: they pay for its reading.
   * @param commands How many commands or control frames were in it.
   * @returns What is to be paid now; null as long as it is less than a token.
   */
  note(lines: number, commands: number): Waste | null {
    if (lines === 0) this.#tokens += 1 / READS_A_TOKEN;
    this.#tokens += commands / COMMANDS_A_TOKEN;
    if (this.#tokens < 1) return null;
    const waste = Math.floor(this.#tokens);
    this.#tokens -= waste;
    return { waste };
  }
}
