/**
 * What an order on NATS works with.
 *
 * @module
 */

import type { Clock } from "../../clock.ts";
import type { Member } from "../../room/room.ts";
import type { SettlementOptions } from "../settlement.ts";
import type { Returning } from "./after_death.ts";
import type { BatchStream } from "./stream.ts";

/** What happens to people whose connections are here, by what others have proposed. */
export interface People extends Returning {
  /** The place of a member was taken up at another server. */
  taken(member: Member): void;
  /** A member was let go from another server, by an operator. */
  removed(member: Member): void;
  /**
   * A direct message waits that somebody at another server has said.
   *
   * @param session Hash of the session that it waits for, wherever that is.
   */
  waited(session: string): void;
  /**
   * Newer rules hold from now on.
   *
   * @param before Those that held so far.
   */
  newRules(before: number): void;
}

/** What a {@linkcode NatsOrder} works with. */
export interface NatsOrderOptions extends Omit<SettlementOptions, "trustedMs" | "happensAnyway"> {
  /** Open, and not started. */
  readonly stream: BatchStream;
  /** Time. */
  readonly clock: Clock;
  /** A name for this server that none has had: letters, digits, `-` and `_`. */
  readonly newName: () => string;
  /** Told of what happens to them. */
  readonly people: People;
  /** The order's time so far, in milliseconds since 1970; default: it begins with the stream. */
  readonly atMs?: number | undefined;
  /** The newest rules that this server knows; default: `RULES` of `state.ts`. */
  readonly rules?: number;
  /** Told when the store fails for so long that no more is taken, and when it goes on. */
  readonly onStuck: (isStuck: boolean) => void;
  /** Told of a message of the stream that is of another program, and was passed over. */
  readonly onForeign: (seq: number) => void;
  /** Told once that the server has to stop, and why, in one line. */
  readonly onFatal: (why: string) => void;
}
