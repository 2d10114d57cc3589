/**
 * The table of IRC's commands: what carries each out, what it needs, and when it may come.
 *
 * @module
 */

import type { IrcMessage } from "../../protocol/irc/message.ts";
import { batch } from "./multiline.ts";
import { help, info, links, time, version } from "./about.ts";
import { away, setname } from "./away.ts";
import { cap } from "./capability.ts";
import { join, kick, leave, quit } from "./channels.ts";
import { chathistory } from "./history.ts";
import { invite } from "./invite.ts";
import type { IrcClient } from "./irc_client.ts";
import { list } from "./list.ts";
import { mode } from "./modes.ts";
import { monitor } from "./monitor.ts";
import { markRead } from "./read_marker.ts";
import { names } from "./names.ts";
import { nick, pass, user } from "./registration.ts";
import { authenticate } from "./sasl.ts";
import { slashRows } from "./slash.ts";
import { lusers, motd, ping } from "./server_info.ts";
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
  ...slashRows(),
  BATCH: { run: batch },
  AUTHENTICATE: { run: authenticate, needs: 1, isEarly: true },
  AWAY: { run: away },
  CAP: { run: cap, needs: 1, isEarly: true },
  CHATHISTORY: { run: chathistory },
  HELP: { run: help },
  HELPOP: { run: help },
  INFO: { run: info },
  INVITE: { run: invite },
  ISON: { run: ison, needs: 1 },
  JOIN: { run: join, needs: 1 },
  KICK: { run: kick, needs: 2 },
  LINKS: { run: links },
  LIST: { run: list },
  LUSERS: { run: lusers },
  MARKREAD: { run: markRead },
  MODE: { run: mode, needs: 1 },
  MONITOR: { run: monitor, needs: 1 },
  MOTD: { run: motd },
  NAMES: { run: names },
  NICK: { run: nick, isEarly: true },
  NOTICE: { run: notice },
  PART: { run: leave, needs: 1 },
  PASS: { run: pass, needs: 1, isEarly: true },
  PING: { run: ping, isEarly: true },
  // It is enough that it came.
  PONG: { run: () => {}, isEarly: true },
  PRIVMSG: { run: privmsg },
  QUIT: { run: quit, isEarly: true },
  SETNAME: { run: setname, needs: 1 },
  // Tags of clients go nowhere: there is nothing that all dialects could show of them.
  TAGMSG: { run: () => {} },
  TIME: { run: time },
  TOPIC: { run: topic, needs: 1 },
  USER: { run: user, isEarly: true },
  USERHOST: { run: userhost, needs: 1 },
  VERSION: { run: version },
  WHO: { run: who },
  WHOIS: { run: whois },
  WHOWAS: { run: whowas },
}));
