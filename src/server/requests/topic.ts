/**
 * The topic of a room.
 *
 * @module
 */

import { MAX_TOPIC_CHARS } from "../../protocol/limits.ts";
import { cleanLine, countCodePoints, textProblem } from "../../protocol/text.ts";
import type { ClientConnection } from "../connection.ts";
import { notKeeper } from "../room_words.ts";
import { keptRoomOf, proposeIn, reads, tellLater } from "./about_room.ts";

/**
 * Sets the topic of a room.
 *
 * @param raw As it was typed; empty: none any more.
 * @param name Of the room; default: the default room.
 */
export function setTopic(client: ClientConnection, raw: string, name?: string): void {
  const by = client.member!;
  const room = keptRoomOf(client, name);
  if (room === null) return;
  const text = cleanLine(raw).trim();
  const chars = countCodePoints(text);
  if (chars > MAX_TOPIC_CHARS) {
    const problem = `The topic has ${chars} characters, at most ${MAX_TOPIC_CHARS} can be set.`;
    return client.fail("text_too_long", problem, undefined, room.name);
  }
  const problem = text === "" ? null : textProblem(text);
  if (problem !== null) return client.fail(problem.code, problem.text, undefined, room.name);
  const { isOperator } = client;
  proposeIn(client, room, { type: "topic", room, by, isOperator, text }, () => {
    // Who reads the room sees that it has changed.
    if (reads(client, room)) return;
    const now = text === "" ? "has no topic now" : "has a new topic";
    client.reply({ type: "notice", room: room.name, text: `#${room.name} ${now}.` });
  });
}

/**
 * Tells the topic of a room.
 *
 * @param name Of the room; default: the default room.
 */
export function showTopic(client: ClientConnection, name?: string): void | Promise<void> {
  const room = keptRoomOf(client, name);
  if (room === null) return;
  const hasOperators = client.server.operatorPassword !== null;
  return tellLater(client, () => {
    const isFixed = room.keeper === null && !hasOperators;
    const why = isFixed ? ` ${notKeeper(room, hasOperators).text} So nobody can set one.` : "";
    const text = room.topic === null
      ? `#${room.name} has no topic.${why}`
      : `The topic of #${room.name}: ${room.topic.text} (${room.topic.name})`;
    return { type: "notice", room: room.name, text };
  });
}
