/**
 * The names of rooms that the server has told of, for completion. It lists them a page at a time,
 * in the order of their names; where the first page does not reach as far as what is typed, the
 * page that begins with it is asked for.
 *
 * @module
 */

import { MAX_ROOM_CHARS } from "../../protocol/limits.ts";
import type { RoomList } from "../../protocol/messages.ts";
import { wireName } from "./room_list.ts";

/** Sorts behind every character of a name. */
const LAST_UNIT = "\uffff";

interface Page {
  /** All its names sort behind this. */
  readonly after: string;
  readonly names: readonly string[];
  /** Its last name; undefined: there are no more behind it. */
  readonly end: string | undefined;
}

/** Collects names. */
export class ListedRooms {
  #first: Page | undefined;
  #further: Page | undefined;

  /** All that are known, without `#`. */
  get names(): readonly string[] {
    return [...new Set([...this.#first?.names ?? [], ...this.#further?.names ?? []])];
  }

  /**
   * What to ask the server for, before names that begin like this are known.
   *
   * @param typed The beginning, in any case, perhaps with `#` before it.
   * @returns The `after` of the request, empty for the first page; undefined: nothing.
   */
  missing(typed: string): string | undefined {
    if (this.#first === undefined) return "";
    const beginning = wireName(typed);
    const isNone = beginning === "" || beginning.length > MAX_ROOM_CHARS;
    if (isNone || covers(this.#first, beginning)) return undefined;
    if (this.#further !== undefined && covers(this.#further, beginning)) return undefined;
    return placeBefore(beginning);
  }

  /**
   * The server has told a page.
   *
   * @param after What {@linkcode missing} returned, when that was asked for; default: the first.
   */
  add({ rooms, more }: Pick<RoomList, "rooms" | "more">, after = ""): void {
    const names = rooms.map(({ room }) => room);
    const page = { after, names, end: more ? names.at(-1) : undefined };
    this.#further = after === "" ? undefined : page;
    if (after === "") this.#first = page;
  }

  /** What is known may have changed by now. */
  forget(): void {
    this.#first = this.#further = undefined;
  }
}

/** Whether a page has all names that begin so, or as many as fit into one. */
function covers({ after, end }: Page, beginning: string): boolean {
  const place = placeBefore(beginning);
  if (after === place) return true;
  return after < place && (end === undefined || (end > beginning && !end.startsWith(beginning)));
}

/** Names that begin so sort behind it, and hardly any others before them. */
function placeBefore(beginning: string): string {
  const unit = beginning.charCodeAt(beginning.length - 1);
  return beginning.slice(0, -1) + String.fromCharCode(unit - 1) + LAST_UNIT;
}
