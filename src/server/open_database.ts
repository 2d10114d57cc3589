/**
 * The store of `--db`: opened, kept in order in idle time, and what was removed from it told.
 * Loaded only where there is a database.
 *
 * @module
 */

import { Failure } from "../failure.ts";
import { openError, StoreOpenError } from "../store/sqlite/errors.ts";
import { MaintenanceSchedule } from "../store/sqlite/maintenance.ts";
import type { Removed, Retain } from "../store/sqlite/retention.ts";
import type { Durability } from "../store/sqlite/schema.ts";
import { openSqliteStore } from "../store/sqlite/store.ts";
import { LOBBY_ID, type Store, StoreUnavailable } from "../store/store.ts";
import { TrustedTime } from "../store/trusted_time.ts";
import { warnIfOthersRead } from "./admission/secret.ts";
import type { Logger } from "./logger.ts";

/** What decides about the store. */
export interface StoreOptions {
  /** The database's file; absent: memory. */
  readonly db?: string;
  /** What a commit survives. */
  readonly durability: Durability;
  /** What is kept; empty: everything. */
  readonly retain: Retain;
  /**
   * Says which log the lobby has, where several servers share it; default: its own.
   *
   * @param log That of a database with events; undefined: any will do.
   */
  readonly lobbyLog?: ((log: string | undefined) => Promise<string>) | undefined;
}

/** A store that is open. */
export interface OpenStore {
  /** It. */
  readonly store: Store;
  /**
   * Does what reads and writes the store before the server listens.
   *
   * @param work Synchronous.
   * @throws {Failure} When the database cannot be used now.
   */
  start<T>(work: () => T): T;
  /**
   * Ends the work in idle time, and closes it.
   *
   * @returns Whether all that was acknowledged is where it belongs: nobody has taken the database
   * away meanwhile.
   */
  close(): boolean;
}

/**
 * Opens the database.
 *
 * @param path Its file.
 * @throws {Failure} When it cannot be used; nothing has been changed.
 */
export async function openDatabase(
  path: string,
  options: StoreOptions,
  logger: Logger,
): Promise<OpenStore> {
  const start = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof StoreOpenError || error instanceof StoreUnavailable)) throw error;
      throw new Failure(capitalized(openError(path, error).message));
    }
  };
  const { durability, retain } = options;
  const removals = new RemovalLog(logger);
  const store = start(() =>
    openSqliteStore(path, {
      durability,
      retain,
      onRemoved: (removed) => removals.add(removed),
      onLost: (what) => logger.error("database lost", { error: what }),
    })
  );
  if (options.lobbyLog !== undefined) {
    try {
      const log = await options.lobbyLog(store.isEmpty ? undefined : store.room(LOBBY_ID).logId);
      start(() => store.setLobbyLog(log));
    } catch (error) {
      store.close();
      throw error;
    }
  }
  return start(() => {
    warnIfOthersRead(path, "database", logger);
    const newest = store.room(LOBBY_ID).newestBefore(Infinity)?.at;
    const time = new TrustedTime({
      newestMs: newest === undefined ? undefined : Date.parse(newest),
    });
    const maintenance = new MaintenanceSchedule(store, {
      time: () => time.now(),
      onIdle: () => removals.pause(),
      onError: (error) => logger.error("maintenance fails", { error: String(error) }),
    });
    return {
      store,
      start,
      close() {
        maintenance[Symbol.dispose]();
        removals.tell();
        const { lost } = store;
        store.close();
        return lost === undefined;
      },
    };
  });
}

/** A sentence that begins with a file's name keeps it as it is. */
function capitalized(text: string): string {
  return text.replace(/^cannot/, "Cannot");
}

/** Not more often than this, in milliseconds. */
const PAUSE_MS = 60_000;

/** Sums up what was removed. */
export class RemovalLog {
  readonly #logger: Logger;
  readonly #now: () => number;
  #count = 0;
  #upTo = "";
  #toldMs = -Infinity;

  /**
   * Nothing has been removed yet.
   *
   * @param logger Where it is told.
   * @param now A monotonic clock in milliseconds.
   */
  constructor(logger: Logger, now: () => number = () => performance.now()) {
    this.#logger = logger;
    this.#now = now;
  }

  /** A few events more have been removed. */
  add({ count, upTo }: Removed): void {
    this.#count += count;
    this.#upTo = upTo;
  }

  /** There is nothing more to remove for now. */
  pause(): void {
    if (this.#now() - this.#toldMs >= PAUSE_MS) this.tell();
  }

  /** Tells what has not been told. */
  tell(): void {
    if (this.#count === 0) return;
    this.#toldMs = this.#now();
    this.#logger.info("events removed", { count: this.#count, upTo: this.#upTo });
    this.#count = 0;
  }
}
