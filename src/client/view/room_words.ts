/**
 * What is said of rooms, in words.
 *
 * @module
 */

import type { Parted, RoomList, RoomTopic } from "../../protocol/messages.ts";
import { type Greeted, keeperWords, listWords, type Words } from "./words.ts";
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
  { room, names, count, keeper }: Greeted,
  maxNames: number,
  { isLate = false }: { readonly isLate?: boolean } = {},
): Words {
  const others = names.filter((name) => name !== me);
  const here: Words = others.length === 0
    ? ["Nobody else is here yet."]
    : ["Here now: ", ...listWords(others, { count: count - 1, maxNames }), "."];
  const keeps = keeper === me ? [keeperWords(room)] : [];
  if (isLate) return keeps;
  return keeps.length === 0 ? here : [...here, " ", ...keeps];
}

/**
 * How somebody who cannot stay in a room goes to another one, at a terminal.
 *
 * @param rooms The rooms that it is in, and the lost one.
 * @param parted How it lost that one; who was removed from it may come back some time.
 */
export function onwardWords(
  { all }: { readonly all: readonly unknown[] },
  parted?: Pick<Parted, "room" | "reason">,
): string {
  const keys = all.length > 1 ? "Alt-1 to Alt-9, or " : "";
  const back = parted?.reason === "kicked" ? `; back here, when you may: /join ${parted.room}` : "";
  return `To another room: ${keys}/join ROOM${back}.`;
}

/** Why a client is in a room no more, where it did not leave by itself. */
export function removedWords({ room, reason, text }: Parted): string {
  const fallback = reason === "kicked" ? `You were removed from #${room}.` : `#${room} was closed.`;
  return text ?? fallback;
}

/**
 * That a client is no longer in a room.
 *
 * @param unread Messages of it that were never shown.
 * @param onward What to do now; empty: nothing.
 */
export function partedWords(parted: Parted, unread: number, onward: string = ""): string {
  if (parted.reason === "part") return `You left #${parted.room}.`;
  const what = removedWords(parted);
  const [messages, were] = unread === 1 ? ["message", "was"] : ["messages", "were"];
  const lost = unread === 0 ? "" : `${unread} ${messages} there ${were} never shown.`;
  const more = [lost, onward].filter((each) => each !== "");
  return [more.length === 0 || what.endsWith(".") ? what : `${what}.`, ...more].join(" ");
}

/**
 * The rooms that there are, as a table: name, number of people, what is special, topic.
 *
 * @returns Its lines; the first one says what it is.
 */
export function roomTable({ rooms, more }: RoomList): string[] {
  if (rooms.length === 0) return ["There are no rooms."];
  const nameColumns = Math.max(...rooms.map(({ room }) => widthOf(`#${room}:`)));
  const countColumns = Math.max(...rooms.map(({ count }) => String(count).length));
  const lines = rooms.map(({ room, count, topic, joined, key, unlisted }) => {
    const name = `#${room}:`;
    const pad = " ".repeat(nameColumns - widthOf(name));
    const facts = [
      `${padLeft(String(count), countColumns)} here`,
      ...(joined ? ["you are in it"] : []),
      ...(key ? ["private"] : []),
      ...(unlisted ? ["unlisted"] : []),
    ].join(", ");
    return `${name}${pad}  ${facts}${topic === undefined ? "" : `  ${topic}`}`;
  });
  const end = more ? ["There are more: /join goes to any of them by its name."] : [];
  return [rooms.length === 1 ? "1 room:" : `${rooms.length} rooms:`, ...lines, ...end];
}
