/**
 * What requests about a room have in common: which room is meant, and how they are answered.
 *
 * @module
 */

import type { Refused, Verdict } from "../../order/order.ts";
import type { Proposal } from "../../order/proposals.ts";
import { MAX_ROOM_CHARS } from "../../protocol/limits.ts";
import type { PrivateEvent, RoomWish } from "../../protocol/messages.ts";
import { cleanLine } from "../../protocol/text.ts";
import type { Room } from "../../room/room.ts";
import type { ClientConnection } from "../connection.ts";
import { refuse } from "../refusals.ts";
import { notInRoom, roomProblem } from "../room_words.ts";
import { acceptWish, type BadWish } from "./wishes.ts";

/**
 * The room that a request is about.
 *
 * @param raw As the request names it; undefined: the default room.
 * @param id Of the request, where it has one.
 * @returns One that the client is in; null: refused, and the client was told.
 */
export function roomOf(client: ClientConnection, raw?: string, id?: string): Room | null {
  const room = client.ownRoom(raw);
  if (room !== undefined) return room;
  const name = raw === undefined ? client.defaultRoom : acceptRoomName(client, raw, { id });
  if (raw !== undefined && name === null) return null;
  const { code, text } = notInRoom(name);
  client.fail(code, text, id, name ?? undefined);
  return null;
}

/** The room that somebody wants to change: as {@linkcode roomOf}, and for operators any. */
export function keptRoomOf(client: ClientConnection, raw?: string): Room | null {
  const named = client.isOperator && raw !== undefined ? client.findRoom(raw) : undefined;
  return named ?? roomOf(client, raw);
}

/** Whether a client sees what happens in a room. */
export function reads({ current, dialect, member }: ClientConnection, room: Room): boolean {
  return dialect!.manyRooms ? member?.rooms.has(room) === true : current.room === room;
}

/**
 * Answers about a room, behind all that is under way: who is in it no more by then is told that
 * instead.
 *
 * @param room One that the client was in when it asked.
 * @param answer Made when it is told.
 * @returns See {@linkcode tellLater}.
 */
export function answerIn(
  client: ClientConnection,
  room: Room,
  answer: () => PrivateEvent,
): Promise<void> {
  return tellLater(client, () => {
    if (isIn(client, room)) return answer();
    const { code, text } = notInRoom(room.name);
    return { type: "error", code, text, room: room.name };
  });
}

/**
 * Answers with a page, behind all that is under way.
 *
 * @param answer Made when it is told.
 * @returns Resolves when it has been told. Nothing more is read from the client before: else pages
 * would come by the dozen once the order settles, and its queue has no place for so many.
 */
export function tellLater(client: ClientConnection, answer: () => PrivateEvent): Promise<void> {
  return new Promise((told) =>
    client.server.order.whenSettled(() => {
      client.tell(answer());
      told();
    })
  );
}

/**
 * It has not come out of a room while something was waited for; who leaves the chat still has its
 * answers.
 */
export function isIn({ member }: ClientConnection, room: Room): boolean {
  return member === null || member.rooms.has(room);
}

/** The folded name; null: nobody can have what is asked for, and the client has been told so. */
export function acceptRoomName(
  client: ClientConnection,
  raw: string,
  { id, ...wish }: { readonly id?: string | undefined; readonly key?: string },
): string | null {
  const accepted = acceptWish(raw, wish);
  if ("name" in accepted) return accepted.name;
  refuseWish(client, accepted, id);
  return null;
}

/**
 * Answers what is wrong with a wish, and with which, where its name is short enough to come back.
 */
export function refuseWish(
  client: ClientConnection,
  { raw, code, problem }: BadWish,
  id?: string,
): void {
  client.fail(code, problem, id, raw.length > MAX_ROOM_CHARS ? undefined : cleanLine(raw));
}

/**
 * Answers that a room has refused something.
 *
 * @param wish.key What was given for it; default: nothing.
 */
export function refuseRoom(
  client: ClientConnection,
  refused: Refused,
  name: string,
  { key }: Pick<RoomWish, "key"> = {},
): void {
  const { server, dialect } = client;
  const problem = roomProblem(refused, name, {
    limits: server.limits,
    nowMs: server.trustedMs(),
    hasOperators: server.operatorPassword !== null,
    keyGiven: key !== undefined,
    prompts: dialect?.prompts === true,
  });
  if (problem !== null) return client.fail(problem.code, problem.text, undefined, name);
  refuse(client, refused.why, { room: name });
}

/**
 * Proposes something about a room, and answers when that is refused.
 *
 * @param then What follows when it has happened; default: nothing.
 */
export function proposeIn(
  client: ClientConnection,
  room: Room,
  proposal: Proposal,
  then: (verdict: Verdict) => void = () => {},
): void {
  client.server.order.propose(proposal, {
    settled([verdict]) {
      if (verdict?.type === "refused") refuseRoom(client, verdict, room.name);
      else if (verdict !== undefined) then(verdict);
    },
  });
}
