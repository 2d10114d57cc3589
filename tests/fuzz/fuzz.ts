/**
 * Properties with `fast-check`. All chance comes from one seed, which is printed;
 * `CHAT_FUZZ_SEED` sets it, and `CHAT_FUZZ_CASES=100000` is the long form.
 *
 * @module
 */

import { assert } from "@std/assert";
import fc from "fast-check";
import { MAX_SERVER_LINE_BYTES } from "../../src/protocol/limits.ts";

const DEFAULT_CASES = 200;

/** Cases of each property. */
export const CASES: number = fromEnv("CHAT_FUZZ_CASES", DEFAULT_CASES);

/** Where all chance comes from. */
export const SEED: number = fromEnv("CHAT_FUZZ_SEED", 1 + Math.floor(Math.random() * 999_999_999));

Deno.stderr.writeSync(
  new TextEncoder().encode(`\n${CASES} cases, seed ${SEED} (CHAT_FUZZ_CASES, CHAT_FUZZ_SEED)\n`),
);

/** Options of {@linkcode fuzz}. */
export interface FuzzOptions {
  /** Of the cases in the short form, for properties that take long; default 1. */
  readonly share?: number;
}

/** A test that a property holds. */
export function fuzz<T>(
  name: string,
  property: fc.IRawProperty<T>,
  { share = 1 }: FuzzOptions = {},
): void {
  const numRuns = CASES > DEFAULT_CASES ? CASES : Math.max(10, Math.round(CASES * share));
  Deno.test(name, async () => {
    await fc.assert(property as fc.IAsyncProperty<T>, { numRuns, seed: SEED });
  });
}

/** What no screen may be sent: C0 but tab, DEL, C1, bidirectional controls, half pairs. */
const HARMFUL = /[[[\p{Cc}\p{Cs}]--[\t]]\u202A-\u202E\u2066-\u2069]/v;

/** Lines of the server: each ends with a newline, and holds nothing that a screen would obey. */
export function assertLines(text: string): readonly string[] {
  const lines = text.split("\n");
  assert(lines.pop() === "", `no newline at the end: ${JSON.stringify(text.slice(-100))}`);
  for (const line of lines) {
    const found = HARMFUL.exec(line);
    assert(found === null, `a control character: ${JSON.stringify(line.slice(0, 300))}`);
  }
  return lines;
}

/** The same, and not longer than a line may be. */
export function assertBounded(text: string): readonly string[] {
  const { length } = new TextEncoder().encode(text);
  assert(length < MAX_SERVER_LINE_BYTES, `${length} bytes`);
  return assertLines(text);
}

function fromEnv(name: string, otherwise: number): number {
  const value = Deno.env.get(name);
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) {
    throw new Error(`${name} must be a whole number of 1 or more: got "${value}"`);
  }
  return number;
}
