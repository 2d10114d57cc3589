/**
 * Who is next of the connections of one address that wait for a turn. Half of the turns are those
 * of people: who have been here for some reads, and of whom little was read lately. A quarter is
 * that of who is new and does not pour, and a quarter of all; what one part does not need another
 * has. In each the one that has waited longest comes first. So somebody who types does not wait for
 * hundreds at the same address that pour, nor for hundreds that come and go, and nobody waits for
 * ever. Networks know the same as the priority of sparse flows in fair queueing (RFC 8290).
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
 * Of whom no more was read lately says little: 20 lines a second, or a page of text now and then.
 */
const LITTLE_BYTES = 4 * 1024;

/** A newcomer sends a hello or the head of a request; who fills the first buffer pours. */
const NEW_BYTES = 2 * 1024;

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
    const people = this.#waiting.findIndex(isPerson);
    if (round !== 1 && people >= 0) return people;
    const newcomer = this.#waiting.findIndex(isNewcomer);
    return newcomer >= 0 ? newcomer : Math.max(0, people);
  }
}

function isPerson({ isNew, load }: WaitingTurn): boolean {
  return !isNew && load <= LITTLE_BYTES;
}

function isNewcomer({ isNew, load }: WaitingTurn): boolean {
  return isNew && load <= NEW_BYTES;
}
