/**
 * The kinds of values that flags take. Each says what is allowed, and reads nothing else: no `1e3`,
 * no `0x10`, no spaces, nothing that JavaScript would make a number of.
 *
 * @module
 */

import { MAX_TEXT_CHARS, MAX_TEXT_LINES } from "../protocol/limits.ts";
import { isHost } from "./address.ts";
import type { Value } from "./flags.ts";

/**
 * A whole number in decimal digits.
 *
 * @param min The smallest one allowed, 0 or more.
 * @param max The greatest one allowed.
 */
export function wholeNumber(min: number, max: number): Value<number> {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    parse(text) {
      const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
      return number >= min && number <= max ? number : undefined;
    },
  };
}

/**
 * What another kind allows, or one word beside it, such as `50` or `all`.
 *
 * @param kind The other kind.
 * @param word The word, exactly as written.
 */
export function orWord<T, W extends string>(kind: Value<T>, word: W): Value<T | W> {
  return {
    allowed: `${kind.allowed}, or ${word}`,
    parse: (text) => text === word ? word : kind.parse(text),
    offers: [word],
  };
}

/**
 * A time in seconds, such as `5` or `0.25`.
 *
 * @param min The shortest one allowed, in seconds.
 * @param max The longest one allowed, in seconds.
 * @returns A kind whose values are whole milliseconds.
 */
export function seconds(min: number, max: number): Value<number> {
  return {
    allowed: `a number of seconds from ${min} to ${max}`,
    parse(text) {
      const number = /^\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : NaN;
      return number >= min && number <= max ? Math.round(number * 1_000) : undefined;
    },
  };
}

/**
 * One of a few words, exactly as written.
 *
 * @param words The words, two or more.
 */
export function oneOf<T extends string>(words: readonly T[]): Value<T> {
  return {
    allowed: `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`,
    parse: (text) => words.find((word) => word === text),
    offers: words,
  };
}

/** A name that somebody wishes for: not empty; the server knows the other rules. */
export const wishedName: Value<string> = {
  allowed: "a name of at least one character",
  parse: (text) => text.trim() === "" ? undefined : text,
};

/** A text for everybody, within the limits that hold for every text. */
export const text: Value<string> = {
  allowed: `a text of 1 to ${MAX_TEXT_CHARS} characters and at most ${MAX_TEXT_LINES} lines`,
  parse(text) {
    if (text.trim() === "" || [...text].length > MAX_TEXT_CHARS) return undefined;
    return text.split("\n").length > MAX_TEXT_LINES ? undefined : text;
  },
};

/** An address of this machine to listen on; IPv6 with or without brackets, given without. */
export const listenHost: Value<string> = {
  allowed: "an address of this machine without a port, such as 127.0.0.1, 0.0.0.0 or ::",
  parse(text) {
    const host = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
    return isHost(host) && (host === text || host.includes(":")) ? host : undefined;
  },
};

/**
 * The path of a file, for the system to judge. Bytes of a name that are not UTF-8 reach a program
 * as U+FFFD (Deno 2.9.6): what is called so is another file.
 */
export const filePath: Value<string> = {
  allowed: "the path of a file, in UTF-8",
  parse: (path) => path === "" || /[\0\ufffd]/.test(path) ? undefined : path,
  offers: "paths",
};
