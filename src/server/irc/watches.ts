/**
 * Who watches whom with MONITOR: who comes or goes is told to those who watch the name. Seven
 * hundred may watch one name, and hundreds come at once after a fault. So what has happened is
 * gathered for each watcher, told in full lines, and to a few watchers in each turn of the loop.
 *
 * @module
 */

import type { Clock } from "../../clock.ts";
import type { NumericName } from "../../protocol/irc/numerics.ts";
import { sourceOf } from "../../protocol/irc/render.ts";
import { joinedWords } from "../../protocol/irc/split.ts";
import { foldedName } from "../../protocol/normalize.ts";
import type { Member } from "../../room/room.ts";
import type { Person, Reply } from "./guests.ts";
import { Hearers } from "./hearers.ts";

/** Bytes of the names in one line: what is left is enough for the server's name and the nick. */
const MAX_NAMES_BYTES = 300;

/** Somebody has come or gone. */
interface Change {
  readonly isHere: boolean;
  /** What the line calls it. */
  readonly word: string;
}

/** The watches of all clients. Names are folded. */
export class Watches {
  readonly #watchers = new Map<string, Set<Person>>();
  /** What each watcher is still to be told: of each name that it watches only the newest. */
  readonly #untold = new Map<Person, Map<string, Change>>();
  readonly #hearers: Hearers<Person>;

  /** Nobody watches. */
  constructor(clock: Pick<Clock, "after">) {
    this.#hearers = new Hearers(clock, (watcher) => this.tell(watcher));
  }

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
    this.#untold.get(watcher)?.delete(fold);
  }

  /** Somebody has come, or has gone: told by {@linkcode tellSome}. */
  note({ name, fold }: Pick<Member, "name" | "fold">, isHere: boolean): void {
    const change = { isHere, word: isHere ? sourceOf(name) : name };
    for (const watcher of this.of(fold)) {
      let changes = this.#untold.get(watcher);
      if (changes === undefined) this.#untold.set(watcher, changes = new Map());
      // It stands where the newest belongs.
      changes.delete(fold);
      changes.set(fold, change);
      this.#hearers.add(watcher);
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
    this.note({ name: from, fold }, false);
    this.note(member, true);
    return fold;
  }

  /** Tells some of those who are still to be told something, and soon the others. */
  tellSome(): void {
    this.#hearers.tellSome();
  }

  /** Tells one client what it is still to be told: whatever it asks now is answered behind that. */
  tell(watcher: Person): void {
    const changes = this.#untold.get(watcher);
    if (changes === undefined) return;
    this.forget(watcher);
    const replies = repliesOf([...changes.values()]);
    if (replies.length > 0) watcher.hearReplies(replies);
  }

  /** A client is told nothing more. */
  forget(watcher: Person): void {
    this.#untold.delete(watcher);
    this.#hearers.delete(watcher);
  }
}

/** What happened, in order: those who came or went one after the other share lines. */
function repliesOf(changes: readonly Change[]): Reply[] {
  const replies: Reply[] = [];
  for (let first = 0, end = 0; first < changes.length; first = end) {
    const { isHere } = changes[first]!;
    while (changes[end]?.isHere === isHere) end++;
    replies.push(...statusReplies(isHere, changes.slice(first, end).map(({ word }) => word)));
  }
  return replies;
}

/** Who is here, or is not, in as few replies as hold them. */
export function statusReplies(isHere: boolean, words: readonly string[]): Reply[] {
  return listReplies(isHere ? "RPL_MONONLINE" : "RPL_MONOFFLINE", words);
}

/** Names, in as few replies as hold them; none where there are none. */
export function listReplies(name: NumericName, words: readonly string[]): Reply[] {
  if (words.length === 0) return [];
  return joinedWords(words, MAX_NAMES_BYTES, ",").map((text) => [name, text]);
}
