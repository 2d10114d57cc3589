/**
 * What a client of IRC is shown of a room's past when it comes in: the last messages, or those that
 * it has missed. Only where it can tell them from new ones, and does not ask itself.
 *
 * @module
 */

import type { RoomWish } from "../../protocol/messages.ts";
import type { Room } from "../../room/room.ts";
import type { ClientConnection } from "../connection.ts";
import type { IrcClient } from "./irc_client.ts";
import type { Memory } from "./memories.ts";

/** Where a client begins in a room. */
export function wishIn(irc: IrcClient, room: Room): RoomWish {
  const { caps, isBot } = irc;
  // A program would take what was said before for new.
  if (!caps.has("server-time") || caps.has("draft/chathistory") || isBot) return { history: 0 };
  const after = irc.memory?.delivered(room.logId);
  return after === undefined ? {} : { after };
}

/** Notes what a client has been given of the rooms in which it is, as long as it reads them. */
export function noteDelivered({ member, writer, dialect }: ClientConnection, memory: Memory): void {
  for (const room of member?.rooms ?? []) {
    const cursor = writer.cursorOf(room);
    if (cursor === undefined || room.isGone) continue;
    memory.noteDelivered(room.logId, room.log(dialect!).seqAt(cursor.position) - 1);
  }
}
