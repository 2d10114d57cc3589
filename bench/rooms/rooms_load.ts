/**
 * Rooms with people in them, in which messages are said at a steady pace: speakers and readers have
 * a thread each.
 *
 * @module
 */

import type { Place } from "./member.ts";
import type { RoomAnswer, RoomOrder } from "./worker.ts";

/** How long a step may take beyond its pace, in milliseconds. */
const TIMEOUT_MS = 60_000;

/** Rooms that a speaker is in: as many as the server allows. */
export const ROOMS_OF_SPEAKER = 20;

/** How a load is made. */
export interface RoomsLoadOptions {
  /** Rooms, 1 or more; one is the lobby. */
  readonly rooms: number;
  /**
   * People in each room, 2 or more: one of them speaks for all, or several where there is one room.
   */
  readonly people: number;
  /** Rooms that a reader is in, 1 to 20; divides the number of rooms. */
  readonly roomsOfReader: number;
  /** How many speak; they share the rooms, or are all in the only one. */
  readonly speakers: number;
}

/** See the module. */
export class RoomsLoad implements Disposable {
  readonly #people: number;
  readonly #readers: RoomThread;
  readonly #speakers: RoomThread;
  readonly #readersEach: number;
  #heard = 0;

  private constructor(options: RoomsLoadOptions, readers: RoomThread, speakers: RoomThread) {
    this.#people = options.people;
    this.#readersEach = readersOf(options);
    this.#readers = readers;
    this.#speakers = speakers;
  }

  /** Lets everybody come into a server on 127.0.0.1, the readers first. */
  static async enter(port: number, options: RoomsLoadOptions): Promise<RoomsLoad> {
    const [readers, speakers] = await Promise.all([RoomThread.start(), RoomThread.start()]);
    const load = new RoomsLoad(options, readers, speakers);
    try {
      await readers.tell({ type: "join", port, places: readerPlaces(options) }, TIMEOUT_MS);
      await speakers.tell({ type: "join", port, places: speakerPlaces(options) }, TIMEOUT_MS);
    } catch (error) {
      load[Symbol.dispose]();
      throw error;
    }
    return load;
  }

  /**
   * Says messages in all rooms in turns, and waits until everybody has them.
   *
   * @returns Deliveries, those to speakers included, and how late a message was at most, in
   * milliseconds.
   * @throws {Error} When somebody gets something else.
   */
  async run(
    { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
  ): Promise<{ readonly deliveries: number; readonly lateMs: number }> {
    const count = perSecond * seconds;
    this.#heard += count * this.#readersEach;
    const limitMs = seconds * 1000 + TIMEOUT_MS;
    const [lateMs] = await Promise.all([
      this.#speakers.tell({ type: "say", count, perSecond }, limitMs),
      this.#readers.tell({ type: "hear", count: this.#heard }, limitMs),
    ]);
    return { deliveries: count * this.#people, lateMs };
  }

  /** Everybody says goodbye, so that no place is kept for them. */
  async leave(): Promise<void> {
    const threads = [this.#readers, this.#speakers];
    await Promise.all(threads.map((thread) => thread.tell({ type: "leave" }, TIMEOUT_MS)));
  }

  /** Closes all connections and ends the threads. */
  [Symbol.dispose](): void {
    this.#readers.end();
    this.#speakers.end();
  }
}

/** Names of so many rooms. */
export function roomNames(count: number): string[] {
  return count === 1 ? ["lobby"] : Array.from({ length: count }, (_, n) => `room${n}`);
}

/** People in a room who only read. */
function readersOf({ rooms, people, speakers }: RoomsLoadOptions): number {
  return people - (rooms === 1 ? speakers : 1);
}

function readerPlaces(options: RoomsLoadOptions): Place[] {
  const groups = chunks(roomNames(options.rooms), options.roomsOfReader);
  return Array.from(
    { length: readersOf(options) },
    (_, n) => groups.map((rooms, group) => ({ name: `reader${n}x${group}`, rooms })),
  ).flat();
}

function speakerPlaces({ rooms, speakers }: RoomsLoadOptions): Place[] {
  const names = roomNames(rooms);
  return Array.from({ length: speakers }, (_, n) => ({
    name: `speaker${n}`,
    rooms: rooms === 1 ? names : names.filter((_, index) => index % speakers === n),
  }));
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from(
    { length: Math.ceil(all.length / size) },
    (_, n) => all.slice(n * size, (n + 1) * size),
  );
}

/** A worker, whose answers are waited for. */
class RoomThread {
  readonly #worker: Worker;
  readonly #failed = Promise.withResolvers<never>();
  #answer = Promise.withResolvers<number>();

  private constructor() {
    this.#failed.promise.catch(() => {});
    this.#worker = new Worker(import.meta.resolve("./worker.ts"), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<RoomAnswer>) => {
      if (data.type === "done") this.#answer.resolve(data.lateMs);
      else this.#failed.reject(new Error(data.text));
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#failed.reject(new Error(event.message));
    };
  }

  static async start(): Promise<RoomThread> {
    const thread = new RoomThread();
    await thread.#answered(TIMEOUT_MS);
    return thread;
  }

  tell(order: RoomOrder, timeoutMs: number): Promise<number> {
    this.#answer = Promise.withResolvers<number>();
    this.#worker.postMessage(order);
    return this.#answered(timeoutMs);
  }

  end(): void {
    this.#worker.terminate();
  }

  async #answered(timeoutMs: number): Promise<number> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error("A thread took too long.")), timeoutMs);
    try {
      return await Promise.race([this.#answer.promise, this.#failed.promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
