/** The lobby of a store, for tests that need no other room, and a page of any room at once. */

import type { LogEvent } from "../../src/protocol/messages.ts";
import type { Fits } from "../../src/protocol/limits.ts";
import { searchAll } from "../../src/store/search.ts";
import { LOBBY_ID, type Store } from "../../src/store/store.ts";
import { finish, type Lookup, type Page, type RoomStore } from "../../src/store/room_store.ts";

/** The newest events of a room before a `seq`, at most `limit`, rising by `seq`. */
export function before(room: RoomStore, seq: number, limit: number): Page {
  return finish(room.page(seq, limit));
}

/**
 * Searches the lobby.
 *
 * @param options.now A clock in milliseconds; default: one by which no time passes, so that the
 * search finds all, however busy the machine.
 */
export function* search(
  store: Store,
  query: string,
  limit: number,
  { now = () => 0, ...options }: { readonly fits?: Fits; readonly now?: () => number } = {},
): Lookup<Page> {
  const room = store.room(LOBBY_ID);
  const { found, more } = yield* searchAll([room], query, limit, { now, ...options });
  return { events: found.map(({ event }): LogEvent => event), more };
}
