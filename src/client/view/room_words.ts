/**
 * What is said of rooms, in words.
 *
 * @module
 */

import type { Joined, Parted, RoomList, RoomTopic } from "../../protocol/messages.ts";
import { listWords, type Words } from "./words.ts";
import { padLeft, widthOf } from "./width.ts";

/** The topic of a room. */
export function topicWords({ text, name }: RoomTopic): Words {
  return [`Topic: ${text} (`, { person: name }, ")"];
}

/**
 * Greets who has come into one more room.
 *
 * @param me The name of who has come.
 * @param joined What the server said of the room.
 * @param maxNames So many of the others are named at most.
 * @param options `isLate`: that was some time ago; who is here by now is not known, and not told.
 * @returns May be empty.
 */
export function joinedWords(
  me: string,
  { names, count, keeper }: Pick<Joined, "names" | "count" | "keeper">,
  maxNames: number,
  { isLate = false }: { readonly isLate?: boolean } = {},
): Words {
  const others = names.filter((name) => name !== me);
  const here: Words = others.length === 0
    ? ["Nobody else is here yet."]
    : ["Here now: ", ...listWords(others, { count: count - 1, maxNames }), "."];
  const keeps = keeper === me ? ["You are the keeper: /help lists your commands."] : [];
  if (isLate) return keeps;
  return keeps.length === 0 ? here : [...here, " ", ...keeps];
}

/**
 * That a client is no longer in a room.
 *
 * @param unread Messages of it that were never shown.
 */
export function partedWords({ room, reason, text }: Parted, unread: number): string {
  if (reason === "part") return `You left #${room}.`;
  const fallback = reason === "kicked" ? `You were removed from #${room}.` : `#${room} was closed.`;
  const what = text ?? fallback;
  const [messages, were] = unread === 1 ? ["message", "was"] : ["messages", "were"];
  const lost = unread === 0 ? "" : ` ${unread} ${messages} there ${were} never shown.`;
  return (lost === "" || what.endsWith(".") ? what : `${what}.`) + lost;
}

/**
 * The rooms that there are, as a table: name, number of people, what is special, topic.
 *
 * @returns Its lines; the first one says what it is.
 */
export function roomTable({ rooms, more }: RoomList): string[] {
  if (rooms.length === 0) return ["There are no rooms."];
  const nameColumns = Math.max(...rooms.map(({ room }) => widthOf(`#${room}`)));
  const countColumns = Math.max(...rooms.map(({ count }) => String(count).length));
  const lines = rooms.map(({ room, count, topic, joined, key }) => {
    const name = `#${room}`;
    const pad = " ".repeat(nameColumns - widthOf(name));
    const notes = [joined ? "joined" : "", key ? "private" : "", topic ?? ""]
      .filter((note) => note !== "").join(" · ");
    return `${name}${pad}  ${padLeft(String(count), countColumns)}${notes && `  ${notes}`}`;
  });
  const end = more ? ["There are more: /join goes to any of them by its name."] : [];
  return [`${rooms.length} ${rooms.length === 1 ? "room" : "rooms"}, with people in them:`]
    .concat(lines, end);
}
