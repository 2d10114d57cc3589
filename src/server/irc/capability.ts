/**
 * CAP: a client chooses what it understands beside plain IRC (IRCv3 capability negotiation).
 *
 * @module
 */

import {
  type Capabilities,
  capabilityList,
  requestCapabilities,
} from "../../protocol/irc/capabilities.ts";
import type { LogFormat } from "../../protocol/dialect.ts";
import { type IrcMessage, MAX_IRC_LINE_BYTES } from "../../protocol/irc/message.ts";
import { utf8Bytes } from "../../protocol/limits.ts";
import { settledSoFar } from "../../order/order.ts";
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
  await prepare(irc, irc.network.format(caps));
  change(irc, caps);
  answer(irc, "ACK", words);
}

/**
 * Reads what its rooms need for another format, once that is paid for. It reads on in the one that
 * it has until then.
 */
async function prepare({ connection }: IrcClient, format: LogFormat): Promise<void> {
  const { member, dialect, server, throttle, account } = connection;
  if (member === null || dialect!.format === format) return;
  const wait = throttle.pay(member.rooms.size);
  if (wait !== null) await wait;
  for (const room of [...member.rooms]) {
    if (room.isPrepared({ format })) continue;
    const turn = server.turns.next(account.address);
    if (turn !== null) await turn;
    room.prepare({ format });
  }
  await settledSoFar(server.order);
}

/** From here on it is told everything in the form that it has asked for, in its rooms as well. */
function change(irc: IrcClient, caps: Capabilities): void {
  const { member, dialect, writer } = irc.connection;
  const before = dialect!.format;
  irc.caps = caps;
  if (dialect!.format === before) return;
  for (const room of member?.rooms ?? []) {
    if (writer.cursorOf(room) === undefined) continue;
    const log = room.log(dialect!);
    writer.unfollow(room);
    writer.follow(room, log, log.end);
  }
  writer.wake();
}

function answer(irc: IrcClient, subcommand: string, text: string, goesOn = false): void {
  const words = [irc.nick, subcommand, ...(goesOn ? ["*"] : [])];
  irc.send(irc.fromServer("CAP", words, text));
}
