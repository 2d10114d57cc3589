/**
 * The places of those whose connection is lost: kept for a while, so that whoever comes back was
 * never seen to be gone. Over a restart, too, when the store knows who was here.
 *
 * @module
 */

import type { LeaveReason } from "../protocol/messages.ts";
import type { Member } from "../room/members.ts";
import type { Room } from "../room/room.ts";
import type { Session, Sessions } from "../room/sessions.ts";
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

/** What {@linkcode GracePeriod} works with. */
export interface GracePeriodOptions {
  /** Where the places are. */
  readonly room: Room;
  /** Who may take them up. */
  readonly sessions: Sessions;
  /** Time. */
  readonly clock: Clock;
  /** The operator's log. */
  readonly logger: Logger;
}

/** GracePeriod in the room that nobody reads for at the moment. */
export class GracePeriod {
  readonly #options: GracePeriodOptions;
  readonly #held = new Map<Session, Held>();

  /** No place is held yet. */
  constructor(options: GracePeriodOptions) {
    this.#options = options;
  }

  /**
   * Keeps the place of a session whose connection is lost.
   *
   * @param reason What its leave will say when it does not come back.
   */
  hold(session: Session, reason: LeaveReason): void {
    const { clock, logger } = this.#options;
    if (session.member === null) return;
    session.member.recipient = null;
    logger.info("lost", { name: session.member.name, reason });
    this.#held.set(session, { untilMs: clock.now() + GRACE_MS, reason });
  }

  /**
   * After a restart: holds the places of those who were here and can come back, and says of the
   * others that they are gone.
   */
  restore(): void {
    const { room, sessions, clock, logger } = this.#options;
    const untilMs = clock.now() + RESTART_GRACE_MS;
    for (const { name, session: hash } of room.store.present()) {
      const session = hash === null ? undefined : sessions.get(hash);
      const member = room.members.add(name, null);
      if (member === null) continue;
      if (session === undefined) {
        this.#leave(member, "shutdown");
      } else {
        session.member = member;
        this.#held.set(session, { untilMs, reason: "shutdown" });
      }
    }
    if (this.#held.size > 0) logger.info("places held", { count: this.#held.size });
  }

  /** How many are held. */
  get size(): number {
    return this.#held.size;
  }

  /** Somebody has come back. */
  resumed(session: Session): void {
    this.#held.delete(session);
  }

  /** Lets those go whose time is over. */
  tick(nowMs: number): void {
    for (const [session, { untilMs, reason }] of this.#held) {
      const { member } = session;
      if (member === null || member.recipient !== null) {
        this.#held.delete(session);
      } else if (nowMs >= untilMs) {
        this.#held.delete(session);
        session.member = null;
        this.#leave(member, reason);
      }
    }
  }

  /** Lets somebody go whose place is held, because an operator says so. */
  remove(member: Member): void {
    for (const session of this.#held.keys()) {
      if (session.member !== member) continue;
      this.#held.delete(session);
      session.member = null;
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
