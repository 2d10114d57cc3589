/**
 * The servers that hold the same rooms, as the order knows them: how many batches of each have
 * counted, and which of them are dead. A server has another name each time that it starts.
 *
 * @module
 */

/** A dead server is remembered for so long, by the order's time: what it sent may come late. */
const DEAD_KEPT_MS = 24 * 60 * 60 * 1000;

/** One of them. */
export interface KnownServer {
  /** Number of its last batch that has counted. */
  last: number;
  /** When it was found dead, in milliseconds since 1970; null: it lives. */
  deadAtMs: number | null;
}

/** What is known of a server, to be saved. */
export interface SavedServer extends Readonly<KnownServer> {
  /** Its name. */
  readonly name: string;
}

/** The servers of a cluster. Changed by the reducer, and by the order for each of its batches. */
export class Servers {
  readonly #byName = new Map<string, KnownServer>();

  /** Those that live. */
  living(): string[] {
    return [...this.#byName].filter(([, { deadAtMs }]) => deadAtMs === null).map(([name]) => name);
  }

  /** Number of the last batch of a server that has counted; 0: none has. */
  lastOf(name: string): number {
    return this.#byName.get(name)?.last ?? 0;
  }

  /** Whether a server has been found dead. Nothing of it counts any more. */
  isDead(name: string): boolean {
    const server = this.#byName.get(name);
    return server !== undefined && server.deadAtMs !== null;
  }

  /** Whether a batch is the next one of its server: no repeat, and not out of turn. */
  isNext(name: string, n: number): boolean {
    return n === this.lastOf(name) + 1 && !this.isDead(name);
  }

  /** A batch has counted. */
  note(name: string, n: number, atMs: number): void {
    const server = this.#byName.get(name);
    if (server !== undefined) server.last = n;
    else {
      this.#byName.set(name, { last: n, deadAtMs: null });
      for (const [other, { deadAtMs }] of this.#byName) {
        if (deadAtMs !== null && atMs - deadAtMs > DEAD_KEPT_MS) this.#byName.delete(other);
      }
    }
  }

  /**
   * Finds a server dead.
   *
   * @param last Number of its last batch, as far as whoever says so knows.
   * @returns Undoes it; null: it is unknown, dead already, or has been heard of since.
   */
  bury(name: string, last: number, atMs: number): (() => void) | null {
    const server = this.#byName.get(name);
    if (server === undefined || server.deadAtMs !== null || server.last !== last) return null;
    server.deadAtMs = atMs;
    return () => server.deadAtMs = null;
  }

  /** All that is known, to be saved. */
  saved(): SavedServer[] {
    return [...this.#byName].map(([name, server]) => ({ name, ...server }));
  }

  /** Begins with what was saved. */
  restore(saved: readonly SavedServer[]): void {
    for (const { name, last, deadAtMs } of saved) this.#byName.set(name, { last, deadAtMs });
  }
}
