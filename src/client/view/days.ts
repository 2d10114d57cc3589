/**
 * Days and times of the day as they are shown: local, in plain words, the same in every locale.
 *
 * @module
 */

const WEEKDAYS = [
  "Sunday",
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
] as const;

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** A time of the day, local: `14:02`. */
export function timeOf(date: Date): string {
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** A day, local: `2026-11-21`. */
export function dayOf(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** A day, local, in words: `Saturday, 21 November 2026`. */
export function dayWords(date: Date): string {
  const month = MONTHS[date.getMonth()] ?? "";
  return `${WEEKDAYS[date.getDay()] ?? ""}, ${date.getDate()} ${month} ${date.getFullYear()}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
