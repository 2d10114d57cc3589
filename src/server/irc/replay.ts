/**
 * What a client of IRC is shown of a room's past when it comes in: the last messages, or those that
 * it has missed. Only where it can tell them from new ones, and does not ask itself.
 *
 * @module
 */

import type { RoomWish } from "../../protocol/messages.ts";
import type { Cursor } from "../../room/cursor.ts";
import type { Log } from "../../room/log.ts";
import type { Room } from "../../room/room.ts";
import { StoreUnavailable } from "../../store/store.ts";
import type { ClientConnection } from "../connection.ts";
import type { IrcClient } from "./irc_client.ts";
import type { Memory } from "./memories.ts";
import { lastSeqBefore } from "./history_spans.ts";

/**
 * Where a client begins in a room.
 *
 * @param isResumed It was in the room, and takes up its place there.
 */
export function wishIn(irc: IrcClient, room: Room, isResumed: boolean): RoomWish {
  const { caps, isBot, memory, network } = irc;
  // A program would take what was said before for new.
  if (!caps.has("server-time") || caps.has("draft/chathistory") || isBot) return { history: 0 };
  const delivered = memory?.delivered(room.logId);
  if (delivered !== undefined) return { after: delivered };
  // The server was restarted: it has what was said before.
  return isResumed ? { after: lastSeqSaved(room, network.startedAt.getTime()) } : {};
}

function lastSeqSaved({ store }: Room, atMs: number): number {
  try {
    return lastSeqBefore(store, atMs);
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    return store.lastSeq;
  }
}

/** A place in a log. */
interface Place {
  readonly log: Log;
  position: number;
}

/**
 * How far a client has been given what is said in its rooms. IRC acknowledges nothing: what was
 * written to a connection that was dead by then never came. So where it does not end in order, only
 * what was written before the last line of the client counts, for then it was alive; and nothing of
 * a room into which it has come since.
 */
export class Given {
  readonly #connection: ClientConnection;
  /** Where each cursor was before that line. */
  readonly #confirmed = new Map<Cursor, Place>();

  /** Of one client. */
  constructor(connection: ClientConnection) {
    this.#connection = connection;
  }

  /** The client has sent a line. It may be one of thousands, so what stands still costs nothing. */
  confirm(): void {
    const { cursors } = this.#connection.writer;
    for (const cursor of cursors) {
      const { log, position } = cursor;
      const place = this.#confirmed.get(cursor);
      if (place !== undefined) place.position = position;
      else if (log !== null) this.#confirmed.set(cursor, { log, position });
    }
    if (this.#confirmed.size === cursors.length) return;
    // The others have ended before the line came.
    for (const cursor of this.#confirmed.keys()) {
      if (!cursors.includes(cursor)) this.#confirmed.delete(cursor);
    }
  }

  /**
   * Notes how far it came, as long as it still reads its rooms, or those that it has just come out
   * of.
   *
   * @param isDoubtful Its connection does not end in order.
   */
  note(memory: Memory, isDoubtful: boolean): void {
    const { writer } = this.#connection;
    // Of a room there may be several: one may have ended since the last line, or be at its end.
    const places: [Cursor, Place][] = isDoubtful ? [...this.#confirmed] : [];
    for (const cursor of writer.cursors) {
      const { log, position, start } = cursor;
      if (log === null || isDoubtful && this.#confirmed.has(cursor)) continue;
      places.push([cursor, { log, position: isDoubtful ? start : position }]);
    }
    const given = new Map<Room, number>();
    for (const [{ room }, { log, position }] of places) {
      if (room === null || room.isGone) continue;
      given.set(room, Math.min(given.get(room) ?? Infinity, log.seqAt(position) - 1));
    }
    for (const [room, seq] of given) memory.noteDelivered(room.logId, seq);
  }
}
