/**
 * Coming into channels and out of them by IRC: JOIN, PART and KICK.
 *
 * @module
 */

import { settledSoFar } from "../../order/order.ts";
import { withoutFormatting } from "../../protocol/irc/formatting.ts";
import { MAX_TARGETS } from "../../protocol/irc/isupport.ts";
import type { IrcMessage } from "../../protocol/irc/message.ts";
import { MAX_REASON_CHARS } from "../../protocol/limits.ts";
import { cleanLine, reasonProblem } from "../../protocol/text.ts";
import { record } from "../commands/answers.ts";
import { KICK_MS } from "../commands/rooms.ts";
import { showDuration } from "../durations.ts";
import { proposeIn } from "../requests/about_room.ts";
import { join as joinRoom, stay } from "../requests/rooms.ts";
import type { IrcClient } from "./irc_client.ts";
import { payForNames } from "./names.ts";
import {
  isChannel,
  keptChannel,
  listed,
  mayChange,
  memberOf,
  ownChannel,
  payForMore,
} from "./targets.ts";

/** JOIN: comes into channels, and makes those that are not there. `JOIN 0` leaves all. */
export async function join(irc: IrcClient, { params }: IrcMessage): Promise<void> {
  const [channels = "", keys = ""] = params;
  const { connection } = irc;
  if (channels === "0") {
    const all = [...connection.member!.rooms].map(({ name }) => `#${name}`);
    for (const raw of all) part(irc, raw, undefined);
    return await payForMore(irc, all);
  }
  const given = keys.split(",");
  /** Each of these has an answer, and no other price. */
  const refused: string[] = [];
  for (const [index, raw] of listed(channels, MAX_TARGETS.JOIN).entries()) {
    const { member } = connection;
    if (member === null) return;
    if (!isChannel(raw)) {
      irc.numeric("ERR_NOSUCHCHANNEL", [raw]);
      refused.push(raw);
      continue;
    }
    // It may be leaving this one: the line before says PART.
    const { order } = connection.server;
    if (order.pending > 0) await settledSoFar(order);
    if (connection.member !== member) return;
    const room = connection.findRoom(raw);
    const key = given[index] ?? "";
    const wish = { type: "join", room: raw, ...(key === "" ? {} : { key }) } as const;
    if (room !== undefined && member.rooms.has(room)) {
      await stay(connection, room, wish);
      continue;
    }
    if (room !== undefined && !await payForNames(irc, room)) return;
    await joinRoom(connection, wish);
    if (room === undefined && connection.findRoom(raw) === undefined) refused.push(raw);
  }
  await payForMore(irc, refused);
}

/** PART. */
export function leave(
  irc: IrcClient,
  { params: [channels = "", text] }: IrcMessage,
): Promise<void> | void {
  const all = listed(channels, MAX_TARGETS.PART);
  for (const raw of all) part(irc, raw, text);
  return payForMore(irc, all);
}

function part(irc: IrcClient, raw: string, text: string | undefined): void {
  const room = ownChannel(irc, raw);
  if (room === null) return;
  const member = irc.connection.member!;
  const why = reasonOf(text);
  const proposal = { type: "part", member, room } as const;
  proposeIn(irc.connection, room, why === undefined ? proposal : { ...proposal, text: why });
}

/** KICK: puts people out of a channel, each out of the one that stands in its place. */
export function kick(irc: IrcClient, { params }: IrcMessage): Promise<void> | void {
  const [channels = "", names = "", text] = params;
  const rooms = listed(channels, MAX_TARGETS.KICK);
  const all = listed(names, MAX_TARGETS.KICK);
  for (const [index, name] of all.entries()) {
    kickFrom(irc, rooms[index] ?? rooms[0] ?? "", name, reasonOf(text));
  }
  return payForMore(irc, all);
}

function kickFrom(irc: IrcClient, raw: string, name: string, text: string | undefined): void {
  const { connection } = irc;
  const room = keptChannel(irc, raw);
  if (room === null) return;
  if (!mayChange(irc, room)) return irc.numeric("ERR_CHANOPRIVSNEEDED", [`#${room.name}`]);
  const member = memberOf(irc, room, name);
  if (member === null) return;
  if (member === connection.member) {
    const problem = "Cannot remove yourself: PART leaves a channel.";
    return connection.fail("bad_request", problem, undefined, room.name);
  }
  const { isOperator, server } = connection;
  const how = { by: connection.member!, isOperator, untilMs: server.trustedMs() + KICK_MS };
  const kick = text === undefined ? how : { ...how, text };
  const target = member.name;
  proposeIn(connection, room, { type: "part", member, room, kick }, () => {
    record(connection, "kicked", { target, room: room.name, for: showDuration(KICK_MS) });
  });
}

/** QUIT. */
export function quit({ connection }: IrcClient, { params: [text] }: IrcMessage): void {
  connection.leave("quit", reasonOf(text));
  connection.close({ type: "bye", reason: "quit", text: "Goodbye" });
}

/** As much of a reason as may be given; undefined: none was given. */
export function reasonOf(raw: string | undefined): string | undefined {
  if (raw === undefined) return undefined;
  const text = [...cleanLine(withoutFormatting(raw)).trim()].slice(0, MAX_REASON_CHARS).join("");
  return text === "" || reasonProblem(text) !== null ? undefined : text;
}
