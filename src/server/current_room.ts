/**
 * The rooms of a client that reads one of them at a time: which one that is, what is new in the
 * others, and where it goes when it comes out of the one it is in.
 *
 * @module
 */

import { mentionFinder, type SearchedText } from "../protocol/mentions.ts";
import type { LogEvent } from "../protocol/messages.ts";
import { settledSoFar } from "../order/order.ts";
import type { Parting, Room } from "../room/room.ts";
import type { Said, Watcher } from "../room/room_logs.ts";
import { type Arrival, arrive } from "./arrival.ts";
import type { ClientOutput } from "./output.ts";

/** News of other rooms come at most this often, mentions at once. */
export const NEWS_MS = 30_000;

const encoder = new TextEncoder();

/** A room that the client is in and does not read. */
class OtherRoom implements Watcher {
  readonly room: Room;
  /** `seq` of the last event that it had when it went to another room. */
  readonly seenSeq: number;
  /** Messages since the last news. */
  unread = 0;
  readonly #client: ClientOutput;
  #name = "";
  #find = mentionFinder("");

  constructor(client: ClientOutput, room: Room) {
    this.#client = client;
    this.room = room;
    this.seenSeq = room.store.lastSeq;
    room.watch(this);
  }

  heard(messages: readonly Said[]): void {
    for (const said of messages) {
      const { from, text } = said;
      if (this.#client.ignored?.hasSaid(said)) continue;
      this.unread++;
      if (this.#isNamed(text)) this.tell(from);
    }
  }

  moved(event: LogEvent): void {
    this.#client.ignored?.learn(event);
  }

  #isNamed(text: SearchedText): boolean {
    const { name } = this.#client;
    if (name !== this.#name) this.#find = mentionFinder(this.#name = name);
    return this.#find(text).length > 0;
  }

  /** Tells what is new here. */
  tell(from?: string): void {
    const { dialect } = this.#client;
    const news = dialect?.renderNews(this.room.name, this.unread, from) ?? "";
    this.unread = 0;
    // Behind the flush: it may hold lines of this client, which are not passed over yet.
    queueMicrotask(() => {
      const { writer, stream } = this.#client;
      writer.insert(encoder.encode(news), stream === null ? {} : { room: stream });
      writer.wake();
    });
  }
}

/** Where a client of one room is. */
export class CurrentRoom {
  readonly #client: ClientOutput;
  readonly #goOn: () => Promise<void>;
  readonly #others = new Map<Room, OtherRoom>();
  #newsAtMs = -Infinity;
  #hasBeenIn = false;

  /**
   * In no room.
   *
   * @param goOn Finds it another room, when it came out of one while it was on its way there.
   */
  constructor(client: ClientOutput, goOn: () => Promise<void>) {
    this.#client = client;
    this.#goOn = goOn;
  }

  /** The room that it reads; null: none. */
  get room(): Room | null {
    return this.#client.stream;
  }

  /** The rooms that it is in beside, the one that it was in last comes first. */
  get others(): Room[] {
    return [...this.#others.keys()].reverse();
  }

  /**
   * Reads a room from now on, and no longer the one before.
   *
   * @returns Resolves when that has been read to its end: lines of two rooms are never mixed.
   */
  async goTo(arrival: Omit<Arrival, "wish">): Promise<void> {
    // More than once where it goes to two rooms at the same time.
    for (let isFirst = !this.#hasBeenIn; !isFirst; isFirst = this.#client.stream === null) {
      // Behind what it has said in the room that it leaves.
      await settledSoFar(this.#client.server.order);
      this.#leave();
      await this.#client.writer.drained();
    }
    this.#hasBeenIn = true;
    const { member } = this.#client;
    if (member === null) return;
    if (!member.rooms.has(arrival.room)) return await this.#goOn();
    const other = this.#forget(arrival.room);
    this.#client.stream = arrival.room;
    arrive(this.#client, {
      ...arrival,
      wish: other === undefined ? {} : { after: other.seenSeq },
    });
  }

  /**
   * It is in a room no more.
   *
   * @returns Whether that was the one that it read.
   */
  parted({ room }: Parting): boolean {
    this.#forget(room);
    if (this.#client.stream !== room) return false;
    this.#client.stream = null;
    this.#client.ignored?.follow(null);
    return true;
  }

  /** Tells the news of the other rooms, when it is time for that. */
  tick(nowMs: number): void {
    if (this.#others.size === 0 || nowMs - this.#newsAtMs < NEWS_MS) return;
    for (const other of this.#others.values()) {
      if (other.unread === 0) continue;
      other.tell();
      this.#newsAtMs = nowMs;
    }
  }

  /** Lets go of the other rooms. */
  close(): void {
    for (const room of this.others) this.#forget(room);
    this.#client.ignored?.follow(null);
  }

  /** Reads no more of the room in which it is. */
  #leave(): void {
    const { stream: left, writer, member } = this.#client;
    if (left === null) return;
    writer.unfollow(left);
    writer.wake();
    if (member?.rooms.has(left)) this.#others.set(left, new OtherRoom(this.#client, left));
    this.#client.stream = null;
    this.#client.ignored?.follow(null);
  }

  #forget(room: Room): OtherRoom | undefined {
    const other = this.#others.get(room);
    if (other === undefined) return undefined;
    room.unwatch(other);
    this.#others.delete(room);
    return other;
  }
}
