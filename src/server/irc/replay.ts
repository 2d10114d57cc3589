/**
 * What a client of IRC is shown of a room's past when it comes in: the last messages, or those that
 * it has missed. Only where it can tell them from new ones, and does not ask itself.
 *
 * @module
 */

import type { RoomWish } from "../../protocol/messages.ts";
import type { Cursor } from "../../room/cursor.ts";
import type { Room } from "../../room/room.ts";
import { StoreUnavailable } from "../../store/store.ts";
import type { ClientConnection } from "../connection.ts";
import type { IrcClient } from "./irc_client.ts";
import type { Memory } from "./delivered.ts";
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

/**
 * How far a client has been given what is said in its rooms. IRC acknowledges nothing: what was
 * written to a connection that was dead by then never came. So where it does not end in order, only
 * what was written before the last line of the client counts, for then it was alive.
 */
export class Given {
  readonly #connection: ClientConnection;
  /** Where each cursor was before that line. */
  readonly #confirmed = new Map<Cursor, number>();

  /** Of one client. */
  constructor(connection: ClientConnection) {
    this.#connection = connection;
  }

  /** The client has sent a line. It may be one of thousands, so what stands still costs nothing. */
  confirm(): void {
    const { cursors } = this.#connection.writer;
    // Some are of rooms that it has left.
    if (this.#confirmed.size > cursors.length) this.#confirmed.clear();
    for (const cursor of cursors) {
      const { position } = cursor;
      if (this.#confirmed.get(cursor) !== position) this.#confirmed.set(cursor, position);
    }
  }

  /**
   * Notes how far it came, as long as it still reads its rooms.
   *
   * @param isDoubtful Its connection does not end in order.
   */
  note(memory: Memory, isDoubtful: boolean): void {
    const { member, writer } = this.#connection;
    for (const room of member?.rooms ?? []) {
      const cursor = writer.cursorOf(room);
      if (cursor === undefined || room.isGone) continue;
      const { position } = cursor;
      const given = isDoubtful ? this.#confirmed.get(cursor) ?? position : position;
      const log = room.log(this.#connection.dialect!);
      memory.noteDelivered(room.logId, log.seqAt(given) - 1);
    }
  }
}
