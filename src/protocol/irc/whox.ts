/**
 * WHO with fields of the client's choice (WHOX): `%tcnf,42`.
 *
 * @module
 */

/** What may stand in a line of WHOX. */
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

/** What a client asks for with the second parameter of WHO. */
export interface WhoWish {
  /** Only operators are wanted: `o`. */
  readonly operators: boolean;
  /** Null: it asks for no fields, and so for the lines of plain WHO. */
  readonly whox: WhoxWish | null;
}

/** Which fields a client asks for. */
export interface WhoxWish {
  /** In the order in which they are answered. */
  readonly fields: readonly WhoxField[];
  /** What comes back as the field `token`: up to three digits; `0` where none were given. */
  readonly token: string;
}

/** Reads the second parameter of WHO: `o`, `%tcnf,42`, or both. */
export function parseWhoWish(text: string): WhoWish {
  const [flags = "", wanted] = text.split("%");
  const operators = flags.includes("o");
  if (wanted === undefined) return { operators, whox: null };
  const [letters = "", given = ""] = wanted.split(",");
  const fields = WHOX_FIELDS.filter(([letter]) => letters.includes(letter));
  const token = /^\d{1,3}$/.test(given) ? given : "0";
  return { operators, whox: { fields: fields.map(([, field]) => field), token } };
}
