/**
 * The store that the options ask for: in memory, or the database of `--db`.
 *
 * @module
 */

import { MemoryStore } from "../store/memory.ts";
import type { Logger } from "./logger.ts";
import type { OpenStore, StoreOptions } from "./open_database.ts";

/**
 * Opens the store. SQLite is loaded only for `--db`.
 *
 * @throws {Failure} When the database cannot be used; nothing has been changed.
 */
export async function openStore(options: StoreOptions, logger: Logger): Promise<OpenStore> {
  const { db: path } = options;
  if (path === undefined) {
    const lobbyLog = await options.lobbyLog?.(undefined);
    const store = new MemoryStore(lobbyLog === undefined ? {} : { lobbyLog });
    return {
      store,
      start: (work) => work(),
      close() {
        store.close();
        return true;
      },
    };
  }
  const { openDatabase }: typeof import("./open_database.ts") = await import(
    import.meta.resolve("./open_database.ts")
  );
  return await openDatabase(path, options, logger);
}
