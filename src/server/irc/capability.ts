/**
 * CAP: a client chooses what it understands beside plain IRC (IRCv3 capability negotiation).
 *
 * @module
 */

import { capabilityList, requestCapabilities } from "../../protocol/irc/capabilities.ts";
import { type IrcMessage, MAX_IRC_LINE_BYTES } from "../../protocol/irc/message.ts";
import { utf8Bytes } from "../../protocol/limits.ts";
import { settledSoFar } from "../../order/order.ts";
import { prepare } from "../requests/wishes.ts";
import type { IrcClient } from "./irc_client.ts";
import { register } from "./registration.ts";

/** CAP. */
export function cap(irc: IrcClient, { params }: IrcMessage): void | Promise<void> {
  const [subcommand = "", argument = ""] = params;
  switch (subcommand.toUpperCase()) {
    case "LS":
      return list(irc, Number(argument) || 0);
    case "LIST":
      return answer(irc, "LIST", [...irc.caps].join(" "));
    case "REQ":
      return request(irc, argument);
    case "END":
      irc.registration.isNegotiating = false;
      return register(irc);
    default:
      irc.numeric("ERR_INVALIDCAPCMD", [subcommand]);
  }
}

function list(irc: IrcClient, version: number): void {
  if (!irc.isRegistered) irc.registration.isNegotiating = true;
  irc.capVersion = Math.max(irc.capVersion, version);
  const frame = utf8Bytes(`:${irc.network.serverName} CAP ${irc.nick} LS * :\r\n`);
  const texts = capabilityList(MAX_IRC_LINE_BYTES - frame, irc.capVersion);
  for (const [index, text] of texts.entries()) {
    answer(irc, "LS", text, index < texts.length - 1);
  }
}

async function request(irc: IrcClient, words: string): Promise<void> {
  if (!irc.isRegistered) irc.registration.isNegotiating = true;
  const caps = requestCapabilities(words, irc.caps);
  if (caps === null) return answer(irc, "NAK", words);
  const before = irc.connection.dialect!.format;
  irc.caps = caps;
  answer(irc, "ACK", words);
  await readOn(irc, before);
}

/** What it reads in its rooms is written in the form that it has asked for from now on. */
async function readOn({ connection }: IrcClient, before: object): Promise<void> {
  const { member, dialect, writer, server } = connection;
  if (member === null || dialect!.format === before) return;
  const wait = connection.throttle.pay(member.rooms.size);
  if (wait !== null) await wait;
  await settledSoFar(server.order);
  for (const room of [...member.rooms]) await prepare(connection, room);
  if (connection.member !== member) return;
  for (const room of member.rooms) {
    if (writer.cursorOf(room) === undefined) continue;
    const log = room.log(dialect!);
    writer.unfollow(room);
    writer.follow(room, log, log.positionOf(room.store.lastSeq + 1));
  }
  writer.wake();
}

function answer(irc: IrcClient, subcommand: string, text: string, goesOn = false): void {
  const words = [irc.nick, subcommand, ...(goesOn ? ["*"] : [])];
  irc.send(irc.fromServer("CAP", words, text));
}
