/**
 * WHO with fields of the client's choice (WHOX): `%tcnf,42`.
 *
 * @module
 */

/** What stands in a line of WHOX, in the order of the letters in {@linkcode WHOX_FIELDS}. */
export type WhoxField =
  | "token"
  | "channel"
  | "user"
  | "ip"
  | "host"
  | "server"
  | "nick"
  | "flags"
  | "distance"
  | "idle"
  | "account"
  | "level"
  | "realname";

/** The letters in the order in which the fields are answered. */
const WHOX_FIELDS: readonly (readonly [letter: string, field: WhoxField])[] = [
  ["t", "token"],
  ["c", "channel"],
  ["u", "user"],
  ["i", "ip"],
  ["h", "host"],
  ["s", "server"],
  ["n", "nick"],
  ["f", "flags"],
  ["d", "distance"],
  ["l", "idle"],
  ["a", "account"],
  ["o", "level"],
  ["r", "realname"],
];

/** Which fields a client asks for. */
export interface WhoxWish {
  /** In the order in which they are answered. */
  readonly fields: readonly WhoxField[];
  /** What comes back as the field `token`: up to three digits; `0` where none were given. */
  readonly token: string;
}

/**
 * Reads the second parameter of WHO.
 *
 * @returns Null: it asks for no fields, and so for the lines of plain WHO.
 */
export function parseWhox(text: string): WhoxWish | null {
  const [, letters, given = ""] = /%([a-z]*)(?:,(.*))?$/i.exec(text) ?? [];
  if (letters === undefined) return null;
  const fields = WHOX_FIELDS.filter(([letter]) => letters.includes(letter));
  const token = /^\d{1,3}$/.test(given) ? given : "0";
  return { fields: fields.map(([, field]) => field), token };
}
