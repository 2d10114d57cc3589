/**
 * Times as events carry them: ISO 8601 in UTC with milliseconds and four digits for the year, so that
 * times compare as text and every reader knows the form, wherever the clock has gone.
 *
 * @module
 */

const FIRST = "1970-01-01T00:00:00.000Z";
const LAST = "9999-12-31T23:59:59.999Z";
const LAST_MS = Date.parse(LAST);

/**
 * A time as events carry it.
 *
 * @param ms Milliseconds since 1970.
 * @returns The first or the last millisecond from 1970 to 9999 for what is beyond.
 */
export function isoOf(ms: number): string {
  return ms >= 0 && ms <= LAST_MS ? new Date(ms).toISOString() : ms > LAST_MS ? LAST : FIRST;
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
