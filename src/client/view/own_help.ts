/**
 * The answer to `/help`, to which a client adds the commands that it carries out itself: no server
 * knows them.
 *
 * @module
 */

import { commandsFor, usage } from "../../protocol/commands.ts";

/** A row of the help: what is typed or pressed, and what that does. */
export type HelpRow = readonly [what: string, help: string];

/** Waits for the answer to each `/help`. */
export class OwnHelp {
  readonly #rows: readonly HelpRow[];
  #isAsked = false;

  /** Nothing was asked. @param more Rows below those of commands. */
  constructor(more: readonly HelpRow[] = []) {
    this.#rows = [
      ...commandsFor("client").map((command): HelpRow => [usage(command), command.help]),
      ...more,
    ];
  }

  /** A command is sent, with its slash. */
  typed(line: string): void {
    if (/^\/help(?!\S)/i.test(line.trim())) this.#isAsked = true;
  }

  /**
   * Adds to a notice of the server, if it is the answer to `/help`.
   *
   * @param text The list begins with its first command; nothing else that is said does.
   */
  complete(text: string): string {
    if (!this.#isAsked || !text.startsWith("/help")) return text;
    this.#isAsked = false;
    const column = /^\/\S+(?: \S+)* {2,}/.exec(text)?.[0].length ?? 0;
    return [text, ...this.#rows.map(([what, help]) => what.padEnd(column) + help)].join("\n");
  }
}
