/**
 * The places of those whose connection is lost: kept for a while, so that whoever comes back was
 * never seen to be gone. Over a restart, too, when the store knows who was here.
 *
 * @module
 */

import type { LeaveReason } from "../protocol/messages.ts";
import type { Member } from "../room/members.ts";
import type { Room } from "../room/room.ts";
import type { SessionRecord, Sessions } from "../room/sessions.ts";
import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";

/** How long the place of a lost json client is kept. */
export const GRACE_MS = 15_000;

/** After a restart all clients come back at once, after waiting for up to 5 s between tries. */
export const RESTART_GRACE_MS = 30_000;

interface Held {
  readonly untilMs: number;
  readonly reason: LeaveReason;
}

/** What {@linkcode Places} works with. */
export interface PlacesOptions {
  /** Where the places are. */
  readonly room: Room;
  /** Who may take them up. */
  readonly sessions: Sessions;
  /** Time. */
  readonly clock: Clock;
  /** The operator's log. */
  readonly logger: Logger;
}

/** Places in the room that nobody reads for at the moment. */
export class Places {
  readonly #options: PlacesOptions;
  readonly #held = new Map<SessionRecord, Held>();

  /** No place is held yet. */
  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  /**
   * Keeps the place of a session whose connection is lost.
   *
   * @param reason What its leave will say when it does not come back.
   */
  hold(record: SessionRecord, reason: LeaveReason): void {
    const { clock, logger } = this.#options;
    if (record.member === null) return;
    record.member.occupant = null;
    logger.info("lost", { name: record.member.name, reason });
    this.#held.set(record, { untilMs: clock.now() + GRACE_MS, reason });
  }

  /**
   * After a restart: holds the places of those who were here and can come back, and says of the
   * others that they are gone.
   */
  restore(): void {
    const { room, sessions, clock, logger } = this.#options;
    const untilMs = clock.now() + RESTART_GRACE_MS;
    for (const { name, session } of room.store.present()) {
      const record = session === null ? undefined : sessions.get(session);
      const member = room.members.add(name, null);
      if (member === null) continue;
      if (record === undefined) {
        this.#leave(member, "shutdown");
      } else {
        record.member = member;
        this.#held.set(record, { untilMs, reason: "shutdown" });
      }
    }
    if (this.#held.size > 0) logger.info("places held", { count: this.#held.size });
  }

  /** How many are held. */
  get size(): number {
    return this.#held.size;
  }

  /** Somebody has come back. */
  takenUp(record: SessionRecord): void {
    this.#held.delete(record);
  }

  /** Lets those go whose time is over. */
  tick(nowMs: number): void {
    for (const [record, { untilMs, reason }] of this.#held) {
      const { member } = record;
      if (member === null || member.occupant !== null) {
        this.#held.delete(record);
      } else if (nowMs >= untilMs) {
        this.#held.delete(record);
        record.member = null;
        this.#leave(member, reason);
      }
    }
  }

  /** Lets somebody go whose place is held, because an operator says so. */
  remove(member: Member): void {
    for (const record of this.#held.keys()) {
      if (record.member !== member) continue;
      this.#held.delete(record);
      record.member = null;
    }
    this.#leave(member, "kicked");
  }

  #leave(member: Member, reason: LeaveReason): void {
    const { room, logger } = this.#options;
    logger.info("left", { name: member.name, reason });
    room.members.remove(member);
    room.publish({ type: "leave", name: member.name, reason }, null);
  }
}
