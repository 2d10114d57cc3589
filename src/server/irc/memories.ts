/**
 * What is remembered of clients of IRC that have gone: what they were given in their rooms, and up
 * to where their people have read. For as long as sessions are, and for as many.
 *
 * @module
 */

import { MAX_ROOMS_A_CLIENT } from "../../protocol/limits.ts";
import type { Member } from "../../room/room.ts";
import { SESSION_KEPT_MS } from "../../store/stored_sessions.ts";

/** So many clients: a megabyte or two, where each was in a few rooms. */
const MAX_MEMORIES = 10_000;

/** So many rooms and marks of all of them: 20 MB, where names are long. */
const MAX_ENTRIES = 100_000;

/** So many marks of one client, as many as it may be in rooms and once more for people. */
const MAX_MARKS = 2 * MAX_ROOMS_A_CLIENT;

/** So many rooms of one client; then the one that was left first goes. */
const MAX_ROOMS = 100;

/** What is remembered of one client. */
export class Memory {
  readonly #delivered = new Map<string, number>();
  readonly #marks = new Map<string, number>();

  /** How many rooms and marks it holds. */
  get entries(): number {
    return this.#delivered.size + this.#marks.size;
  }

  /**
   * `seq` of the last event of a log that it was given; undefined: that is not known.
   *
   * @param log Identifies the log.
   */
  delivered(log: string): number | undefined {
    return this.#delivered.get(log);
  }

  /** It was given a log up to this `seq`. */
  noteDelivered(log: string, seq: number): void {
    setNewest(this.#delivered, log, seq, MAX_ROOMS);
  }

  /**
   * Up to when its person has read something: milliseconds since 1970. Undefined: nobody has said.
   *
   * @param target Folded.
   */
  mark(target: string): number | undefined {
    return this.#marks.get(target);
  }

  /** Its person has read something up to a time; it does not become less. */
  noteMark(target: string, atMs: number): void {
    setNewest(this.#marks, target, Math.max(atMs, this.mark(target) ?? -Infinity), MAX_MARKS);
  }
}

/**
 * Under which a client is remembered: its session, else its address and its name.
 *
 * @param address As `networkOf` gives it.
 */
export function memoryKey({ session, fold }: Member, address: string): string {
  return session === null ? `${address} ${fold}` : session.hash;
}

interface Kept {
  readonly memory: Memory;
  readonly untilMs: number;
}

/** The memories of those who have gone. */
export class Memories {
  /** Oldest first. */
  readonly #kept = new Map<string, Kept>();
  #entries = 0;

  /**
   * Takes a memory out.
   *
   * @param key Whose.
   * @param nowMs Milliseconds since 1970.
   * @returns An empty one, where nothing is remembered.
   */
  take(key: string, nowMs: number): Memory {
    const kept = this.#kept.get(key);
    this.#drop(key);
    return kept === undefined || kept.untilMs <= nowMs ? new Memory() : kept.memory;
  }

  /** Keeps a memory. */
  keep(key: string, memory: Memory, nowMs: number): void {
    this.#drop(key);
    this.#kept.set(key, { memory, untilMs: nowMs + SESSION_KEPT_MS });
    this.#entries += memory.entries;
    for (const [oldest, { untilMs }] of this.#kept) {
      const isTooMuch = this.#kept.size > MAX_MEMORIES || this.#entries > MAX_ENTRIES;
      if (untilMs > nowMs && !isTooMuch) break;
      this.#drop(oldest);
    }
  }

  /** Forgets a memory, which has not changed while it was kept. */
  #drop(key: string): void {
    this.#entries -= this.#kept.get(key)?.memory.entries ?? 0;
    this.#kept.delete(key);
  }
}

/** Sets a value, which becomes the newest; the oldest goes where there are too many. */
function setNewest<T>(map: Map<string, T>, key: string, value: T, max: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= max) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    break;
  }
}
