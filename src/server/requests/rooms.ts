/**
 * Rooms: coming into one, leaving it, and the list of them.
 *
 * @module
 */

import { type Entered, type Refused, settledSoFar } from "../../order/order.ts";
import type { RoomWish as OrderWish } from "../../order/room_proposals.ts";
import { MAX_ROOMS_PAGE, roomsThatFit } from "../../protocol/limits.ts";
import type { JoinRequest, RoomInfo, RoomWish } from "../../protocol/messages.ts";
import { roomName } from "../../protocol/names.ts";
import type { Member, Room } from "../../room/room.ts";
import { arrive, joinedOf } from "../arrival.ts";
import type { ClientConnection } from "../connection.ts";
import {
  acceptRoomName,
  answerIn,
  isIn,
  proposeIn,
  refuseRoom,
  roomOf,
  tellLater,
} from "./about_room.ts";
import { orderWish, payForRooms, returnRooms } from "./wishes.ts";

const CUT_OFF = "This server has lost touch with the others that hold these rooms. " +
  "Join it when the server is in touch again.";

/** Comes into a room, once that is paid for like coming to the server. */
export async function join(client: ClientConnection, request: JoinRequest): Promise<void> {
  const member = client.member!;
  const name = acceptRoomName(client, request.room, request);
  if (name === null) return;
  // It may be leaving this room, or closing it.
  const { order } = client.server;
  if (order.pending > 0) await settledSoFar(order);
  if (client.member !== member) return;
  const room = client.server.rooms.get(name);
  if (room !== undefined && member.rooms.has(room)) {
    await stay(client, room, request);
    return await arriveAgain(client, room);
  }
  // Nothing more of this client would be read until then.
  if (client.server.elsewhere?.isCutOff) {
    return client.fail("unavailable", CUT_OFF, undefined, name);
  }
  await payForRooms(client, 1);
  if (client.member !== member) return;
  const wish = await orderWish(client, name, request);
  if (client.member !== member) return returnRooms(client, [wish]);
  const verdict = await enter(client, member, wish);
  if (client.member !== member) return;
  if (isToTryAgain(verdict)) return await join(client, request);
  if (verdict.type === "refused") return refuseRoom(client, verdict, name, request);
  const { joined } = verdict;
  if (joined === null) return await arriveAgain(client, verdict.room);
  // Who comes together is settled together: each is told who is there in a turn of its own.
  const turn = client.server.turns.next(client.account.address);
  if (turn !== null) await turn;
  if (client.member !== member) return;
  // It was closed at once: that has been told.
  if (client.dialect!.manyRooms && !isIn(client, verdict.room)) return;
  await arriveIn(client, verdict, request);
}

/**
 * Somebody else has made the room with a key while the key for a new one was hashed, as where all
 * come back after a restart: then it may be the same.
 */
export function isToTryAgain(verdict: Entered | Refused): boolean {
  return verdict.type === "refused" && verdict.why === "room_key" &&
    verdict.wish?.newKey !== undefined;
}

function enter(
  client: ClientConnection,
  member: Member,
  wish: OrderWish,
): Promise<Entered | Refused> {
  return new Promise((resolve) => {
    client.server.order.propose({ type: "enter", member, wish }, {
      settled([verdict]) {
        if (verdict?.type !== "entered" && verdict?.type !== "refused") return;
        returnRooms(client, [wish], [verdict]);
        resolve(verdict);
      },
    });
  });
}

/**
 * Stays in a room in which it is. While the server is cut off nobody waits for what is pending, and
 * that may be its leaving: so it asks to be let in again behind that, which is nothing where it is
 * still there.
 *
 * @returns Resolves when that is proposed.
 */
export async function stay(
  client: ClientConnection,
  room: Room,
  request: RoomWish,
): Promise<void> {
  const member = client.member!;
  if (!client.server.elsewhere?.isCutOff) return;
  const wish = await orderWish(client, room.name, request);
  if (client.member !== member) return returnRooms(client, [wish]);
  const comeBack = async () => {
    const verdict = await enter(client, member, wish);
    if (client.member !== member) return;
    if (verdict.type === "refused") refuseRoom(client, verdict, room.name, request);
    else if (verdict.joined !== null) await arriveIn(client, verdict, request);
  };
  comeBack().catch((error) => {
    client.server.logger.error("session failed", { ...client.who(), error: String(error) });
    client.cutOff();
  });
}

