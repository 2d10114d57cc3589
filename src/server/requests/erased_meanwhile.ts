/**
 * What is erased in a room while its past is read, and while what was read waits to be told: who is
 * told of the erasure must not be told the text behind it.
 *
 * @module
 */

import { ERASED, ERASED_SHORT, type LogEvent } from "../../protocol/messages.ts";
import type { Room } from "../../room/room.ts";
import type { Watcher } from "../../room/room_logs.ts";

/** Takes note of what is erased in a room, until it is disposed of. */
export class ErasedMeanwhile implements Watcher, Disposable {
  readonly #room: Room;
  readonly #seqs = new Set<number>();

  /** Begins: nothing has been read yet. */
  constructor(room: Room) {
    this.#room = room;
    room.watch(this);
  }

  /** What was read has been told. */
  [Symbol.dispose](): void {
    this.#room.unwatch(this);
  }

  /** See {@linkcode Watcher}: what is new is no matter. */
  heard(): void {}

  /** See {@linkcode Watcher}. */
  erased(seqs: readonly number[]): void {
    for (const seq of seqs) this.#seqs.add(seq);
  }

  /** Whether a message is one of those. */
  has({ seq }: Pick<LogEvent, "seq">): boolean {
    return this.#seqs.has(seq);
  }

  /** Events that were read, as they are now. */
  left(events: readonly LogEvent[]): readonly LogEvent[] {
    if (this.#seqs.size === 0) return events;
    return events.map((event) => {
      if (event.type !== "message" || !this.has(event)) return event;
      // No longer than it was: the page was as long as it may be, perhaps.
      return { ...event, text: event.text.length < ERASED.length ? ERASED_SHORT : ERASED };
    });
  }
}
