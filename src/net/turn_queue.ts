/**
 * Who is next of the connections of one address that wait for a turn. Half of the turns are those
 * of people: who have been here for some reads, and of whom little was read lately. A quarter is
 * that of who is new, and a quarter of who has waited longest; what one part does not need the next
 * one has. So somebody who types does not wait for hundreds at the same address that pour, nor for
 * hundreds that come and go, and nobody waits for ever. Networks know the same as the priority of
 * sparse flows in fair queueing (RFC 8290).
 *
 * What counts is what was read and not how long it took, since the work of several connections is
 * done in one turn of the loop.
 *
 * @module
 */

/** What a turn counts beside its bytes, so that a byte at a time is a flood, too. */
const TURN_BYTES = 128;

/** With so many turns a connection is new: it comes in, or asks for a page. */
const NEW_TURNS = 4;

/**
 * Of whom no more was read lately says little: lines, requests, now and then some pages of text.
 */
const LITTLE_BYTES = 16 * 1024;

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

/** Somebody who waits. */
export interface WaitingTurn {
  /** What was read of it lately, with what it waits for. */
  readonly load: number;
  /** See {@linkcode ReadLoad.isNew}. */
  readonly isNew: boolean;
  /** For whoever calls {@linkcode TurnQueue.take}. */
  readonly go: () => void;
}

/** Those of one address. */
export class TurnQueue {
  readonly #waiting: WaitingTurn[] = [];
  #takes = 0;

  /** How many wait. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Takes one more. */
  push(waiting: WaitingTurn): void {
    this.#waiting.push(waiting);
  }

  /** Takes out who is next; at least one waits. */
  take(): () => void {
    const index = this.#nextIndex(this.#takes++ % 4);
    return this.#waiting.splice(index, 1)[0]!.go;
  }

  #nextIndex(round: number): number {
    if (round === 3 || this.#waiting.length === 1) return 0;
    const known = this.#firstOfLeast(false);
    if (round !== 1 && known >= 0 && this.#waiting[known]!.load <= LITTLE_BYTES) return known;
    const other = this.#firstOfLeast(true);
    return other >= 0 ? other : known;
  }

  /** Of those who are new, or of the others; -1: there is none. */
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
