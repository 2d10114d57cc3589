/**
 * The rooms of a client in one line: `#lobby · 2 #ops (3) · 3 #dev (1!)`. The one that is shown has
 * no number; the numbers are those of Alt-1 to Alt-9.
 *
 * @module
 */

import type { RoomState } from "./room_list.ts";
import { columnsOf, cutMiddle, cutTo } from "./width.ts";

/** Columns that a name takes at most once not all rooms fit. */
const NARROW_NAME_COLUMNS = 12;

/** Between two pieces of the line. */
export const GAP = " · ";

/** A piece of the line. */
export interface RoomLabel {
  /** Such as `2 #ops (3)`. */
  readonly text: string;
  /** What matters: the room that is shown, or one with something unread. */
  readonly isBright: boolean;
}

/**
 * The rooms in so many columns.
 *
 * @param rooms All of them, in their order.
 * @param current Name of the one that is shown.
 * @param columns At most so many, with {@linkcode GAP} between the pieces.
 * @returns All rooms where they fit. Else long names are cut; then rooms are left out, and the last
 * piece, `+3`, tells how many: first those with nothing new, then those without a mention, the last
 * ones first. The room that is shown is never left out.
 */
export function roomLabels(
  rooms: readonly RoomState[],
  current: string | undefined,
  columns: number,
): RoomLabel[] {
  const whole = rooms.map((room, i) => label(room, i, current, Infinity));
  if (labelsColumns(whole) <= columns) return whole;
  const cut = rooms.map((room, i) => label(room, i, current, NARROW_NAME_COLUMNS));
  // The least important first, and of those the last one in the line.
  const order = rooms.map((_, i) => i)
    .sort((a, b) => weight(rooms[a], current) - weight(rooms[b], current) || b - a);
  const leftOut = new Set<number>();
  for (const i of order) {
    const shown = cut.filter((_, place) => !leftOut.has(place));
    const more = leftOut.size === 0 ? [] : [{ text: `+${leftOut.size}`, isBright: false }];
    if (labelsColumns([...shown, ...more]) <= columns) return [...shown, ...more];
    if (rooms.length - leftOut.size > 1) leftOut.add(i);
  }
  const [last] = cut.filter((_, place) => !leftOut.has(place));
  return last === undefined ? [] : [{ ...last, text: cutTo(last.text, columns) }];
}

/** How many columns pieces take, with {@linkcode GAP} between them. */
export function labelsColumns(labels: readonly RoomLabel[]): number {
  return columnsOf(labels.map(({ text }) => text).join(GAP));
}

function label(
  room: RoomState,
  index: number,
  current: string | undefined,
  nameColumns: number,
): RoomLabel {
  const { name, standing, unread, isMentioned } = room;
  const shown = nameColumns === Infinity ? name : cutMiddle(name, nameColumns);
  const state = standing === "joining" ? " …" : standing === "gone" ? " (gone)" : "";
  if (name === current) return { text: `#${shown}${state}`, isBright: true };
  const count = unread === 0 ? "" : ` (${unread}${isMentioned ? "!" : ""})`;
  return { text: `${index + 1} #${shown}${state}${count}`, isBright: unread > 0 };
}

/** How long a room stays in the line. */
function weight(room: RoomState | undefined, current: string | undefined): number {
  if (room === undefined) return 0;
  if (room.name === current) return 3;
  if (room.isMentioned) return 2;
  return room.unread > 0 ? 1 : 0;
}
