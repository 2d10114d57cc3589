/**
 * What people whom somebody ignores have said, taken out of what is shown in terminal and pipe.
 *
 * @module
 */

import { type IgnoreContext, ignoredName, IgnoredNames } from "../../protocol/ignored.ts";
import type { ServerEvent } from "../../protocol/messages.ts";
import type { ClientEvent } from "../core/events.ts";

/** Ignores people as long as the program runs. */
export class Ignoring {
  readonly #names = new IgnoredNames();
  /** Rooms whose past was not missed: a name in it may have been anybody's. */
  readonly #anew = new Set<string>();

  /**
   * Carries out `/ignore`.
   *
   * @param line A command with its slash.
   * @param context Who is there.
   * @returns The answer; undefined: it is another command.
   */
  command(line: string, context: IgnoreContext): string | undefined {
    const name = ignoredName(line);
    return name === undefined ? undefined : this.#names.toggle(name, context);
  }

  /** What is left of some events. */
  filter(events: readonly ClientEvent[]): readonly ClientEvent[] {
    // What is for one person may come before the new name of who said it.
    for (const event of events) this.#follow(event);
    if (this.#names.isEmpty) return events;
    return events.flatMap((event): ClientEvent[] => {
      if (event.type !== "told") return [event];
      const told = this.#left(event.event);
      return told === undefined ? [] : [{ ...event, event: told }];
    });
  }

  #follow(event: ClientEvent): void {
    if (event.type === "entered") {
      if (event.again) this.#anew.delete(event.room);
      else this.#anew.add(event.room);
    }
    if (event.type !== "told" || event.event.type !== "rename") return;
    const { room, from, to } = event.event;
    if (!event.past || !this.#anew.has(room)) this.#names.renamed(from, to);
  }

  #left(event: ServerEvent): ServerEvent | undefined {
    switch (event.type) {
      case "message":
      case "direct":
      case "notice":
        return this.#names.has(event.from ?? "") ? undefined : event;
      case "history":
        return { ...event, events: event.events.filter((one) => this.#isShown(one)) };
      case "results":
        return { ...event, events: event.events.filter((one) => this.#isShown(one)) };
      default:
        return event;
    }
  }

  #isShown(event: { readonly type: string; readonly from?: string }): boolean {
    return event.type !== "message" || !this.#names.has(event.from ?? "");
  }
}
