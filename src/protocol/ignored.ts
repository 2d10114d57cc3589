/**
 * Whom somebody ignores: what these people say is not shown. Terminal and page keep it themselves;
 * for people at `nc` the server does.
 *
 * @module
 */

import { foldedName, MAX_RAW_NAME_UNITS } from "./normalize.ts";
import { excerptIfNeeded } from "./quote.ts";
import { NAME_CHAR } from "./text.ts";

/** Names that can be given: who wants more, wants another room. */
const MAX_IGNORED = 100;

/** With the other names that these people take: who changes names without end is lost sight of. */
const MAX_NAMES = 1_000;

/** What can be typed again as it is shown. Some names need joiners, which cannot be seen. */
const LIKE_A_NAME = new RegExp(`^${NAME_CHAR}(?:${NAME_CHAR}|[\\u200C\\u200D])*$`, "u");

/**
 * What follows `/ignore` in a command.
 *
 * @param line The command with its slash.
 * @returns Empty: nothing does; undefined: it is another command.
 */
export function ignoredName(line: string): string | undefined {
  const [command = "", ...rest] = line.trim().split(/\s+/, 3);
  return command.toLowerCase() === "/ignore" ? rest.join(" ") : undefined;
}

/** Who is there when somebody is to be ignored. */
export interface IgnoreContext {
  /** The own name. */
  readonly me: string;
  /** False: nobody here has this name, in any case or width. */
  readonly mayBeHere: (name: string) => boolean;
}

/** The people whom one person ignores. */
export class IgnoredNames {
  /** By the folded name: the name, and the first one that this person was ignored under, folded. */
  readonly #names: Map<string, { readonly name: string; readonly first: string }>;

  /**
   * Nobody, or those whom somebody ignored before.
   *
   * @param names Of more than 100, the first ones.
   */
  constructor(names: readonly string[] = []) {
    this.#names = new Map(
      names.slice(0, MAX_IGNORED).map((
        name,
      ) => [foldedName(name), { name, first: foldedName(name) }]),
    );
  }

  /** Their names. */
  get all(): string[] {
    return [...this.#names.values()].map(({ name }) => name);
  }

  /** There is nobody. */
  get isEmpty(): boolean {
    return this.#names.size === 0;
  }

  /** Names that were given: those that these people take leave room for more of them. */
  get #given(): number {
    let count = 0;
    for (const [fold, { first }] of this.#names) if (fold === first) count++;
    return count;
  }

  /** Whether what somebody says is not to be shown. */
  has(name: string): boolean {
    return this.#names.size > 0 && this.#names.has(foldedName(name));
  }

  /**
   * Somebody has another name: whom one ignores does not come back by that. What was said under the
   * old name stays hidden, too.
   */
  renamed(from: string, to: string): void {
    const first = this.has(from) ? this.#names.get(foldedName(from))?.first : undefined;
    if (first === undefined || this.#names.size >= MAX_NAMES || this.has(to)) return;
    this.#names.set(foldedName(to), { name: to, first });
  }

  /**
   * Carries out `/ignore`: ignores somebody, or hears them again, or lists whom.
   *
   * @param name What follows the command; empty: nothing.
   * @param options `me`: the own name; `mayBeHere`: false for a name that surely nobody here has:
   * perhaps it was mistyped.
   * @returns The answer.
   */
  toggle(name: string, { me, mayBeHere }: IgnoreContext): string {
    if (name === "") {
      return this.isEmpty
        ? "You ignore nobody. /ignore NAME hides what somebody says."
        : `You ignore ${this.all.join(", ")}. /ignore NAME shows again what somebody says.`;
    }
    if (name.length > MAX_RAW_NAME_UNITS || !LIKE_A_NAME.test(name)) {
      return `Cannot ignore ${excerptIfNeeded(name)}: nobody can be called so.`;
    }
    const fold = foldedName(name);
    const first = this.#names.get(fold)?.first;
    if (first !== undefined) {
      for (const [other, entry] of this.#names) {
        if (entry.first === first) this.#names.delete(other);
      }
      return `What ${name} says is shown again.`;
    }
    // Only here: who is ignored may have borne one's own name meanwhile.
    if (fold === foldedName(me)) return "You cannot ignore yourself.";
    if (this.#given >= MAX_IGNORED) {
      return `You ignore ${MAX_IGNORED} people, which is the limit: /ignore NAME frees a place.`;
    }
    this.#names.set(fold, { name, first: fold });
    if (!mayBeHere(name)) {
      return `Nobody here is called ${name}; ignored all the same. /ignore ${name} ends that.`;
    }
    return `What ${name} says is hidden from you now. /ignore ${name} shows it again.`;
  }
}
