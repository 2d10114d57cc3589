/**
 * What a slash command is.
 *
 * @module
 */

import type { ClientConnection } from "../connection.ts";

/** One command. */
export interface CommandSpec {
  /** Without its slash. */
  readonly name: string;
  /** What follows it, as the help shows it; empty when nothing does. */
  readonly args: string;
  /** One line for the help. */
  readonly help: string;
  /** How many words must follow at least. */
  readonly needs: number;
  /**
   * Does it.
   *
   * @param rest What follows the command, trimmed.
   */
  run(client: ClientConnection, rest: string): void | Promise<void>;
}

/** How a command is typed. */
export function usage(command: CommandSpec): string {
  return `/${command.name}${command.args === "" ? "" : ` ${command.args}`}`;
}
