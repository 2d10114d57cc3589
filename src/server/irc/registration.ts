/**
 * Coming in by IRC: PASS, NICK and USER become a hello, once CAP END has come where capabilities
 * are chosen.
 *
 * @module
 */

import { MAX_REALNAME_CHARS } from "../../protocol/irc/isupport.ts";
import type { IrcMessage } from "../../protocol/irc/message.ts";
import { PROTOCOL } from "../../protocol/messages.ts";
import { cleanLine } from "../../protocol/text.ts";
import { hello } from "../requests/hello.ts";
import { rename } from "../requests/presence.ts";
import type { IrcClient } from "./irc_client.ts";

/** Characters of the first word of USER that are shown: those of most servers. */
const MAX_USER_CHARS = 16;

/** Letters of IRC's nicks that are none of our names. */
const FOREIGN = /[[\]{}|\\^`]/g;

/** A name that comes near to a nick that an IRC client wishes for. */
function nameOfNick(nick: string): string {
  return nick.replace(FOREIGN, "_");
}

/** The first word of USER as it may stand in a line before an `@`. */
function userName(raw: string): string {
  const text = raw.replace(/[^\w.-]/g, "").slice(0, MAX_USER_CHARS);
  return text === "" ? "u" : text;
}

/** PASS: the password of the server. Clients send one with spaces in it as it is, without `:`. */
export function pass(irc: IrcClient, { params }: IrcMessage): void {
  if (irc.isRegistered) return irc.numeric("ERR_ALREADYREGISTERED");
  irc.registration.password = params.join(" ");
}

/** USER: what somebody calls itself. */
export function user(irc: IrcClient, message: IrcMessage): void | Promise<void> {
  const [name = "", , , realname = ""] = message.params;
  if (irc.isRegistered) return irc.numeric("ERR_ALREADYREGISTERED");
  if (name === "" || realname === "") return irc.numeric("ERR_NEEDMOREPARAMS", ["USER"]);
  irc.registration.user = userName(name);
  irc.registration.realname = [...cleanLine(realname)].slice(0, MAX_REALNAME_CHARS).join("");
  return register(irc);
}

/** NICK: which name somebody wants. */
export function nick(irc: IrcClient, { params: [wish = ""] }: IrcMessage): void | Promise<void> {
  if (wish === "") return irc.numeric("ERR_NONICKNAMEGIVEN");
  const { connection, registration } = irc;
  registration.nick = nameOfNick(wish);
  if (!irc.isRegistered) return register(irc);
  return rename(connection, registration.nick);
}

/**
 * Comes in, when everything that is needed for that has been said. A nick that cannot be had is
 * answered, and the client sends another one.
 */
export async function register(irc: IrcClient): Promise<void> {
  const { connection, registration } = irc;
  const { nick, realname, password, isNegotiating } = registration;
  if (irc.isRegistered || nick === null || realname === null || isNegotiating) return;
  const { ownSession, server } = connection;
  const known = ownSession === null
    ? undefined
    : server.state.sessions.known(ownSession, server.trustedMs());
  // Who takes up its place is in its rooms; who comes anew is in none yet.
  const member = known?.member ?? null;
  await hello(connection, {
    type: "hello",
    protocol: PROTOCOL,
    name: nick,
    ...(member === null ? { rooms: {} } : {}),
    ...(password === null ? {} : { password }),
  });
  if (irc.isRegistered) return;
  registration.nick = null;
  if (server.password === null || connection.hasPassed) return;
  connection.close({ type: "bye", reason: "kicked", text: "Wrong password" });
}
