/**
 * The numbers of rooms: two million, used again in turn.
 *
 * @module
 */

/** Rooms have numbers from 0 up to this, which it does not include. */
export const MAX_ROOM_IDS: number = 2 ** 21;

/**
 * The number for a new room: the next one that is free; behind the last come the first.
 *
 * @param newest That of the room that was made last.
 * @param isUsed Whether a room has a number, or something of one that is gone is still there.
 * @throws {Error} When none is free: of rooms alone there are 100,000 at most (`--rooms`).
 */
export function nextRoomId(newest: number, isUsed: (id: number) => boolean): number {
  for (let ahead = 1; ahead <= MAX_ROOM_IDS; ahead++) {
    const id = (newest + ahead) % MAX_ROOM_IDS;
    if (!isUsed(id)) return id;
  }
  throw new Error(`all ${MAX_ROOM_IDS} numbers of rooms are in use`);
}

/**
 * Whether a number was given before another one, or is that one. Numbers are used again, so this
 * holds as long as fewer than a million rooms were made in between.
 */
export function isNoLaterId(id: number, other: number): boolean {
  return (other - id + MAX_ROOM_IDS) % MAX_ROOM_IDS < MAX_ROOM_IDS / 2;
}
