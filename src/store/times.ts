/**
 * Times as events carry them: ISO 8601 in UTC with milliseconds and four digits for the year, so that
 * times compare as text and every reader knows the form, wherever the clock has gone.
 *
 * @module
 */

const FIRST = "1970-01-01T00:00:00.000Z";
const LAST = "9999-12-31T23:59:59.999Z";
const LAST_MS = Date.parse(LAST);

/** The second of the last time that was asked for, and its text up to the milliseconds. */
let second = NaN;
let upToMs = "";

/**
 * A time as events carry it.
 *
 * @param ms Milliseconds since 1970.
 * @returns The first or the last millisecond from 1970 to 9999 for what is beyond.
 */
export function isoOf(ms: number): string {
  if (!(ms >= 0 && ms <= LAST_MS)) return ms > LAST_MS ? LAST : FIRST;
  // Asked for each batch, mostly within one second.
  if (Math.floor(ms / 1000) !== second) {
    second = Math.floor(ms / 1000);
    upToMs = new Date(ms).toISOString().slice(0, -4);
  }
  // Joined, and so one string: events keep it.
  return [upToMs, String(Math.floor(ms) % 1000).padStart(3, "0"), "Z"].join("");
}

/**
 * When a stored event happened. Where the clock stood beyond the year 9999 or before the year 0,
 * earlier versions wrote `+010000-…` and `-000001-…`.
 *
 * @param at From the column `at`.
 * @returns The first or the last time that {@linkcode isoOf} gives, where `at` has another form.
 */
export function atOf(at: string): string {
  if (at.length === FIRST.length) return at;
  return at.startsWith("+") ? LAST : FIRST;
}
