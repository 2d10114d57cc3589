/**
 * What there is to know of single people: WHOIS, WHOWAS, USERHOST and ISON.
 *
 * @module
 */

import { type IrcLine, type IrcMessage } from "../../protocol/irc/message.ts";
import { channelOf } from "../../protocol/irc/render.ts";
import { joinedWords } from "../../protocol/irc/split.ts";
import type { Member } from "../../room/room.ts";
import type { IrcClient } from "./irc_client.ts";
import { prefixOf } from "./names.ts";
import { HOST, isOperator, roomsSeenBy, timesOf } from "./people_facts.ts";
import { isForUs, LOOKED_UP_A_TOKEN, pay } from "./targets.ts";

/** Bytes of channels or names in one line: what is left is enough for what stands before them. */
const MAX_LIST_BYTES = 300;

/** Names in one USERHOST (RFC 2812, section 4.8). */
const MAX_USERHOST = 5;

/** Holders of a name in one WHOWAS: a name may have come and gone a thousand times. */
const MAX_WHOWAS = 10;

/** What stands where a server tells of itself. */
const SERVER_INFO = "chat rooms";

/** WHOIS: `WHOIS name`, or `WHOIS server name`, where the server can only be this one. */
export function whois(irc: IrcClient, { params }: IrcMessage): void {
  const [first = "", second] = params;
  const [name = ""] = (second ?? first).split(",");
  if (name === "") return irc.numeric("ERR_NONICKNAMEGIVEN");
  if (second !== undefined && !isForUs(irc, first)) return;
  irc.connection.afterwards(() => {
    const member = irc.connection.server.state.members.get(name);
    const lines = member === undefined
      ? [irc.numericLine("ERR_NOSUCHNICK", [name])]
      : whoisLines(irc, member);
    for (const line of lines) irc.sendNow(line);
    irc.sendNow(irc.numericLine("RPL_ENDOFWHOIS", [name]));
  });
}

function whoisLines(irc: IrcClient, member: Member): IrcLine[] {
  const { network } = irc;
  const { name } = member;
  const lines = [
    irc.numericLine(
      "RPL_WHOISUSER",
      [name, network.userOf(member), HOST, "*"],
      network.realnameOf(member),
    ),
    irc.numericLine("RPL_WHOISSERVER", [name, network.serverName], SERVER_INFO),
  ];
  const channels = roomsSeenBy(irc, member)
    .map((room) => prefixOf(irc, room, member) + channelOf(room.name));
  for (const text of joinedWords(channels, MAX_LIST_BYTES)) {
    if (text !== "") lines.push(irc.numericLine("RPL_WHOISCHANNELS", [name], text));
  }
  const away = network.awayOf(member);
  if (away !== null) lines.push(irc.numericLine("RPL_AWAY", [name], away));
  if (isOperator(member)) lines.push(irc.numericLine("RPL_WHOISOPERATOR", [name]));
  if (irc.connection.server.bots.has(member)) lines.push(irc.numericLine("RPL_WHOISBOT", [name]));
  const times = timesOf(irc, member);
  if (times !== null) {
    const words = [name, String(times.idle), String(times.signon)];
    lines.push(irc.numericLine("RPL_WHOISIDLE", words));
  }
  return lines;
}

/** WHOWAS: who had a name, the newest first; as many as may be without a positive count. */
export function whowas(
  irc: IrcClient,
  { params: [name = "", count = ""] }: IrcMessage,
): void | Promise<void> {
  if (name === "") return irc.numeric("ERR_NONICKNAMEGIVEN");
  const most = Number(count) > 0 ? Math.min(Number(count), MAX_WHOWAS) : MAX_WHOWAS;
  return irc.sendAll(whowasLines(irc, name, most));
}

function* whowasLines(irc: IrcClient, name: string, most: number): Iterable<IrcLine> {
  const { network } = irc;
  const found = network.pastNames.of(name, most);
  if (found.length === 0) yield irc.numericLine("ERR_WASNOSUCHNICK", [name]);
  for (const past of found) {
    const until = new Date(past.untilMs).toUTCString();
    yield irc.numericLine("RPL_WHOWASUSER", [past.name, past.user, HOST, "*"], past.realname);
    yield irc.numericLine("RPL_WHOISSERVER", [past.name, network.serverName], until);
  }
  yield irc.numericLine("RPL_ENDOFWHOWAS", [name]);
}

/** USERHOST: which of these people are here, and how. */
export function userhost(irc: IrcClient, { params }: IrcMessage): void {
  irc.connection.afterwards(() => {
    const here = membersOf(irc, params.slice(0, MAX_USERHOST)).map((member) => {
      const star = isOperator(member) ? "*" : "";
      const sign = irc.network.awayOf(member) === null ? "+" : "-";
      return `${member.name}${star}=${sign}${irc.network.userOf(member)}@${HOST}`;
    });
    for (const text of joinedWords(here, MAX_LIST_BYTES)) {
      irc.sendNow(irc.numericLine("RPL_USERHOST", [], text));
    }
  });
}

/** ISON: which of these people are here, once that is paid for. */
export async function ison(irc: IrcClient, { params }: IrcMessage): Promise<void> {
  const words = params.flatMap((param) => param.split(" ")).filter((word) => word !== "");
  if (!await pay(irc, words.length / LOOKED_UP_A_TOKEN)) return;
  irc.connection.afterwards(() => {
    const here = membersOf(irc, words).map(({ name }) => name);
    for (const text of joinedWords(here, MAX_LIST_BYTES)) {
      irc.sendNow(irc.numericLine("RPL_ISON", [], text));
    }
  });
}

function membersOf(irc: IrcClient, names: readonly string[]): Member[] {
  const { members } = irc.connection.server.state;
  return names.map((name) => members.get(name)).filter((member) => member !== undefined);
}
