/**
 * Who watches whom with MONITOR: who comes or goes is told to those who watch the name.
 *
 * @module
 */

import { sourceOf } from "../../protocol/irc/render.ts";
import { foldedName } from "../../protocol/normalize.ts";
import type { Member } from "../../room/room.ts";
import type { Person } from "./guests.ts";

/** The watches of all clients. Names are folded. */
export class Watches {
  readonly #watchers = new Map<string, Set<Person>>();

  /** Who watches a name. */
  of(fold: string): Iterable<Person> {
    return this.#watchers.get(fold) ?? [];
  }

  /** A client watches a name. */
  add(fold: string, watcher: Person): void {
    const watchers = this.#watchers.get(fold);
    if (watchers === undefined) this.#watchers.set(fold, new Set([watcher]));
    else watchers.add(watcher);
  }

  /** A client stops watching a name. */
  delete(fold: string, watcher: Person): void {
    const watchers = this.#watchers.get(fold);
    watchers?.delete(watcher);
    if (watchers?.size === 0) this.#watchers.delete(fold);
  }

  /** Somebody has come, or has gone. */
  tell({ name, fold }: Pick<Member, "name" | "fold">, isHere: boolean): void {
    for (const watcher of this.of(fold)) {
      if (isHere) watcher.hearNumeric("RPL_MONONLINE", [], sourceOf(name));
      else watcher.hearNumeric("RPL_MONOFFLINE", [], name);
    }
  }

  /**
   * Somebody has another name; in another case it is the same one.
   *
   * @returns Its name before, folded.
   */
  renamed(member: Member, from: string): string {
    const fold = foldedName(from);
    if (fold === member.fold) return fold;
    this.tell({ name: from, fold }, false);
    this.tell(member, true);
    return fold;
  }
}
