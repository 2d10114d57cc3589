/** The lobby of a store, for tests that need no other room. */

import type { LogEvent } from "../../src/protocol/messages.ts";
import type { Fits } from "../../src/protocol/limits.ts";
import { searchAll } from "../../src/store/search.ts";
import { LOBBY, type Lookup, type Page, type Store } from "../../src/store/store.ts";

/**
 * Searches the lobby.
 *
 * @param options.now A clock in milliseconds.
 */
export function* search(
  store: Store,
  query: string,
  limit: number,
  options: { readonly fits?: Fits; readonly now?: () => number } = {},
): Lookup<Page> {
  const { found, more } = yield* searchAll([store.room(LOBBY)], query, limit, options);
  return { events: found.map(({ event }): LogEvent => event), more };
}
