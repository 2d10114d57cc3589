/**
 * What a client is told when it comes in, and MOTD, LUSERS and PING, which tell parts of it again.
 *
 * @module
 */

import { isupportLines } from "../../protocol/irc/isupport.ts";
import type { IrcLine, IrcMessage } from "../../protocol/irc/message.ts";
import { VERSION } from "../../version.ts";
import type { IrcClient } from "./irc_client.ts";
import { COUNTED_A_TOKEN, isForUs, pay } from "./targets.ts";
import { userModes } from "./user_modes.ts";

/** Modes of people: bot, invisible, operator, wallops. */
const USER_MODES = "Biow";

/** Modes of channels, and those of them that take a parameter. */
const CHANNEL_MODES = "bikmnostv";
const PARAMETER_MODES = "bkov";

/** All that a client is told first: who it is, what the server can do, who is here. */
export function welcomeLines(irc: IrcClient): IrcLine[] {
  const { network: { serverName, startedAt }, nick } = irc;
  return [
    irc.numericLine("RPL_WELCOME", [], `Welcome to ${serverName}, ${nick}`),
    irc.numericLine("RPL_YOURHOST", [], `Your host is ${serverName}, running chat ${VERSION}`),
    irc.numericLine("RPL_CREATED", [], `This server was started ${startedAt.toUTCString()}`),
    irc.numericLine(
      "RPL_MYINFO",
      [serverName, `chat-${VERSION}`, USER_MODES, CHANNEL_MODES, PARAMETER_MODES],
    ),
    ...isupportLines(serverName).map((tokens) => irc.numericLine("RPL_ISUPPORT", tokens)),
    ...lusersLines(irc),
    ...motdLines(irc),
    irc.numericLine("RPL_UMODEIS", [userModes(irc)]),
  ];
}

/** What is said to everybody who comes. */
function motdLines(irc: IrcClient): IrcLine[] {
  const { motd } = irc.connection.server;
  if (motd === undefined) return [irc.numericLine("ERR_NOMOTD")];
  return [
    irc.numericLine("RPL_MOTDSTART", [], `- ${irc.network.serverName} message of the day`),
    ...motd.split("\n").map((line) => irc.numericLine("RPL_MOTD", [], `- ${line}`)),
    irc.numericLine("RPL_ENDOFMOTD"),
  ];
}

/**
 * Counts for LUSERS. Of other servers with the same rooms only their people are known, and not who
 * of them is an operator, nor how many were here at most.
 */
function lusersLines(irc: IrcClient): IrcLine[] {
  const { server } = irc.connection;
  const people = server.state.members.size;
  let here = 0;
  let operators = 0;
  let unknown = 0;
  for (const client of server.clients()) {
    if (client.member === null && !client.leaving) unknown++;
    else if (client.isOperator) operators++;
    if (client.member !== null) here++;
  }
  const isAlone = server.elsewhere === null;
  const rooms = [...server.rooms.all()].filter(({ isPrivate }) => !isPrivate).length;
  const most = irc.network.mostPeople;
  const counts = [String(people), String(most)];
  return [
    irc.numericLine(
      "RPL_LUSERCLIENT",
      [],
      `There are ${people} users and 0 invisible on 1 servers`,
    ),
    isAlone
      ? irc.numericLine("RPL_LUSEROP", [String(operators)])
      : irc.numericLine("RPL_LUSEROP", [String(operators)], "operators online at this server"),
    irc.numericLine("RPL_LUSERUNKNOWN", [String(unknown)]),
    irc.numericLine("RPL_LUSERCHANNELS", [String(rooms)]),
    irc.numericLine("RPL_LUSERME", [], `I have ${isAlone ? people : here} clients and 0 servers`),
    isAlone
      ? irc.numericLine("RPL_LOCALUSERS", counts, `Current local users ${people}, max ${most}`)
      : irc.numericLine("RPL_LOCALUSERS", [], `Current local users ${here}`),
    irc.numericLine("RPL_GLOBALUSERS", counts, `Current global users ${people}, max ${most}`),
  ];
}

/** MOTD. */
export function motd(irc: IrcClient, { params: [target] }: IrcMessage): void {
  if (!isForUs(irc, target)) return;
  for (const line of motdLines(irc)) irc.send(line);
}

/** LUSERS. */
export async function lusers(irc: IrcClient): Promise<void> {
  const { rooms, state: { members } } = irc.connection.server;
  if (!await pay(irc, (members.size + rooms.size) / COUNTED_A_TOKEN)) return;
  for (const line of lusersLines(irc)) irc.send(line);
}

/** PING: the server is there, and has answered all that came before. */
export function ping(irc: IrcClient, { params: [token = ""] }: IrcMessage): void {
  if (token === "") return irc.numeric("ERR_NOORIGIN");
  irc.send(irc.fromServer("PONG", [irc.network.serverName], token));
}
