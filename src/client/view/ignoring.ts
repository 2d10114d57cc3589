/**
 * What people whom somebody ignores have said, taken out of what is shown in terminal and pipe.
 *
 * @module
 */

import { type IgnoreContext, ignoredName, IgnoredNames } from "../../protocol/ignored.ts";
import type { ServerEvent } from "../../protocol/messages.ts";
import type { ClientEvent } from "../core/events.ts";

/** What a program that was started again knows from before. */
export interface KnownBefore {
  /** Whom it ignores. */
  readonly names?: IgnoredNames;
  /** `seq` of the last event of a room's log that it had seen; undefined: it has seen nothing. */
  readonly seen?: (room: string, log: string) => number | undefined;
}

/**
 * Ignores people. Their renames are followed as they come, and those of the past that were missed:
 * what was before one came into a room may be about somebody else of the same name.
 */
export class Ignoring {
  /** Whom. */
  readonly names: IgnoredNames;
  readonly #seen: NonNullable<KnownBefore["seen"]>;
  /** By the room, `seq` behind which the past was missed. */
  readonly #missedAfter = new Map<string, number>();
  #me = "";

  /** Begins with nobody, or with what is known. */
  constructor({ names = new IgnoredNames(), seen = () => undefined }: KnownBefore = {}) {
    this.names = names;
    this.#seen = seen;
  }

  /**
   * Carries out `/ignore`.
   *
   * @param line A command with its slash.
   * @param context Who is there.
   * @returns The answer; undefined: it is another command.
   */
  command(line: string, context: IgnoreContext): string | undefined {
    const name = ignoredName(line);
    return name === undefined ? undefined : this.names.toggle(name, context);
  }

  /** What is left of some events. */
  filter(events: readonly ClientEvent[]): readonly ClientEvent[] {
    this.follow(events);
    return this.left(events);
  }

  /** What is left of events that were followed. */
  left(events: readonly ClientEvent[]): readonly ClientEvent[] {
    if (this.names.isEmpty) return events;
    return events.flatMap((event): ClientEvent[] => {
      if (event.type !== "told") return [event];
      const told = this.#left(event.event);
      return told === undefined ? [] : [{ ...event, event: told }];
    });
  }

  /**
   * Learns who has which name, before any of these events are shown: what is for one person may
   * come before the new name of who said it.
   *
   * @returns Names may have changed hands.
   */
  follow(events: readonly ClientEvent[]): boolean {
    let count = 0;
    for (const event of events) if (this.#follow(event)) count++;
    return count > 0;
  }

  /** Whether what somebody said is hidden: not of who has taken such a name oneself. */
  hides({ from, at }: { readonly from?: string; readonly at?: string }): boolean {
    return from !== undefined && from !== this.#me && this.names.has(from, at);
  }

  #follow(event: ClientEvent): boolean {
    if (event.type === "connected") this.#me = event.welcome.name;
    if (event.type === "entered") {
      const { room, again, joined } = event;
      this.#missedAfter.set(room, again ? 0 : this.#seen(room, joined.log) ?? Infinity);
    }
    if (event.type !== "told") return false;
    const { event: told, past } = event;
    if (told.type !== "join" && told.type !== "leave" && told.type !== "rename") return false;
    if (past && told.seq <= (this.#missedAfter.get(told.room) ?? Infinity)) return false;
    if (told.type !== "rename" || told.from !== this.#me) {
      this.names.follow(told);
      return !this.names.isEmpty;
    }
    if (!past) this.#me = told.to;
    return false;
  }

  #left(event: ServerEvent): ServerEvent | undefined {
    switch (event.type) {
      case "message":
      case "direct":
      case "notice":
        return this.hides(event) ? undefined : event;
      case "leave":
        return { ...this.names.shown(event), room: event.room };
      case "history":
      case "results":
        return { ...event, events: event.events.filter((one) => this.#isShown(one)) };
      default:
        return event;
    }
  }

  #isShown(event: { readonly type: string; readonly from?: string; readonly at: string }): boolean {
    return event.type !== "message" || !this.hides(event);
  }
}
