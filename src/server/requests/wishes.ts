/**
 * The rooms that somebody wants to be in, on their way to the order: names are checked, keys are tried,
 * and what they cost is paid.
 *
 * @module
 */

import type { Entered, Refused } from "../../order/order.ts";
import type { RightKey, RoomWish as OrderWish } from "../../order/proposals.ts";
import type { Hello, RoomWish } from "../../protocol/messages.ts";
import { roomName } from "../../protocol/names.ts";
import type { Member } from "../../room/room.ts";
import { newLogId } from "../../store/events.ts";
import { knows } from "../admission/password.ts";
import type { ClientConnection } from "../connection.ts";

/** A room that a hello names. */
export interface Wanted {
  /** Folded. */
  readonly name: string;
  /** Where the client left off there. */
  readonly wish: RoomWish;
}

/** A name in a hello that no room can have. */
export interface BadName {
  /** As it was sent. */
  readonly raw: string;
  /** What is wrong with it. */
  readonly problem: string;
}

/** The rooms that a hello names; null: it names none. */
export function wantedRooms(
  { rooms }: Hello,
): { wanted: Wanted[] | null; bad: BadName[] } {
  if (rooms === undefined) return { wanted: null, bad: [] };
  const wanted = new Map<string, Wanted>();
  const bad: BadName[] = [];
  for (const [raw, wish] of Object.entries(rooms)) {
    const parsed = roomName(raw);
    if ("problem" in parsed) bad.push({ raw, problem: parsed.problem });
    else wanted.set(parsed.name, { name: parsed.name, wish });
  }
  return { wanted: [...wanted.values()], bad };
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

/** Waits until rooms are paid for: each costs what a join of the server does. */
export async function payForRooms(client: ClientConnection, count: number): Promise<void> {
  const { joins } = client.account;
  const wait = joins === null ? null : client.throttle.payFrom(joins, count);
  if (wait !== null) await wait;
}

/**
 * What the order is asked for, with the key tried: wrong ones count like wrong passwords. Where there is
 * no such room, one of those that the address may make is taken.
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
  // Its log must exist before the join is appended, or there would be nothing to begin in.
  room?.log(client.dialect!);
  const most = server.limits.newRoomsPerHour;
  const mayMake = room === undefined && account.makeRoom(most, server.clock.now());
  const wasIn = member !== null && (log !== undefined || after !== undefined);
  return {
    name,
    log: newLogId(),
    mayMake,
    ...(found === undefined ? {} : { key: found }),
    ...(wasIn ? { wasIn } : {}),
  };
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
