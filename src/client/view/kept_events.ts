/**
 * What happened in a room while another one was shown: kept within bounds, and shown when somebody
 * goes there.
 *
 * @module
 */

import { MAX_HISTORY_PAGE } from "../../protocol/limits.ts";
import { ERASED, type Message, type RoomEvent, type ServerEvent } from "../../protocol/messages.ts";
import type { ClientEvent, Entered, Missed, Told } from "../core/events.ts";

/**
 * Messages that are kept of a room, and as many of all other events: some screens of 24 rows, and
 * more than anybody reads at once. `/history` has the rest.
 */
export const MAX_KEPT = 200;

/**
 * UTF-16 units of the messages that are kept of a room: 200 usual ones take 20 thousand, and 20
 * rooms with as much as this 5 million (10 MB).
 */
export const MAX_KEPT_UNITS = 256 * 1024;

/** What belongs to one room. */
export type OfRoom =
  | Entered
  | Missed
  | (Told & {
    /** An event of its log. */
    readonly event: RoomEvent;
  });

/** Events of a log. */
const LOG_TYPES: ReadonlySet<ServerEvent["type"]> = new Set<RoomEvent["type"]>([
  "message",
  "join",
  "leave",
  "rename",
  "topic",
]);

/** Whether an event belongs to one room, and can wait until that is shown. */
export function isOfRoom(event: ClientEvent): event is OfRoom {
  if (event.type === "entered" || event.type === "missed") return true;
  return event.type === "told" && LOG_TYPES.has(event.event.type);
}

/** The room of an event. */
export function roomOf(event: OfRoom): string {
  return event.type === "told" ? event.event.room : event.room;
}

/** An event that was kept. */
export interface KeptEvent {
  /** The event. */
  readonly event: OfRoom;
  /** The own name when it came: that may be another one when it is shown. */
  readonly me: string;
}

/** What {@linkcode KeptEvents.take} gives. */
export interface Kept {
  /** In the order in which they came. */
  readonly events: readonly KeptEvent[];
  /** Messages that came before them and were not kept. */
  readonly leftOut: number;
}

/** The newest events of one room. */
export class KeptEvents {
  #events: KeptEvent[] = [];
  #messages = 0;
  #units = 0;
  #leftOut = 0;

  /** Keeps an event; the oldest of its kind make room for it. What it erases is forgotten. */
  add(kept: KeptEvent): void {
    const erases = messageOf(kept)?.erases;
    if (erases !== undefined) this.#erase(erases);
    this.#events.push(kept);
    if (isMessage(kept)) {
      this.#messages++;
      this.#units += unitsOf(kept);
      while (this.#messages > MAX_KEPT || this.#units > MAX_KEPT_UNITS) this.#drop(isMessage);
    } else if (this.#events.length - this.#messages > MAX_KEPT) {
      this.#drop((old) => !isMessage(old));
    }
  }

  /** All that was kept, and begins anew. */
  take(): Kept {
    const kept = { events: this.#events, leftOut: this.#leftOut };
    this.#events = [];
    this.#messages = this.#units = this.#leftOut = 0;
    return kept;
  }

  #erase(seqs: readonly number[]): void {
    const erased = new Set(seqs);
    this.#events = this.#events.map((kept) => {
      const { event } = kept;
      if (event.type !== "told" || event.event.type !== "message") return kept;
      if (!erased.has(event.event.seq)) return kept;
      this.#units += ERASED.length - event.event.text.length;
      return { ...kept, event: { ...event, event: { ...event.event, text: ERASED } } };
    });
  }

  #drop(isKind: (kept: KeptEvent) => boolean): void {
    const [dropped] = this.#events.splice(this.#events.findIndex(isKind), 1);
    if (dropped === undefined || !isMessage(dropped)) return;
    this.#messages--;
    this.#units -= unitsOf(dropped);
    this.#leftOut++;
  }
}

/** That messages of a room were not kept, and how to see them. */
export function leftOutWords({ events, leftOut }: Kept): string {
  const [messages, are, them] = leftOut === 1
    ? ["message", "is", "it"]
    : ["messages", "are", "them"];
  const wanted = leftOut + events.filter(isMessage).length;
  const how = wanted > MAX_HISTORY_PAGE
    ? `/history ${MAX_HISTORY_PAGE} shows the newest of ${them}`
    : `/history ${wanted} shows ${them}`;
  return `${leftOut} older ${messages} ${are} left out: ${how}.`;
}

function messageOf({ event }: KeptEvent): Message | undefined {
  return event.type === "told" && event.event.type === "message" ? event.event : undefined;
}

function isMessage(kept: KeptEvent): boolean {
  return messageOf(kept) !== undefined;
}

function unitsOf(kept: KeptEvent): number {
  return messageOf(kept)?.text.length ?? 0;
}
