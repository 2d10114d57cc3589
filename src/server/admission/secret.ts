/**
 * A password that the server knows, reading it without it ever standing on a command line, and a
 * warning about files that are for the server's eyes only.
 *
 * @module
 */

import { nodeCrypto } from "../../node.ts";
import { Failure } from "../../failure.ts";
import { readPasswordFile } from "../../files.ts";
import { detectOpening } from "../../protocol/dialect.ts";
import { normalized } from "../../protocol/normalize.ts";
import { plain } from "../../protocol/plain.ts";
import { quote } from "../../protocol/quote.ts";
import type { Logger } from "../logger.ts";

/** Characters of a password: more than anybody types, and far below the limit of a line. */
const MAX_SECRET_CHARS = 256;

/**
 * UTF-16 code units above which what somebody gives is no password, whatever NFC makes of it: a
 * character has at most 18 in any normalization form (UAX 15).
 */
const MAX_GIVEN_UNITS = 18 * MAX_SECRET_CHARS;

/** What it would be taken for as the first line of a connection. */
const OTHER_OPENINGS = {
  json: "a client's JSON",
  http: "a browser's request",
  irc: "an IRC client",
  noise: "another protocol",
  proxy: "a PROXY header",
};

/** A password of which only a hash is kept. */
export class Secret {
  readonly #hash: Uint8Array;

  /** Takes what {@linkcode readSecret} or {@linkcode checkSecret} has accepted. */
  constructor(text: string) {
    this.#hash = hash(text);
  }

  /**
   * Whether it is this one, in a time that does not depend on how much of it is right.
   *
   * @param given What somebody gives, of any length; white space around it does not count.
   */
  equals(given: string): boolean {
    const trimmed = given.trim();
    return trimmed.length <= MAX_GIVEN_UNITS &&
      nodeCrypto().timingSafeEqual(this.#hash, hash(trimmed));
  }
}

/**
 * Checks that a password can be typed by everybody who has to: in plain it is a line.
 *
 * @param text Without its newline.
 * @param source Where it came from, for the message.
 * @throws {Failure} When it cannot be; the message does not hold it.
 */
export function checkSecret(text: string, source: string): Secret {
  if (text.trim() === "") {
    throw new Failure(`The password in ${source} is empty: put it on the first line.`);
  }
  if (text.length > MAX_SECRET_CHARS) {
    throw new Failure(
      `The password in ${source} has ${text.length} characters: use at most ${MAX_SECRET_CHARS}.`,
    );
  }
  const problem = problemOf(text);
  if (problem === null) return new Secret(text);
  throw new Failure(`The password in ${source} cannot be used: ${problem}. Choose another one.`);
}

function problemOf(text: string): string | null {
  if (text !== text.trim()) return "it has spaces at an end";
  if (/\p{Cc}/u.test(text)) return "it has control characters";
  if (text.includes("\uFFFD")) return "it is not UTF-8";
  const opening = detectOpening(text);
  if (opening !== "plain") {
    return `typed at the door it would be taken for ${OTHER_OPENINGS[opening]}`;
  }
  const isTyped = plain.parse(text, { joined: false })?.type === "hello";
  return isTyped ? null : "typed at the door it would leave";
}

/**
 * Reads a password from the first line of a file.
 *
 * @throws {Failure} When it cannot be read or used.
 */
export function readSecret(path: string): Secret {
  return checkSecret(readPasswordFile(path), quote(path));
}

function hash(text: string): Uint8Array {
  return nodeCrypto().createHash("sha256").update(normalized(text, "NFC").trim()).digest();
}

/**
 * Warns when others on this machine may read a file. Not on Windows, where a mode says nothing.
 *
 * @param file It has been read before.
 * @param what What is in it, for the log: `key`.
 */
export function warnIfOthersRead(file: string, what: string, logger: Logger): void {
  if (Deno.build.os === "windows") return;
  try {
    const { mode } = Deno.statSync(file);
    if (mode !== null && (mode & 0o077) !== 0) {
      logger.warn(`others may read the ${what}`, { file, todo: `chmod 600 ${file}` });
    }
  } catch {
    // It has been read, and that is enough.
  }
}
