/**
 * What a room is about: TOPIC, and numerics 331 to 333.
 *
 * @module
 */

import { withoutFormatting } from "../../protocol/irc/formatting.ts";
import type { IrcLine, IrcMessage } from "../../protocol/irc/message.ts";
import { channelOf } from "../../protocol/irc/render.ts";
import type { Room } from "../../room/room.ts";
import { setTopic } from "../requests/topic.ts";
import type { IrcClient } from "./irc_client.ts";
import { keptChannel } from "./targets.ts";

/** What a room is about, where somebody has said so. */
export function topicLines(irc: IrcClient, { name, topic }: Room): IrcLine[] {
  if (topic === null) return [];
  const channel = channelOf(name);
  const unixTime = Math.floor(Date.parse(topic.at) / 1_000);
  return [
    irc.numericLine("RPL_TOPIC", [channel], topic.text),
    irc.numericLine("RPL_TOPICWHOTIME", [channel, topic.name, String(unixTime)]),
  ];
}

/** TOPIC: what a room is about, or is to be. */
export function topic(irc: IrcClient, { params: [raw = "", text] }: IrcMessage): void {
  const room = keptChannel(irc, raw);
  if (room === null) return;
  if (text !== undefined) return setTopic(irc.connection, withoutFormatting(text), room.name);
  irc.connection.afterwards(() => {
    const lines = topicLines(irc, room);
    const none = irc.numericLine("RPL_NOTOPIC", [channelOf(room.name)]);
    for (const line of lines.length > 0 ? lines : [none]) irc.sendNow(line);
  });
}
