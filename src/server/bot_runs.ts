/**
 * Slows programs that answer only each other: two that echo would go on for ever, as fast as the
 * server lets them. What waits is kept in `slowed_speech.ts`.
 *
 * A run is what programs say in a room while no person speaks there. A turn is a message of another
 * program than the one before. The first turns of each program in a run are free; then it waits
 * before its next line in that room, twice as long each time. A person who speaks ends the run. So
 * people never wait, nor a program that answers people, nor one that talks alone; and what two
 * programs do counts for no third one, and in no other room. What is said as a notice may not be
 * answered by programs, and does not count.
 *
 * @module
 */

import { forgetOldest } from "../forget_oldest.ts";
import type { Clock } from "../clock.ts";
import type { Room } from "../room/room.ts";
import type { Said, Watcher } from "../room/room_logs.ts";
import type { Bots } from "./bots.ts";

/** Turns of one program that cost nothing: more than two need to agree on something. */
export const FREE_TURNS = 5;

/**
 * Programs of a run whose turns are counted, at most: the one that spoke longest ago is forgotten.
 */
const MAX_COUNTED = 1_000;

/** The first wait, in milliseconds: half a second is hardly noticed. */
const FIRST_WAIT_MS = 500;

/** The longest wait, in milliseconds: two lines a minute disturb nobody, and do not fill a log. */
const MAX_WAIT_MS = 30_000;

/** A run after so long a silence is another one, in milliseconds: ten of the longest waits. */
const SILENCE_MS = 10 * MAX_WAIT_MS;

/** Programs of a run that wait, at most: others wait to the end. */
const MAX_DELAYED = 1_000;

/** What holds a program back. */
export interface Delayed {
  /** It says its next line in this room so many milliseconds from now at the earliest. */
  delay(room: Room, ms: number): void;
  /** Calls that off. */
  goOn(room: Room): void;
}

/** The runs of all rooms. */
export class BotRuns {
  readonly #bots: Pick<Bots, "hasName">;
  readonly #clock: Pick<Clock, "now">;
  readonly #runs = new WeakMap<Room, Run>();

  /** None are under way. */
  constructor(bots: Pick<Bots, "hasName">, clock: Pick<Clock, "now">) {
    this.#bots = bots;
    this.#clock = clock;
  }

  /**
   * A program is about to speak, and not by a notice.
   *
   * @param name Who.
   * @param speech Waits before its next line, at most until a person speaks.
   * @returns Whether such waits have just begun in this room: then somebody is to be told.
   */
  spoke(room: Room, name: string, speech: Delayed): boolean {
    let run = this.#runs.get(room);
    if (run === undefined) {
      run = new Run(room, { bots: this.#bots, clock: this.#clock }, () => {
        this.#runs.delete(room);
        room.unwatch(run!);
      });
      this.#runs.set(room, run);
      room.watch(run);
    }
    return run.next(name, speech);
  }
}

/** What programs say in one room. */
class Run implements Watcher {
  readonly #room: Room;
  readonly #bots: Pick<Bots, "hasName">;
  readonly #clock: Pick<Clock, "now">;
  readonly #end: () => void;
  readonly #delayed = new Set<Delayed>();
  readonly #turns = new Map<string, number>();
  #last = "";
  #lastMs = -Infinity;
  #isTold = false;

  constructor(
    room: Room,
    { bots, clock }: {
      readonly bots: Pick<Bots, "hasName">;
      readonly clock: Pick<Clock, "now">;
    },
    end: () => void,
  ) {
    this.#room = room;
    this.#bots = bots;
    this.#clock = clock;
    this.#end = end;
  }

  next(name: string, speech: Delayed): boolean {
    const over = (this.#turns.get(name) ?? 0) - FREE_TURNS;
    if (over < 0) return false;
    speech.delay(this.#room, Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** over));
    this.#delayed.add(speech);
    forgetOldest(this.#delayed, MAX_DELAYED);
    const isFirst = !this.#isTold;
    this.#isTold = true;
    return isFirst;
  }

  heard(messages: readonly Said[]): void {
    const nowMs = this.#clock.now();
    if (nowMs - this.#lastMs > SILENCE_MS) {
      this.#turns.clear();
      this.#isTold = false;
    }
    this.#lastMs = nowMs;
    for (const { from, isNotice } of messages) {
      if (!this.#bots.hasName(from)) {
        this.#end();
        for (const speech of this.#delayed) speech.goOn(this.#room);
        return;
      }
      if (isNotice) continue;
      if (this.#last !== "" && this.#last !== from) this.#count(from);
      this.#last = from;
    }
  }
  #count(name: string): void {
    const turns = (this.#turns.get(name) ?? 0) + 1;
    this.#turns.delete(name);
    this.#turns.set(name, turns);
    forgetOldest(this.#turns, MAX_COUNTED);
  }
}
