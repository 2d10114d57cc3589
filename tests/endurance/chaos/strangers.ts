/**
 * Counts what people who are not of the stage get into the room.
 *
 * @module
 */

import type { Strangers } from "./attack.ts";

/** Who belongs to those who watch; everybody else is a stranger. */
const OURS = /^(?:crowd|visitor|pinger|blinker)\d*$/;

/** Fields of an event of the log. */
export interface Seen {
  /** What happened. */
  readonly type: string;
  /** Who said it, or took another name. */
  readonly from?: string;
  /** Who came or went. */
  readonly name?: string;
}

const NOTHING: Strangers = { messages: 0, joins: 0, renames: 0, members: 0 };

/** See the module. */
export class StrangerCount {
  #count = NOTHING;

  /**
   * Takes note of an event.
   *
   * @param missed Events before it that were not seen: they count as messages, since they were
   * something.
   */
  see({ type, from = "", name = from }: Seen, missed: number): void {
    const { messages, joins, renames, members } = this.#count;
    const isTheirs = !OURS.test(name);
    this.#count = {
      messages: messages + Number(isTheirs && type === "message") + Math.max(0, missed),
      joins: joins + Number(isTheirs && type === "join"),
      renames: renames + Number(isTheirs && type === "rename"),
      members,
    };
  }

  /** Takes note of how many are in the room, as `joined` says it. */
  seeJoined(line: string): void {
    const { count = 0 } = JSON.parse(line) as { readonly count?: number };
    this.#count = { ...this.#count, members: Math.max(this.#count.members, count) };
  }

  /** What was counted since the last call. */
  take(): Strangers {
    const taken = this.#count;
    this.#count = NOTHING;
    return taken;
  }
}
