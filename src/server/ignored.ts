/**
 * Whom a client of one room ignores: the messages of these people are passed over in what it reads.
 *
 * @module
 */

import { IgnoredNames } from "../protocol/ignored.ts";
import type { LogEvent } from "../protocol/messages.ts";
import type { Room } from "../room/room.ts";
import type { Said, Watcher } from "../room/room_logs.ts";
import type { Writer } from "../room/writer.ts";
import { StoreUnavailable } from "../store/store.ts";

/** Ignores people in the room that a client reads. */
export class Ignored implements Watcher {
  /** Whom. */
  readonly names = new IgnoredNames();
  readonly #writer: Writer;
  #room: Room | null = null;

  /**
   * Nobody yet.
   *
   * @param writer Of the client.
   */
  constructor(writer: Writer) {
    this.#writer = writer;
  }

  /** It reads another room, or begins to ignore people in this one; null: it reads none. */
  follow(room: Room | null): void {
    this.#room?.unwatch(this);
    this.#room = room;
    room?.watch(this);
  }

  /** It comes into a room: what was said there before is passed over, too. */
  arrive(room: Room): void {
    this.follow(room);
    const cursor = this.#writer.cursorOf(room);
    if (cursor === undefined || cursor.log === null) return;
    const events = cursor.log.nextSeq - cursor.log.seqAt(cursor.position);
    if (events <= 0) return;
    try {
      for (const event of room.store.tail({ messages: events, events, bytes: Infinity })) {
        if (this.hides(event)) cursor.passOver(event.seq);
      }
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }

  /** Whether an event is left out. */
  hides(event: LogEvent): boolean {
    return event.type === "message" && this.names.has(event.from);
  }

  /** See {@linkcode Watcher}: before anybody is woken to read them. */
  heard(messages: readonly Said[]): void {
    if (this.#room === null) return;
    const cursor = this.#writer.cursorOf(this.#room);
    for (const { seq, from } of messages) if (this.names.has(from)) cursor?.passOver(seq);
  }

  /** See {@linkcode Watcher}. */
  renamed(from: string, to: string): void {
    this.names.renamed(from, to);
  }
}
