/**
 * Whom a client of one room ignores: the messages of these people are passed over in what it reads,
 * and so are the reasons that they give.
 *
 * @module
 */

import type { Dialect } from "../protocol/dialect.ts";
import { IgnoredNames } from "../protocol/ignored.ts";
import type { Leave, LogEvent } from "../protocol/messages.ts";
import type { Room } from "../room/room.ts";
import type { Said, Watcher } from "../room/room_logs.ts";
import type { Writer } from "../room/writer.ts";
import { StoreUnavailable } from "../store/store.ts";

/** Who ignores: what it speaks, and what writes to it. */
export interface Ignoring {
  /** Its name. */
  readonly name: string;
  /** See `ClientOutput`. */
  readonly dialect: Dialect | null;
  /** See `ClientOutput`. */
  readonly writer: Writer;
}

const encoder = new TextEncoder();

/** Ignores people in the room that a client reads. */
export class Ignored implements Watcher {
  /** Whom. */
  readonly names = new IgnoredNames();
  readonly #client: Ignoring;
  #room: Room | null = null;

  /** Nobody yet. */
  constructor(client: Ignoring) {
    this.#client = client;
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
    const cursor = this.#client.writer.cursorOf(room);
    if (cursor === undefined || cursor.log === null) return;
    const events = cursor.log.nextSeq - cursor.log.seqAt(cursor.position);
    if (events <= 0) return;
    try {
      for (const event of room.store.tail({ messages: events, events, bytes: Infinity })) {
        if (this.hides(event)) cursor.passOver(event.seq);
        else if (event.type === "leave") this.#shorten(event);
      }
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }

  /** Whether an event is left out. */
  hides(event: LogEvent): boolean {
    return event.type === "message" && this.hasSaid(event);
  }

  /** Whether somebody said something who is ignored: not who has taken such a name oneself. */
  hasSaid({ from, at }: Pick<Said, "from" | "at">): boolean {
    return from !== this.#client.name && this.names.has(from, at);
  }

  /** What is shown of an event that is not left out. */
  shown(event: LogEvent): LogEvent {
    return event.type === "leave" ? this.names.shown(event) : event;
  }

  /** See {@linkcode Watcher}. */
  moved(event: LogEvent): void {
    this.learn(event);
    if (event.type === "leave") this.#shorten(event);
  }

  /** Somebody came, went or has another name in a room of this client. */
  learn(event: LogEvent): void {
    // This client has its new name already.
    if (event.type !== "rename" || event.to !== this.#client.name) this.names.follow(event);
  }

  /** Shows the same without the reason. */
  #shorten(event: Leave): void {
    const { dialect, writer } = this.#client;
    const shown = this.shown(event);
    const cursor = this.#room === null ? undefined : writer.cursorOf(this.#room);
    if (shown === event || cursor === undefined || dialect === null) return;
    const { name } = this.#room!;
    const at = cursor.positionOf(event.seq);
    cursor.passOver(event.seq);
    writer.insert(encoder.encode(dialect.renderLog(shown, name)), { room: this.#room!, at });
  }

  /** See {@linkcode Watcher}: before anybody is woken to read them. */
  heard(messages: readonly Said[]): void {
    if (this.#room === null) return;
    const cursor = this.#client.writer.cursorOf(this.#room);
    for (const said of messages) if (this.hasSaid(said)) cursor?.passOver(said.seq);
  }
}
