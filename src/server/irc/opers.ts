/**
 * Operators by IRC: OPER makes one; KILL and WALLOPS are theirs.
 *
 * @module
 */

import { withoutFormatting } from "../../protocol/irc/formatting.ts";
import type { IrcMessage } from "../../protocol/irc/message.ts";
import { cleanLine } from "../../protocol/text.ts";
import { becomeOperator } from "../admission/password.ts";
import { explain, record } from "../commands/answers.ts";
import { removeName } from "../commands/bans.ts";
import { tellEverybody } from "../operator_words.ts";
import { reasonOf } from "./channels.ts";
import type { IrcClient } from "./irc_client.ts";

/**
 * OPER: the name is any, the password that of `/op`. Clients send one with spaces in it as it is,
 * without `:`.
 */
export function oper(
  irc: IrcClient,
  { params: [, ...password] }: IrcMessage,
): void | Promise<void> {
  const { connection } = irc;
  if (connection.server.operatorPassword === null) {
    return irc.numeric("ERR_PASSWDMISMATCH", [], "This server has no operators");
  }
  if (connection.isOperator) return irc.numeric("RPL_YOUREOPER");
  return becomeOperator(connection, password.join(" "));
}

/** KILL: removes somebody from the server. */
export function kill(irc: IrcClient, { params: [name = "", raw] }: IrcMessage): void {
  if (!mayOperate(irc)) return;
  const { connection } = irc;
  if (connection.server.state.members.get(name) === connection.member) {
    return connection.fail("bad_request", "Cannot remove yourself: QUIT leaves the server.");
  }
  const text = explain("You were removed from this server", reasonOf(raw) ?? "");
  const removed = removeName(connection.server, name, { type: "bye", reason: "kicked", text });
  if (removed === 0) return irc.numeric("ERR_NOSUCHNICK", [name]);
  record(connection, "removed", { target: name });
}

/** WALLOPS: an operator tells something to all who want to hear that. */
export function wallops(irc: IrcClient, { params: [raw = ""] }: IrcMessage): void {
  if (!mayOperate(irc)) return;
  tellEverybody(irc.connection, { from: irc.nick, text: cleanLine(withoutFormatting(raw)) });
}

/** Refuses anyone but operators. */
export function mayOperate(irc: IrcClient): boolean {
  if (irc.connection.isOperator) return true;
  irc.numeric("ERR_NOPRIVILEGES");
  return false;
}
