/**
 * Which room goes when there are as many as there may be.
 *
 * @module
 */

import type { Room } from "../room/room.ts";
import type { Rooms } from "../room/rooms.ts";

/**
 * At the limit a new room takes the place of an empty one whose last message is older than this.
 */
const REPLACEABLE_MS = 24 * 60 * 60 * 1000;

/**
 * The empty room that has been quiet for the longest time; null: none has been for long enough.
 *
 * @param atMs The time of the order, in milliseconds since 1970.
 */
export function replaceable(rooms: Rooms, atMs: number): Room | null {
  let oldest: Room | null = null;
  for (const room of rooms.all()) {
    const isQuiet = quietSince(room) < atMs - REPLACEABLE_MS;
    if (room.isPermanent || room.members.size > 0 || !isQuiet) continue;
    // Of equal ones that with the lowest number, which is the same one on all servers.
    const byMs = oldest === null ? -1 : quietSince(room) - quietSince(oldest);
    if (oldest === null || byMs < 0 || (!(byMs > 0) && room.id < oldest.id)) oldest = room;
  }
  return oldest;
}

/** When the newest message of a room was sent. */
function quietSince({ lastMessageMs }: Room): number {
  return lastMessageMs ?? -Infinity;
}
