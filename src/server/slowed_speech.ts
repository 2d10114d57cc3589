/**
 * What a program says in the rooms where `bot_runs.ts` slows it. That waits here, room by room:
 * what it says elsewhere, and all else that it sends, is read meanwhile.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import type { Room } from "../room/room.ts";
import type { Delayed } from "./bot_runs.ts";

/**
 * Lines of one client that wait, at most: then nothing is read from it until one has been said. Who
 * answers each line of a program that is slowed, too, has one or two.
 */
const MAX_HELD = 16;

/** The client that speaks. */
export interface Speaker {
  /** What it waits by. */
  readonly clock: Pick<Clock, "after">;
  /** Asks for a turn, see `turns.ts`. */
  readonly turn: () => Promise<void> | null;
  /** More bytes wait for it; fewer, when negative. */
  readonly addWaiting: (bytes: number) => void;
  /** Reads its next line only after this has called back. */
  readonly holdNext: (begin: (go: () => void) => () => void) => void;
}

interface Line {
  readonly bytes: number;
  readonly say: () => void;
}

/** What waits in one room. */
interface Held {
  readonly lines: Line[];
  /** Calls the end of the wait off. */
  cancel: () => void;
}

/** What one client says in rooms where it is slowed. */
export class SlowedSpeech implements Delayed {
  readonly #speaker: Speaker;
  readonly #rooms = new Map<Room, Held>();
  #count = 0;
  #isClosed = false;
  /** A place is free again. */
  #onPlace: () => void = () => {};

  /** It is slowed nowhere. */
  constructor(speaker: Speaker) {
    this.#speaker = speaker;
  }

  /**
   * Says a line, now or when its time in that room has come.
   *
   * @param bytes What is kept of it meanwhile.
   */
  say(room: Room, bytes: number, say: () => void): void {
    const held = this.#rooms.get(room);
    if (held === undefined) return say();
    held.lines.push({ bytes, say });
    this.#add(1, bytes);
    if (this.#count < MAX_HELD) return;
    this.#speaker.holdNext((go) => {
      if (this.#count < MAX_HELD) go();
      else this.#onPlace = go;
      return () => {};
    });
  }

  /** See {@linkcode Delayed}. */
  delay(room: Room, ms: number): void {
    if (this.#isClosed) return;
    const before = this.#rooms.get(room);
    before?.cancel();
    const lines = before?.lines ?? [];
    const cancel = this.#speaker.clock.after(ms, () => this.#sayHeld(room, held));
    const held: Held = { lines, cancel };
    this.#rooms.set(room, held);
  }

  /** See {@linkcode Delayed}. */
  goOn(room: Room): void {
    const held = this.#rooms.get(room);
    if (held === undefined) return;
    held.cancel();
    void (this.#speaker.turn() ?? Promise.resolve()).then(() => this.#sayHeld(room, held));
  }

  /** Nothing more is said: the client is on its way out. */
  close(): void {
    this.#isClosed = true;
    for (const { cancel, lines } of this.#rooms.values()) {
      cancel();
      for (const { bytes } of lines) this.#add(-1, -bytes);
    }
    this.#rooms.clear();
    this.#onPlace();
  }

  /** Until one of the lines has the next ones wait. */
  #sayHeld(room: Room, held: Held): void {
    if (this.#rooms.get(room) !== held) return;
    this.#rooms.delete(room);
    const { lines } = held;
    while (lines.length > 0) {
      const { bytes, say } = lines.shift()!;
      this.#add(-1, -bytes);
      say();
      const next = this.#rooms.get(room);
      if (next === undefined) continue;
      next.lines.push(...lines);
      break;
    }
    if (this.#count < MAX_HELD) this.#onPlace();
  }

  #add(lines: number, bytes: number): void {
    this.#count += lines;
    this.#speaker.addWaiting(bytes);
  }
}
