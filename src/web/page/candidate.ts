/// <reference lib="dom" />
/**
 * What can be completed, as a row: a command with what follows it and what it does; or a name.
 *
 * @module
 */

import { COMMANDS, type CommandSpec, usage } from "../../protocol/commands.ts";
import { make } from "./dom.ts";

/**
 * Draws a row.
 *
 * @param candidate The word.
 * @param options `isOperator`: commands are shown as operators type them.
 */
export function drawCandidate(
  candidate: string,
  options: { readonly isOperator: boolean },
): HTMLElement {
  const commands: readonly CommandSpec[] = COMMANDS;
  const command = commands.find(({ name }) => candidate === `/${name}`);
  const parts = command === undefined
    ? [candidate]
    : [usage(command, options), " ", make("span", "help", command.help)];
  const row = make("li", "", ...parts);
  row.setAttribute("role", "option");
  row.dir = "auto";
  return row;
}
