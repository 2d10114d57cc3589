/**
 * Slash commands that IRC has no commands for, as commands of IRC: `MUTE ada 10m`.
 *
 * @module
 */

import { type CommandName, commandsFor } from "../../protocol/commands.ts";
import type { IrcMessage } from "../../protocol/irc/message.ts";
import { runCommand } from "../commands/commands.ts";
import type { IrcClient } from "./irc_client.ts";
import { mayOperate } from "./opers.ts";

/** A slash command as a command of IRC. Those of operators are theirs alone. */
export function slashCommand(
  name: CommandName,
): (irc: IrcClient, message: IrcMessage) => void | Promise<void> {
  const isForAll = commandsFor("everyone").some((command) => command.name === name);
  return (irc, { params }) => {
    if (!isForAll && !mayOperate(irc)) return;
    return runCommand(irc.connection, { line: `/${[name, ...params].join(" ")}` });
  };
}
