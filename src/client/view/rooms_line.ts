/**
 * The rooms of a client in one line: `#lobby · 2 #ops (3) · 3 #dev (1!)`. The one that is shown has
 * no number; the numbers are those of Alt-1 to Alt-9.
 *
 * @module
 */

import type { RoomState } from "./room_list.ts";
import { columnsOf, cutMiddle, cutTo } from "./width.ts";

/** Columns that a room's name takes at most where there is no place for it. */
export const NARROW_NAME_COLUMNS = 12;

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
 * piece, `+3 (7!)`, tells how many, and what is new in them: first those with nothing new, then
 * those without a mention, the last ones first. The room that is shown is never left out.
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
    const fitting = endings(rooms.filter((_, place) => leftOut.has(place)))
      .find((ending) => labelsColumns([...shown, ...ending]) <= columns);
    if (fitting !== undefined) return [...shown, ...fitting];
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
  return {
    text: `${index + 1} #${shown}${state}${newsOf(unread, isMentioned)}`,
    isBright: unread > 0,
  };
}

/** What stands for rooms that have no place of their own; only mentions must be told of. */
function endings(rooms: readonly RoomState[]): RoomLabel[][] {
  if (rooms.length === 0) return [[]];
  const [unread, isMentioned] = unreadOf(rooms);
  const bare = { text: `+${rooms.length}`, isBright: unread > 0 };
  const whole = { ...bare, text: bare.text + newsOf(unread, isMentioned) };
  return isMentioned ? [[whole]] : [[whole], [bare]];
}

/** How many messages are unread in some rooms, and whether one is a mention. */
export function unreadOf(rooms: readonly RoomState[]): [number, boolean] {
  const unread = rooms.reduce((sum, room) => sum + room.unread, 0);
  return [unread, rooms.some(({ isMentioned }) => isMentioned)];
}

/**
 * What is unread: ` (3)`, ` (3!)` with a mention.
 *
 * @returns Empty for nothing.
 */
export function newsOf(unread: number, isMentioned: boolean): string {
  return unread === 0 ? "" : ` (${unread}${isMentioned ? "!" : ""})`;
}

/** How long a room stays in the line. */
function weight(room: RoomState | undefined, current: string | undefined): number {
  if (room === undefined) return 0;
  if (room.name === current) return 3;
  if (room.isMentioned) return 2;
  return room.unread > 0 ? 1 : 0;
}
