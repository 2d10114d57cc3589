/**
 * `chat serve`, from checked options to the exit code.
 *
 * @module
 */

import { printOut } from "../print.ts";
import { VERSION } from "../version.ts";
import { banner, machineAddresses } from "./banner.ts";
import { listen } from "./listen.ts";
import { createLogger } from "./logger.ts";
import { openStore } from "./open_store.ts";
import type { ServeOptions } from "./options.ts";
import { ChatServer } from "./server.ts";
import { onStopSignal } from "./stop_signal.ts";

/** How long the last log lines may take to be written. */
const LOG_FLUSH_MS = 1_000;

/**
 * Serves a room until a signal ends it.
 *
 * @returns 0, the exit code.
 * @throws {Failure} When the port or the database cannot be opened.
 */
export async function runServer(options: ServeOptions): Promise<number> {
  const { host } = options;
  const logger = createLogger({ format: options.logFormat, level: options.logLevel });
  // The port first: where that is taken, no database is made.
  const listener = listen(options);
  const { port } = listener.addr;
  const { store, close: closeStore } = await openStore(options, logger);
  const server = new ChatServer({ ...options, store, logger });

  const stopped = new Promise<Deno.Signal>((stop) =>
    onStopSignal({ stop, abort: () => Deno.exit(1) })
  );
  printOut(banner({ host, port, addresses: machineAddresses(), version: VERSION }));
  logger.info("listening", { host, port });
  dropPermissions();
  server.serve(listener);

  const signal = await stopped;
  logger.info("stopping", { signal, clients: server.connections });
  await server.shutdown();
  closeStore();
  logger.info("stopped");
  await logger.flush(LOG_FLUSH_MS);
  return 0;
}

/** Listening is done: from here on the program only accepts, reads and writes. */
function dropPermissions(): void {
  for (const name of ["read", "write", "run", "env", "ffi", "sys", "import", "net"] as const) {
    Deno.permissions.revokeSync({ name });
  }
}
