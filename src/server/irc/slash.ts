/**
 * Commands of ours that IRC does not have: SEARCH, and all those of operators, as commands of IRC.
 * They do what the slash commands of the same names do.
 *
 * @module
 */

import { commandsFor, type CommandSpec } from "../../protocol/commands.ts";
import type { IrcMessage } from "../../protocol/irc/message.ts";
import { runCommand } from "../commands/commands.ts";
import type { IrcClient } from "./irc_client.ts";

/** What carries such a command out, and the parameters that it needs. */
export interface SlashRow {
  /** Carries it out. */
  readonly run: (irc: IrcClient, message: IrcMessage) => void | Promise<void>;
  /** So many. */
  readonly needs: number;
}

/** All of them, by their names in upper case. */
export function slashRows(): Record<string, SlashRow> {
  const search = commandsFor("everyone").filter(({ name }) => name === "search");
  const all = [...search, ...commandsFor("operators")];
  return Object.fromEntries(all.map((spec) => [spec.name.toUpperCase(), rowOf(spec)]));
}

function rowOf({ name, needs, who }: CommandSpec): SlashRow {
  function run(irc: IrcClient, { params }: IrcMessage): void | Promise<void> {
    const isAllowed = who !== "operators" || irc.connection.isOperator;
    if (!isAllowed) return irc.numeric("ERR_NOPRIVILEGES");
    return runCommand(irc.connection, { line: `/${name} ${params.join(" ")}` });
  }
  return { run, needs };
}
