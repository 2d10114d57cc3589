/**
 * The slash commands about rooms: those of everyone, and those of the keeper of a room, which
 * operators have in every room. Each act of those is logged with who did it.
 *
 * @module
 */

import type { CommandName } from "../../protocol/commands.ts";
import type { AboutRoom } from "../../protocol/messages.ts";
import { excerptIfNeeded } from "../../protocol/quote.ts";
import type { Member, Room } from "../../room/room.ts";
import { hashKey } from "../admission/password.ts";
import { keyProblem } from "../admission/room_keys.ts";
import type { ClientConnection } from "../connection.ts";
import { deliver } from "../deliver.ts";
import { keptRoomOf, proposeIn, reads, tellLater } from "../requests/about_room.ts";
import { join, listRooms, part } from "../requests/rooms.ts";
import { setTopic, showTopic } from "../requests/topic.ts";
import { showDuration } from "../durations.ts";
import { LOBBY_KEY } from "../room_words.ts";
import { acceptTimeAndReason, record, tell } from "./answers.ts";
import type { Handler } from "./operators.ts";

/** Who is removed from a room is kept out for so long, unless another time is given. */
export const KICK_MS = 60_000;

/** What carries out the commands about rooms of everyone. */
export const ROOM_COMMANDS: Readonly<
  Record<Extract<CommandName<"everyone">, "join" | "leave" | "rooms" | "topic">, Handler>
> = {
  join(client, rest) {
    const [, room = "", key = ""] = /^(\S+)\s*(.*)$/s.exec(rest) ?? [];
    return join(client, { type: "join", room, ...(key === "" ? {} : { key }) });
  },
  leave: (client, rest, { room }) => part(client, rest === "" ? room : rest),
  rooms: (client) => listRooms(client),
  topic,
};

/** What carries out the commands of keepers. */
export const KEEPERS: Readonly<Record<CommandName<"keepers">, Handler>> = {
  key,
  unlist,
  kick,
  keeper,
  close,
};

function topic(client: ClientConnection, rest: string, { room }: AboutRoom): void | Promise<void> {
  return rest === "" ? showTopic(client, room) : setTopic(client, rest === "-" ? "" : rest, room);
}

async function key(client: ClientConnection, word: string, about: AboutRoom): Promise<void> {
  const room = keptRoomOf(client, about.room);
  if (room === null) return;
  if (word === "") return tellKey(client, room);
  if (room === client.server.rooms.lobby) {
    return client.fail("not_allowed", LOBBY_KEY);
  }
  const problem = word === "-" ? null : keyProblem(word);
  if (problem !== null) return client.fail("bad_request", problem);
  const hash = word === "-" ? null : await hashKey(client, word);
  const by = client.member;
  if (by === null || client.leaving) return;
  const { isOperator } = client;
  proposeIn(client, room, { type: "key", room, by, isOperator, hash }, () => {
    record(client, hash === null ? "opened room" : "made room private", { room: room.name });
    const text = hash === null
      ? `#${room.name} has no key any more: everyone can join it.`
      : `#${room.name} is private: only people who know the key can join. /key - lifts that.`;
    tell(client, text);
  });
}

function tellKey(client: ClientConnection, room: Room): Promise<void> {
  return tellLater(client, () => {
    const text = room.key === null
      ? `#${room.name} has no key: everyone can join it. /key WORD makes it private.`
      : `#${room.name} has a key: only people who know it can join. /key - removes it.`;
    return { type: "notice", room: room.name, text };
  });
}

function unlist(client: ClientConnection, rest: string, about: AboutRoom): void {
  const room = namedRoom(client, rest, about, "unlist");
  if (room === null) return;
  const { isOperator, member } = client;
  proposeIn(client, room, { type: "unlist", room, by: member!, isOperator }, (verdict) => {
    const isUnlisted = verdict.type === "done" && verdict.isUnlisted === true;
    record(client, isUnlisted ? "unlisted room" : "listed room", { room: room.name });
    tell(client, `#${room.name} is ${isUnlisted ? "not in lists any more" : "in lists again"}.`);
  });
}

function kick(client: ClientConnection, rest: string, about: AboutRoom): void {
  const room = keptRoomOf(client, about.room);
  if (room === null) return;
  const [target = "", ...words] = rest.split(/\s+/);
  const accepted = acceptTimeAndReason(client, words);
  if (accepted === null) return;
  const { reason } = accepted;
  const member = memberIn(client, room, target);
  if (member === null) return;
  const { isOperator, member: by, server } = client;
  if (member === by) {
    return client.fail("bad_request", "Cannot remove yourself: /leave leaves a room.");
  }
  const forMs = accepted.forMs ?? KICK_MS;
  const { name } = member;
  const why = reason === "" ? {} : { text: reason };
  const how = { by: by!, isOperator, untilMs: server.trustedMs() + forMs, ...why };
  proposeIn(client, room, { type: "part", member, room, kick: how }, () => {
    const time = showDuration(forMs);
    record(client, "kicked", { target: name, room: room.name, for: time });
    // Who reads the room sees who has left it, and why.
    if (reads(client, room)) return;
    tell(client, `${name} was removed from #${room.name} and is kept out ${time}.`);
  });
}

function keeper(client: ClientConnection, target: string, about: AboutRoom): void {
  const room = keptRoomOf(client, about.room);
  if (room === null) return;
  const member = memberIn(client, room, target);
  if (member === null) return;
  const { isOperator, member: by, server } = client;
  proposeIn(client, room, { type: "keeper", room, by: by!, isOperator, member }, () => {
    record(client, "made keeper", { target: member.name, room: room.name });
    tell(client, `${member.name} is the keeper of #${room.name}.`);
    if (member === by) return;
    const text =
      `${client.name} made you the keeper of #${room.name}: /help lists what you can do.`;
    void deliver(server, member, { type: "notice", room: room.name, text });
  });
}

function close(client: ClientConnection, rest: string, about: AboutRoom): void {
  const room = namedRoom(client, rest, about, "close");
  if (room === null) return;
  const { isOperator, member: by } = client;
  const wasIn = by!.rooms.has(room);
  proposeIn(client, room, { type: "close", room, by: by!, isOperator }, () => {
    record(client, "closed room", { room: room.name });
    // Who was in it is told so with all others.
    if (!wasIn) tell(client, `#${room.name} is closed: its history is deleted.`);
  });
}

/**
 * The room that is named behind a command of keepers: the one where it is typed, or for operators
 * any.
 *
 * @param rest Empty: the one where it is typed.
 */
function namedRoom(
  client: ClientConnection,
  rest: string,
  about: AboutRoom,
  command: CommandName<"keepers">,
): Room | null {
  if (rest === "") return keptRoomOf(client, about.room);
  if (client.isOperator) return keptRoomOf(client, rest);
  const room = keptRoomOf(client, about.room);
  if (room === null || client.findRoom(rest) === room) return room;
  const text = `Cannot /${command} ${
    excerptIfNeeded(rest)
  } from #${room.name}: type it in that room.`;
  client.fail("bad_request", text, undefined, room.name);
  return null;
}

/** Somebody who is in a room; null: nobody of that name is, and the client has been told so. */
function memberIn(client: ClientConnection, room: Room, target: string): Member | null {
  const member = client.server.state.members.get(target);
  if (member?.rooms.has(room)) return member;
  const text = `Nobody in #${room.name} is called ${excerptIfNeeded(target)}.`;
  client.fail("no_such_person", text, undefined, room.name);
  return null;
}
