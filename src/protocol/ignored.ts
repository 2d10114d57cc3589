/**
 * Whom somebody ignores: what these people say is not shown. Terminal and page keep it themselves;
 * for people at `nc` the server does.
 *
 * @module
 */

import { foldedName, MAX_RAW_NAME_UNITS } from "./normalize.ts";
import { excerptIfNeeded } from "./quote.ts";

/** People that can be ignored: of more, somebody wants another room. */
const MAX_IGNORED = 100;

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

/** The people whom one person ignores. */
export class IgnoredNames {
  /** Their names as they were given, by the folded name. */
  readonly #names: Map<string, string>;

  /**
   * Nobody, or those whom somebody ignored before.
   *
   * @param names Of more than 100, the first ones.
   */
  constructor(names: readonly string[] = []) {
    this.#names = new Map(names.slice(0, MAX_IGNORED).map((name) => [foldedName(name), name]));
  }

  /** Their names. */
  get all(): string[] {
    return [...this.#names.values()];
  }

  /** There is nobody. */
  get isEmpty(): boolean {
    return this.#names.size === 0;
  }

  /** Whether what somebody says is not to be shown. */
  has(name: string): boolean {
    return this.#names.size > 0 && this.#names.has(foldedName(name));
  }

  /** Somebody has another name: whom one ignores does not come back by that. */
  renamed(from: string, to: string): void {
    if (!this.has(from)) return;
    this.#names.delete(foldedName(from));
    this.#names.set(foldedName(to), to);
  }

  /**
   * Carries out `/ignore`: ignores somebody, or hears them again, or lists whom.
   *
   * @param name What follows the command; empty: nothing.
   * @param me The own name.
   * @returns The answer.
   */
  toggle(name: string, me: string): string {
    if (name === "") {
      return this.isEmpty
        ? "You ignore nobody. /ignore NAME hides what somebody says."
        : `You ignore ${this.all.join(", ")}. /ignore NAME shows again what somebody says.`;
    }
    const shown = excerptIfNeeded(name);
    if (name.length > MAX_RAW_NAME_UNITS || /\s/.test(name)) {
      return `Cannot ignore ${shown}: nobody can be called so.`;
    }
    const fold = foldedName(name);
    if (fold === foldedName(me)) return "You cannot ignore yourself.";
    if (this.#names.delete(fold)) return `What ${shown} says is shown again.`;
    if (this.#names.size >= MAX_IGNORED) {
      return `You ignore ${MAX_IGNORED} people, which is the limit: /ignore NAME frees a place.`;
    }
    this.#names.set(fold, name);
    return `What ${shown} says is hidden from you now. /ignore ${shown} shows it again.`;
  }
}
