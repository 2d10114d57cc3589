/**
 * What clients of IRC are told of each other that is in no log.
 *
 * @module
 */

import type { Capabilities, CapabilityName } from "../../protocol/irc/capabilities.ts";
import type { NumericName } from "../../protocol/irc/numerics.ts";
import type { Room } from "../../room/room.ts";

/** What somebody does that is in no log, as a line of IRC. */
export interface News {
  /** Who does. */
  readonly from: string;
  /** The command of the line, its words and its text. */
  readonly command: string;
  /** The words behind it; default: there are none. */
  readonly words?: readonly string[];
  /** The last parameter; default: there is none. */
  readonly text?: string;
  /** In whose stream it stands; default: behind all that is read. */
  readonly room?: Room;
  /** Only those are told who have asked for this; default: all. */
  readonly needs?: CapabilityName;
}

/** A client of IRC that is told of others. */
export interface Listener {
  /** What it has asked for. */
  readonly caps: Capabilities;
  /** Is told of something, behind everything that has been published so far. */
  hear(news: News): void;
  /** The same for a numeric reply. */
  numeric(name: NumericName, words?: readonly string[], text?: string): void;
}
