/**
 * Nothing that was typed is lost in silence: what was not delivered, and what was never sent, is
 * printed at the end.
 *
 * @module
 */

import { printErr } from "../../print.ts";
import { cleanText } from "../../protocol/text.ts";
import type { Outgoing } from "../core/outbox.ts";
import type { RoomList } from "../view/room_list.ts";
import { typedText } from "../view/typed_line.ts";

/**
 * Prints to standard error what would be lost, each text with its room where there are several.
 *
 * @param undelivered Messages that were not acknowledged.
 * @param unsent What was being typed, by room.
 * @param options `rooms`: those of the client; `isKnown`: what stands in the line needs no mention
 * where there is no other one.
 */
export function nameUnsent(
  undelivered: readonly Outgoing[],
  unsent: readonly { readonly room: string; readonly text: string }[],
  { rooms, isKnown }: { readonly rooms: RoomList; readonly isKnown: boolean },
): void {
  const to = (room: string) => rooms.all.length > 1 ? ` to #${room}` : "";
  for (const message of undelivered) {
    const where = message.type === "say" ? to(message.room) : "";
    printErr(`chat: This may not have been delivered${where}: ${whole(typedText(message))}\n`);
  }
  for (const { room, text } of unsent) {
    if (isKnown && rooms.all.length < 2) continue;
    printErr(`chat: This was not sent${to(room)}: ${whole(text)}\n`);
  }
}

/** A text whose every line can be copied. */
function whole(text: string): string {
  return cleanText(text).replaceAll("\n", "\n  ");
}
