/**
 * Times as the plain dialect shows them: the server's local time, for people.
 *
 * @module
 */

/**
 * The line that stands before a piece of the past.
 *
 * @param messages How many messages follow, 1 or more.
 * @param from When the first of them was said: ISO 8601.
 * @param to When the last of them was said: ISO 8601.
 * @param now The present.
 * @returns One line without its newline. The times have no date when both are of today.
 */
export function historyHeader(messages: number, from: string, to: string, now: Date): string {
  const first = localDay(new Date(from));
  const today = first === localDay(now) && first === localDay(new Date(to));
  const show = today ? clockTime : dayAndTime;
  return messages === 1
    ? `* The last message, from ${show(from)}:`
    : `* The last ${messages} messages, from ${show(from)} to ${show(to)}:`;
}

/**
 * A time with its day, as in `2026-11-20 14:02`.
 *
 * @param at ISO 8601.
 * @returns In the server's time zone.
 */
export function dayAndTime(at: string): string {
  return `${localDay(new Date(at))} ${clockTime(at)}`;
}

function clockTime(at: string): string {
  const date = new Date(at);
  return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

function localDay(date: Date): string {
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
