/**
 * Secrets and ids that nobody can guess.
 *
 * @module
 */

import { MAX_ID_CHARS } from "./limits.ts";

/** 128 bits: guessing a session is out of reach. */
const SECRET_BYTES = 16;

/** 96 bits: the ids of two clients never meet by chance. */
const PREFIX_BYTES = 12;

/** What an id may be made of: it needs no escaping in JSON, in a shell or in a URL. */
const MESSAGE_ID = new RegExp(`^[A-Za-z0-9._-]{1,${MAX_ID_CHARS}}$`);

/**
 * A new session secret.
 *
 * @returns 128 random bits as 32 hexadecimal digits.
 */
export function newSessionSecret(): string {
  return randomHex(SECRET_BYTES);
}

/**
 * Whether a text can be the `id` of a request.
 *
 * @param text Anything.
 * @returns It has 1 to 64 characters, all of `[A-Za-z0-9._-]`.
 */
export function isMessageId(text: string): boolean {
  return MESSAGE_ID.test(text);
}

/** Makes the ids of one client: 96 random bits, chosen once, and a counter. */
export class MessageIds {
  readonly #prefix = randomHex(PREFIX_BYTES);
  #count = 0;

  /**
   * The next id.
   *
   * @returns One that neither this nor any other client has used, at most 64 characters.
   */
  next(): string {
    return `${this.#prefix}.${++this.#count}`;
  }
}

function randomHex(bytes: number): string {
  let hex = "";
  for (const byte of crypto.getRandomValues(new Uint8Array(bytes))) {
    hex += byte.toString(16).padStart(2, "0");
  }
  return hex;
}
