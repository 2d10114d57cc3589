/**
 * WHO and WHOX: lines about the people of a channel, or whose names are like a mask.
 *
 * @module
 */

import { isMask, matcherOf } from "../../protocol/irc/masks.ts";
import type { IrcLine, IrcMessage } from "../../protocol/irc/message.ts";
import { channelOf } from "../../protocol/irc/render.ts";
import {
  parseWhoWish,
  type WhoWish,
  type WhoxField,
  type WhoxWish,
} from "../../protocol/irc/whox.ts";
import type { Member, Room } from "../../room/room.ts";
import type { IrcClient } from "./irc_client.ts";
import { isSeenBy, prefixOf } from "./names.ts";
import { HOST, isFoundBy, isOperator, timesOf } from "./people_facts.ts";
import { isChannel, pay } from "./targets.ts";

/** People that one token pays for, beside that for the line: about 2 KiB. */
const PEOPLE_A_TOKEN = 20;

/** Names that are compared with a mask for one token. */
const COMPARED_A_TOKEN = 100;

/** Who is asked about: people, and the channel that was named; null: none was. */
interface Found {
  readonly members: readonly Member[];
  readonly room: Room | null;
}

/** WHO. */
export async function who(irc: IrcClient, { params }: IrcMessage): Promise<void> {
  const [mask = "*", wish = ""] = params;
  const { members } = irc.connection.server.state;
  if (isOfMany(mask) && !await pay(irc, members.size / COMPARED_A_TOKEN)) return;
  const found = find(irc, mask);
  if (!await pay(irc, found.members.length / PEOPLE_A_TOKEN)) return;
  await irc.sendAll(whoLines(irc, { mask, found }, parseWhoWish(wish)));
}

/** Whether a mask may fit several; `0` is that of everybody in RFC 2812. */
function isOfMany(mask: string): boolean {
  return !isChannel(mask) && (mask === "0" || isMask(mask));
}

function* whoLines(
  irc: IrcClient,
  { mask, found: { members, room } }: { readonly mask: string; readonly found: Found },
  { operators, whox }: WhoWish,
): Iterable<IrcLine> {
  for (const member of members) {
    // It may have left meanwhile.
    if (!irc.connection.server.state.members.has(member)) continue;
    if (operators && !isOperator(member)) continue;
    const row = { member, room };
    yield whox === null ? whoLine(irc, row) : whoxLine(irc, row, whox);
  }
  yield irc.numericLine("RPL_ENDOFWHO", [mask]);
}

function find(irc: IrcClient, mask: string): Found {
  const { connection } = irc;
  if (isChannel(mask)) {
    const room = connection.findRoom(mask);
    if (room === undefined || !isSeenBy(irc, room)) return { members: [], room: null };
    return { members: [...room.members], room };
  }
  const { members } = connection.server.state;
  if (!isOfMany(mask)) {
    const member = members.get(mask);
    return { members: member === undefined ? [] : [member], room: null };
  }
  const isLike = matcherOf(mask === "0" ? "*" : mask);
  const found = members.all().filter((member) => isFoundBy(irc, member) && isLike(member.name));
  return { members: found, room: null };
}

interface Row {
  readonly member: Member;
  readonly room: Room | null;
}

/**
 * The flags of somebody: `H` or `G` (away), `*` operator, what stands before its name in the
 * channel, `B` bot.
 */
function flagsOf(irc: IrcClient, { member, room }: Row): string {
  const { network } = irc;
  return (network.awayOf(member) === null ? "H" : "G") + (isOperator(member) ? "*" : "") +
    (room === null ? "" : prefixOf(irc, room, member)) +
    (irc.connection.server.bots.has(member) ? "B" : "");
}

function whoLine(irc: IrcClient, row: Row): IrcLine {
  const { member, room } = row;
  const { network } = irc;
  const channel = room === null ? "*" : channelOf(room.name);
  const user = network.userOf(member);
  const words = [channel, user, HOST, network.serverName, member.name, flagsOf(irc, row)];
  return irc.numericLine("RPL_WHOREPLY", words, `0 ${network.realnameOf(member)}`);
}

/** The last field is the text, lest an empty one is lost. */
function whoxLine(irc: IrcClient, row: Row, { fields, token }: WhoxWish): IrcLine {
  const words = fields.map((field) => whoxWord(irc, row, field, token));
  const text = fields.at(-1) === "realname" ? words.pop() : undefined;
  return irc.numericLine("RPL_WHOSPCRPL", words, text);
}

function whoxWord(irc: IrcClient, row: Row, field: WhoxField, token: string): string {
  const { member, room } = row;
  const { network } = irc;
  switch (field) {
    case "token":
      return token;
    case "channel":
      return room === null ? "*" : channelOf(room.name);
    case "user":
      return network.userOf(member);
    case "ip":
      // As others write it who show none.
      return "255.255.255.255";
    case "host":
      return HOST;
    case "server":
      return network.serverName;
    case "nick":
      return member.name;
    case "flags":
      return flagsOf(irc, row);
    case "distance":
      return "0";
    case "idle":
      return String(timesOf(irc, member)?.idle ?? 0);
    case "account":
      return "0";
    case "level":
      return "n/a";
    case "realname":
      return network.realnameOf(member);
  }
}
