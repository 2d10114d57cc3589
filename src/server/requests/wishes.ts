/**
 * The rooms that somebody wants to be in, on their way to the order: names are checked, keys are
 * tried, and what they cost is paid.
 *
 * @module
 */

import type { Entered, Refused } from "../../order/order.ts";
import type { RightKey, RoomWish as OrderWish } from "../../order/room_proposals.ts";
import type { Hello, RoomWish } from "../../protocol/messages.ts";
import { roomName } from "../../protocol/names.ts";
import type { Member, Room } from "../../room/room.ts";
import { newLogId } from "../../store/events.ts";
import { hashKey, knows } from "../admission/password.ts";
import { keyProblem } from "../admission/room_keys.ts";
import type { ClientConnection } from "../connection.ts";

/** A room that a hello names. */
export interface Wanted {
  /** Folded. */
  readonly name: string;
  /** Where the client left off there. */
  readonly wish: RoomWish;
}

/** What a hello asks for and nobody can have: the name is that of no room, or the key no key. */
export interface BadWish {
  /** The name as it was sent. */
  readonly raw: string;
  /** For programs. */
  readonly code: "room_invalid" | "room_key";
  /** What is wrong. */
  readonly problem: string;
}

/** The rooms that a hello names; null: it names none. */
export function wantedRooms(
  { rooms }: Hello,
): { wanted: Wanted[] | null; bad: BadWish[] } {
  if (rooms === undefined) return { wanted: null, bad: [] };
  const wanted = new Map<string, Wanted>();
  const bad: BadWish[] = [];
  for (const [raw, wish] of Object.entries(rooms)) {
    const parsed = acceptWish(raw, wish);
    if ("problem" in parsed) bad.push(parsed);
    else wanted.set(parsed.name, { name: parsed.name, wish });
  }
  return { wanted: [...wanted.values()], bad };
}

/** The folded name of a room that is asked for; or what is wrong. */
export function acceptWish(
  raw: string,
  { key }: Pick<RoomWish, "key">,
): { readonly name: string } | BadWish {
  const parsed = roomName(raw);
  if ("problem" in parsed) return { raw, code: "room_invalid", problem: parsed.problem };
  const problem = key === undefined ? null : keyProblem(key.trim());
  return problem === null ? parsed : { raw, code: "room_key", problem };
}

/**
 * What the order is asked for. One key is tried after the other.
 *
 * @param member Who resumes; null: somebody comes in anew.
 * @param isKnown Its session is remembered, so a log that it names was one of this server.
 */
export async function wishesFor(
  client: ClientConnection,
  wanted: readonly Wanted[],
  member: Member | null,
  isKnown = false,
): Promise<OrderWish[]> {
  const wishes: OrderWish[] = [];
  for (const { name, wish } of wanted) {
    const asked = await orderWish(client, name, wish, member);
    const { log } = wish;
    wishes.push(isKnown && log !== undefined ? { ...asked, knownLog: log } : asked);
  }
  return wishes;
}

/** Waits until rooms are paid for, 1 or more: each costs what a join of the server does. */
export async function payForRooms(client: ClientConnection, count: number): Promise<void> {
  const { account: { joins }, member, throttle } = client;
  if (joins === null || joins.payNow(count)) return;
  await throttle.waitFor((go) => joins.wait(count, { isNewcomer: member === null, go }));
}

/**
 * What the order is asked for, with the key tried: wrong ones count like wrong passwords. Where
 * there is no such room, one of those that the address may make is taken, and the key becomes that
 * of the room: who comes back after all was forgotten finds it as private as it was.
 *
 * @param name Folded.
 * @param member Who has been in rooms already, and needs no key there; default: nobody.
 */
export async function orderWish(
  client: ClientConnection,
  name: string,
  { key, log, after }: RoomWish,
  member: Member | null = null,
): Promise<OrderWish> {
  const { server, account } = client;
  const room = server.rooms.get(name);
  let found: RightKey | undefined;
  const needed = room?.key ?? null;
  if (needed !== null && key !== undefined && !member?.rooms.has(room!)) {
    const isRight = await knows(client, () => server.keys.isRight(needed, key), `key of #${name}`);
    if (isRight) found = { log: room!.logId, version: needed.version };
  }
  const most = server.limits.newRoomsPerHour;
  const mayMake = room === undefined && account.makeRoom(most, server.clock.now());
  const newKey = mayMake && key !== undefined ? await hashKey(client, key) : undefined;
  // It has left: its room is not to be made without a key.
  if (newKey === null) account.returnRoom();
  const wasIn = member !== null && (log !== undefined || after !== undefined);
  if (room !== undefined) {
    const isIn = member?.rooms.has(room) === true;
    const mayEnter = !wasIn && (needed === null || found !== undefined);
    if (isIn || mayEnter) await prepare(client, room);
  }
  return {
    name,
    log: newLogId(),
    mayMake: mayMake && newKey !== null,
    ...(found === undefined ? {} : { key: found }),
    ...(newKey === undefined || newKey === null ? {} : { newKey }),
    ...(wasIn ? { wasIn } : {}),
  };
}

/**
 * Reads what a room begins with before somebody comes in, in a turn of its own: the first time
 * since the server started that may be a window of 4 MiB, 25 ms. Who may not come in has nothing
 * read.
 */
export async function prepare(
  { server, account, dialect }: ClientConnection,
  room: Room,
): Promise<void> {
  if (room.isPrepared(dialect!)) return;
  const turn = server.turns.next(account.address);
  if (turn !== null) await turn;
  room.prepare(dialect!);
}

/** Gives the rooms back that were not made after all. */
export function returnRooms(
  { account }: ClientConnection,
  wishes: readonly OrderWish[],
  verdicts: readonly (Entered | Refused)[] = [],
): void {
  for (const wish of wishes) {
    const verdict = verdicts.find((one) => one.wish === wish);
    const isMade = verdict?.type === "entered" && verdict.joined?.event.seq === 1;
    if (wish.mayMake && !isMade) account.returnRoom();
  }
}
