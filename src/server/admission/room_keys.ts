/**
 * The keys of private rooms. A key is stored as a scrypt hash, whose work is done in another
 * thread; one at a time, as each takes 16 MiB and about 50 ms of a core.
 *
 * @module
 */

import { nodeCrypto } from "../../node.ts";
import { MAX_KEY_CHARS } from "../../protocol/limits.ts";
import { normalized } from "../../protocol/normalize.ts";
import { plain } from "../../protocol/plain.ts";
import { cleanLine, countCodePoints } from "../../protocol/text.ts";
import type { RoomKey } from "../../store/store.ts";
import { Secret } from "./secret.ts";

/** RFC 7914, section 2: cost, block size and parallelization; 128 * N * r is 16 MiB. */
const COST = { N: 2 ** 14, r: 8, p: 1, maxmem: 32 * 1024 * 1024 };

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Hashes and compares keys. */
export class RoomKeys {
  /**
   * Right ones that were given since this server runs. A room whose server was away for long asks
   * everyone at once, and nobody is to wait for all others.
   */
  readonly #known = new WeakMap<Pick<RoomKey, "hash">, Secret>();
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Hashes a key for the store.
   *
   * @param word As {@linkcode keyProblem} has accepted it.
   * @returns `scrypt` with its salt and its hash, in hexadecimal digits.
   */
  async hash(word: string): Promise<string> {
    const salt = nodeCrypto().randomBytes(SALT_BYTES);
    const derived = await this.#derive(word, salt);
    return ["scrypt", hex(salt), hex(derived)].join("$");
  }

  /**
   * Whether somebody knows a key.
   *
   * @param key The room's.
   * @param given What they gave, of any length.
   */
  async isRight(key: Pick<RoomKey, "hash">, given: string): Promise<boolean> {
    const known = this.#known.get(key);
    if (known !== undefined) return known.equals(given);
    if (given.length > MAX_KEY_CHARS) return false;
    const [kind, salt = "", hash = ""] = key.hash.split("$");
    if (kind !== "scrypt") return false;
    const derived = await this.#derive(given, fromHex(salt));
    const expected = fromHex(hash);
    const isRight = expected.length === derived.length &&
      nodeCrypto().timingSafeEqual(expected, derived);
    if (isRight) this.#known.set(key, new Secret(given));
    return isRight;
  }

  /**
   * The secret that a password stands for, always the same: 64 hexadecimal digits.
   *
   * @param salt Whose password.
   */
  async secretOf(password: string, salt: string): Promise<string> {
    return hex(await this.#derive(password, new TextEncoder().encode(salt)));
  }

  #derive(word: string, salt: Uint8Array): Promise<Uint8Array> {
    const work = this.#last.then(() => derive(normalized(word, "NFC").trim(), salt));
    this.#last = work.catch(() => {});
    return work;
  }
}

/**
 * Why a word cannot be a key.
 *
 * @returns Null when it can be: 1 to 128 characters, none of them a space or a control character,
 * since it is typed behind the name of the room, and no word with which people leave. Otherwise one
 * line for people, which does not hold it.
 */
export function keyProblem(word: string): string | null {
  if (word.length > MAX_KEY_CHARS) {
    const chars = countCodePoints(word);
    return `The key has ${chars} characters, at most ${MAX_KEY_CHARS} are allowed.`;
  }
  if (word === "" || /\s/u.test(word) || cleanLine(word) !== word) {
    return "A key is one word: it has no spaces and no control characters.";
  }
  if (plain.parse(word, { joined: false })?.type === "quit") {
    return "A key cannot be a word with which people leave: who is asked for it would leave.";
  }
  return null;
}

function derive(word: string, salt: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    nodeCrypto().scrypt(word, salt, HASH_BYTES, COST, (error, derived) => {
      if (error === null) resolve(derived);
      else reject(error);
    });
  });
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (digits) => parseInt(digits, 16));
}
