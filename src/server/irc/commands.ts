/**
 * The table of IRC's commands: what carries each out, what it needs, and when it may come.
 *
 * @module
 */

import type { IrcMessage } from "../../protocol/irc/message.ts";
import { help, info, links, time, version } from "./about.ts";
import { away, setname } from "./profile.ts";
import { cap } from "./capability.ts";
import { join, kick, leave, quit } from "./channels.ts";
import { chathistory } from "./history.ts";
import { invite } from "./invite.ts";
import type { IrcClient } from "./irc_client.ts";
import { list } from "./list.ts";
import { mode } from "./modes.ts";
import { monitor } from "./monitor.ts";
import { batch } from "./multiline.ts";
import { names } from "./names.ts";
import { kill, oper, wallops } from "./opers.ts";
import { markRead } from "./read_marker.ts";
import { nick, pass, user } from "./registration.ts";
import { authenticate } from "./sasl.ts";
import { lusers, motd, ping } from "./welcome.ts";
import { slashCommand } from "./slash.ts";
import { notice, privmsg } from "./talk.ts";
import { topic } from "./topic.ts";
import { who } from "./who.ts";
import { ison, userhost, whois, whowas } from "./whois.ts";

/** Carries a command out. @returns A promise, if the next line has to wait. */
export type IrcHandler = (irc: IrcClient, message: IrcMessage) => void | Promise<void>;

/** A row of the table. */
export interface IrcCommand {
  /** Carries it out. */
  readonly run: IrcHandler;
  /** Parameters that it needs, which are not empty; default: none. */
  readonly needs?: number;
  /** It may also come before the client is registered. */
  readonly isEarly?: true;
}

/** All commands, by their names in upper case. */
export const IRC_COMMANDS: ReadonlyMap<string, IrcCommand> = new Map(Object.entries<IrcCommand>({
  ANNOUNCE: { run: slashCommand("announce"), needs: 1 },
  AUDIT: { run: slashCommand("audit") },
  AUTHENTICATE: { run: authenticate, needs: 1, isEarly: true },
  AWAY: { run: away },
  BAN: { run: slashCommand("ban"), needs: 1 },
  BANS: { run: slashCommand("bans") },
  BATCH: { run: batch },
  CAP: { run: cap, needs: 1, isEarly: true },
  CHATHISTORY: { run: chathistory },
  ERASE: { run: slashCommand("erase"), needs: 1 },
  HELP: { run: help },
  HELPOP: { run: help },
  INFO: { run: info },
  INVITE: { run: invite },
  ISON: { run: ison, needs: 1 },
  JOIN: { run: join, needs: 1 },
  KILL: { run: kill, needs: 1 },
  KICK: { run: kick, needs: 2 },
  LINKS: { run: links },
  LIST: { run: list },
  LUSERS: { run: lusers },
  MARKREAD: { run: markRead },
  MODE: { run: mode, needs: 1 },
  MONITOR: { run: monitor, needs: 1 },
  MOTD: { run: motd },
  MUTE: { run: slashCommand("mute"), needs: 1 },
  NAMES: { run: names },
  NICK: { run: nick, isEarly: true },
  NOTICE: { run: notice },
  OPER: { run: oper, needs: 2 },
  PART: { run: leave, needs: 1 },
  PASS: { run: pass, needs: 1, isEarly: true },
  PING: { run: ping, isEarly: true },
  // It is enough that it came.
  PONG: { run: () => {}, isEarly: true },
  PRIVMSG: { run: privmsg },
  QUIT: { run: quit, isEarly: true },
  SEARCH: { run: slashCommand("search"), needs: 1 },
  SETNAME: { run: setname, needs: 1 },
  // Tags of clients go nowhere: there is nothing that all dialects could show of them.
  TAGMSG: { run: () => {} },
  TIME: { run: time },
  TOP: { run: slashCommand("top") },
  TOPIC: { run: topic, needs: 1 },
  UNBAN: { run: slashCommand("unban"), needs: 1 },
  UNMUTE: { run: slashCommand("unmute"), needs: 1 },
  USER: { run: user, isEarly: true },
  USERHOST: { run: userhost, needs: 1 },
  VERSION: { run: version },
  WALLOPS: { run: wallops, needs: 1 },
  WHO: { run: who },
  WHOIS: { run: whois },
  WHOWAS: { run: whowas },
}));