/** Reads a room that it has just come into. */
async function arriveIn(
  client: ClientConnection,
  entered: Entered,
  wish: RoomWish,
): Promise<void> {
  const { room, joined } = entered;
  const joinSeq = joined?.event.seq ?? null;
  client.server.logger.info("joined room", { ...client.who(), room: room.name });
  if (client.dialect!.manyRooms) arrive(client, { room, joinSeq, wish });
  else await client.current.goTo({ room, joinSeq });
  if (wish.key !== undefined) tellKey(client, entered);
}

/**
 * Who gave a key that was not asked for is told what became of it. That there is none is not news
 * in IRC: a client that comes back gives a key, whichever, for each room before one that has a key.
 */
export function tellKey(client: ClientConnection, { room, joined, wish }: Entered): void {
  if (joined === null || (room.key !== null && wish?.newKey === undefined)) return;
  if (room.key === null && client.dialect!.name === "irc") return;
  const text = room.key === null
    ? `#${room.name} has no key: everyone can join it.`
    : `#${room.name} is private: only people who know its key can join.`;
  client.reply({ type: "notice", room: room.name, text });
}

/** It is in the room already: a program is told again how it is there, a person goes there. */
async function arriveAgain(client: ClientConnection, room: Room): Promise<void> {
  if (client.dialect!.manyRooms) {
    return await answerIn(client, room, () => {
      const { lastSeq } = room.store;
      const { bots } = client.server;
      return joinedOf(client.member!, room, { seq: lastSeq, resumed: true, bots });
    });
  }
  if (client.current.room !== room) return await client.current.goTo({ room, joinSeq: null });
  client.reply({ type: "notice", text: `You are in #${room.name} already.` });
}

/** Leaves a room: what becomes of that is told by `ClientConnection.parted`. */
export function part(client: ClientConnection, raw?: string): void {
  const member = client.member!;
  const room = roomOf(client, raw);
  if (room === null) return;
  if (isOnlyRoom(client, room)) {
    const text = "You are in no other room than the lobby: /quit leaves the chat.";
    return client.fail("bad_request", text);
  }
  proposeIn(client, room, { type: "part", member, room });
}

/** A client of one room would go from the lobby to the lobby. */
function isOnlyRoom({ dialect, member, server }: ClientConnection, room: Room): boolean {
  return !dialect!.manyRooms && room === server.rooms.lobby && member!.rooms.size === 1;
}

/**
 * A client of one room came out of the one that it read: it goes to the one before, or to the
 * lobby. Who may not go there either has no place on the server.
 */
export async function goOn(client: ClientConnection): Promise<void> {
  const { member, server, current } = client;
  if (member === null) return;
  const room = current.others[0];
  if (room !== undefined) return await current.goTo({ room, joinSeq: null });
  const { lobby } = server.rooms;
  const wish = await orderWish(client, lobby.name, {});
  const verdict = await enter(client, member, wish);
  if (client.member !== member) return;
  if (verdict.type === "entered") return await arriveIn(client, verdict, {});
  refuseRoom(client, verdict, lobby.name);
  turnAway(client);
}

/** A client of one room has to be in one. */
export function turnAway(client: ClientConnection): void {
  client.leave("kicked");
  client.close(null);
}

/** Rooms on a page that one token pays for, beside that for the line. */
const ROOMS_A_TOKEN = 50;

/** Lists the rooms, a page at a time, once that is paid for. */
export async function listRooms(client: ClientConnection, after = ""): Promise<void> {
  const { rooms } = client.server;
  const wait = client.throttle.pay(Math.floor(rooms.size / ROOMS_A_TOKEN));
  if (wait !== null) await wait;
  return await tellLater(client, () => {
    const { member, isOperator } = client;
    const parsed = roomName(after);
    const last = "name" in parsed ? parsed.name : after;
    const seen = [...rooms.all()]
      .filter((room) => isOperator || !room.isPrivate || member?.rooms.has(room))
      .filter(({ name }) => name > last)
      .sort((a, b) => a.name < b.name ? -1 : 1);
    const page = seen.slice(0, MAX_ROOMS_PAGE).map((room) => infoOf(room, member));
    const fitting = roomsThatFit(page, JSON.stringify);
    return { type: "rooms", rooms: fitting, more: fitting.length < seen.length };
  });
}

function infoOf(room: Room, member: Member | null): RoomInfo {
  const { name, members, topic, key, isUnlisted } = room;
  return {
    room: name,
    count: members.size,
    ...(topic === null ? {} : { topic: topic.text }),
    ...(member?.rooms.has(room) ? { joined: true } : {}),
    ...(key === null ? {} : { key: true }),
    ...(isUnlisted ? { unlisted: true } : {}),
  };
}
