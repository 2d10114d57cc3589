/**
 * Who is next of the connections of one address that wait for a turn. Three take turns: of those
 * who have been here for some reads, the one of which least was read lately; the same of those who
 * are new; and the one of all that has waited longest. So somebody who types does not wait for
 * hundreds at the same address that pour, nor for hundreds that come and go, and nobody waits for
 * ever. Networks know the same as the priority of sparse flows in fair queueing (RFC 8290).
 *
 * What counts is what was read and not how long it took, since the work of several connections is
 * done in one turn of the loop.
 *
 * @module
 */

/** What a turn counts beside its bytes: to read one is as much work as to read 1 KiB of many. */
const TURN_BYTES = 1024;

/** With so many turns a connection is new: it comes in, or asks for a page. */
const NEW_TURNS = 4;

/** How much of one connection was read lately. */
export class ReadLoad {
  #bytes = 0;
  #turns = 0;
  #halvings = 0;

  /** It has had only a few turns so far. */
  get isNew(): boolean {
    return this.#turns <= NEW_TURNS;
  }

  /**
   * Counts a turn.
   *
   * @param bytes How much is to be worked on.
   * @param halvings How often the load of all has been halved so far.
   * @returns The load with it.
   */
  add(bytes: number, halvings: number): number {
    if (halvings !== this.#halvings) {
      this.#bytes *= 0.5 ** (halvings - this.#halvings);
      this.#halvings = halvings;
    }
    this.#turns++;
    return this.#bytes += TURN_BYTES + bytes;
  }
}

interface Waiting {
  readonly load: number;
  readonly isNew: boolean;
  readonly go: () => void;
}

/** Those of one address. */
export class TurnQueue {
  readonly #waiting: Waiting[] = [];
  #takes = 0;

  /** How many wait. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Takes one more, to be called when it is its turn by whoever has called {@linkcode take}. */
  push(waiting: Waiting): void {
    this.#waiting.push(waiting);
  }

  /** Takes out who is next; at least one waits. */
  take(): () => void {
    const index = this.#nextIndex(this.#takes++ % 3);
    return this.#waiting.splice(index, 1)[0]!.go;
  }

  #nextIndex(round: number): number {
    if (round === 2 || this.#waiting.length === 1) return 0;
    const index = this.#firstOfLeast(round === 1);
    return index >= 0 ? index : this.#firstOfLeast(round === 0);
  }

  /** Of those who are new, or not; -1: there is none. */
  #firstOfLeast(isNew: boolean): number {
    let least = -1;
    let leastLoad = Infinity;
    for (let i = 0; i < this.#waiting.length; i++) {
      const waiting = this.#waiting[i]!;
      if (waiting.isNew !== isNew || waiting.load >= leastLoad) continue;
      least = i;
      leastLoad = waiting.load;
    }
    return least;
  }
}
