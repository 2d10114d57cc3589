/**
 * The answer to a hello that was accepted: the welcome, and then each of the rooms.
 *
 * @module
 */

import type { Entered, Joined, Refused } from "../../order/order.ts";
import type { RoomWish as OrderWish } from "../../order/room_proposals.ts";
import { LOBBY, PROTOCOL, type RoomWish, type Welcome } from "../../protocol/messages.ts";
import { roomName } from "../../protocol/names.ts";
import { ownKeepOutKey } from "../../room/room.ts";
import { arrive } from "../arrival.ts";
import type { ClientConnection } from "../connection.ts";
import { refuseRoom, refuseWish } from "./about_room.ts";
import { goOn, isToTryAgain, join, tellKey, turnAway } from "./rooms.ts";
import type { BadWish, Wanted } from "./wishes.ts";

/** What a hello asks for. */
export interface Asked {
  /** Of the session that its place belongs to; empty for a client that cannot resume. */
  readonly secret: string;
  /** The default room that it names. */
  readonly room: string | undefined;
  /** The rooms that it names. */
  readonly wanted: readonly Wanted[];
  /** What else it names. */
  readonly bad: readonly BadWish[];
  /** What the order is asked for; null: all rooms in which it is. */
  readonly rooms: readonly OrderWish[] | null;
}

/**
 * Tells a client that it is in, and what has become of each room.
 *
 * @returns Resolves when that is known of all of them.
 */
export async function welcome(
  client: ClientConnection,
  asked: Asked,
  { member, resumed, rooms }: Joined,
): Promise<void> {
  const { motd, features } = client.server;
  const greeting: Welcome = {
    type: "welcome",
    protocol: PROTOCOL,
    name: member.name,
    session: asked.secret,
    resumed,
    ...(motd === undefined ? {} : { motd }),
    features,
  };
  const { manyRooms } = client.dialect!;
  if (manyRooms) client.write(client.encode(greeting));
  else client.onRoomless = () => goOn(client);
  client.defaultRoom = defaultRoom(asked, rooms.map(nameOf));
  const wishes = new Map(asked.wanted.map(({ name, wish }) => [name, wish]));
  for (const verdict of rooms) {
    const wish = wishes.get(nameOf(verdict)) ?? {};
    if (verdict.type === "refused") {
      if (!isToTryAgain(verdict)) roomRefused(client, wish, verdict);
    } else {
      const { room, joined } = verdict;
      const arrival = { room, joinSeq: joined?.event.seq ?? null };
      if (manyRooms) arrive(client, { ...arrival, wish });
      if (manyRooms && wish.key !== undefined) tellKey(client, verdict);
      if (!manyRooms) {
        client.inBackground(() => client.current.goTo({ ...arrival, welcome: greeting }));
      }
    }
  }
  for (const bad of asked.bad) refuseWish(client, bad);
  if (!manyRooms && client.current.room === null) turnAway(client);
  for (const room of rooms.filter(isToTryAgain).map(nameOf)) {
    if (client.member === member) await join(client, { type: "join", room, ...wishes.get(room) });
  }
}

/** Which room a request without one means. */
function defaultRoom({ room, wanted }: Asked, names: readonly string[]): string | null {
  if (room !== undefined) {
    const parsed = roomName(room);
    return "name" in parsed ? parsed.name : null;
  }
  const named = wanted.length === 0 ? names : wanted.map(({ name }) => name);
  if (named.length === 1) return named[0]!;
  return named.includes(LOBBY) ? LOBBY : null;
}

function roomRefused(client: ClientConnection, wish: RoomWish, refused: Refused): void {
  const name = refused.wish!.name;
  if (refused.why !== "lost") return refuseRoom(client, refused, name, wish);
  const reason = wasPutOut(client, name, wish.log) ? "kicked" : "closed";
  client.reply({ type: "parted", room: name, reason });
}

/**
 * Whether a room that a client says it was in is still there. Anybody can say that of any name: it
 * was in when it knows the log, or is kept out. To anybody else the room is as good as none.
 */
function wasPutOut({ server, member }: ClientConnection, name: string, log?: string): boolean {
  const room = server.rooms.get(name);
  if (room === undefined || member === null) return false;
  if (log !== undefined) return log === room.logId;
  return room.keptOutUntil([ownKeepOutKey(member)], server.trustedMs()) !== null;
}

function nameOf(verdict: Entered | Refused): string {
  return verdict.type === "entered" ? verdict.room.name : verdict.wish!.name;
}
