/**
 * A line of IRC from somebody that many clients are told and that is in no log.
 *
 * @module
 */

import { formatIrcLine } from "../../protocol/irc/message.ts";
import { sourceOf, type Tags } from "../../protocol/irc/render.ts";
import type { Room } from "../../room/room.ts";

const encoder = new TextEncoder();

/** What stands in a line from somebody, behind the command. */
export interface Heard {
  /** What stands before the text; default: nothing. */
  readonly words?: readonly string[];
  /** The last parameter; default: there is none. */
  readonly text?: string;
  /** In whose stream it is; default: behind all that the client reads. */
  readonly room?: Room;
}

/** A line for many: it is written once for those who want the time of it, and once for the rest. */
export class HeardLine {
  /** Name of who it is from. */
  readonly from: string;
  /** See {@linkcode Heard}. */
  readonly room: Room | undefined;
  readonly #command: string;
  readonly #heard: Heard;
  readonly #bytes = new Map<number, Uint8Array>();
  #next: readonly HeardLine[] = [];

  /** A line from somebody. */
  constructor(from: string, command: string, heard: Heard = {}) {
    this.from = from;
    this.room = heard.room;
    this.#command = command;
    this.#heard = heard;
  }

  /** This line and others behind it, which are for the same room. */
  before(others: readonly HeardLine[]): HeardLine {
    const all = new HeardLine(this.from, this.#command, this.#heard);
    all.#next = others;
    return all;
  }

  /**
   * The line with CR and LF, and those behind it.
   *
   * @param tags The time or nothing: whoever asks first says which time.
   */
  bytes(tags: Tags): Uint8Array {
    const known = this.#bytes.get(tags.length);
    if (known !== undefined) return known;
    const bytes = encoder.encode([this, ...this.#next].map((one) => one.#line(tags)).join(""));
    this.#bytes.set(tags.length, bytes);
    return bytes;
  }

  #line(tags: Tags): string {
    const { words = [], text } = this.#heard;
    const line = { tags, source: sourceOf(this.from), command: this.#command, words };
    return formatIrcLine(text === undefined ? line : { ...line, text });
  }
}
