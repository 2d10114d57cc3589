/**
 * Real servers that hold the same rooms on one real nats-server, for end-to-end tests.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { NatsServer, needsNats } from "./nats.ts";
import { type RunningServer, startServer } from "./program.ts";

const ignore = !await needsNats();

/** Longer than it takes to find a server dead, or NATS away: ms. */
export const PATIENCE_MS = 60_000;

/** What a test of a cluster has. */
export interface ClusterLab {
  /** Its own. */
  readonly nats: NatsServer;
  /** For databases; removed at the end. */
  readonly directory: string;
  /** Starts a server of the cluster. */
  readonly start: (...flags: string[]) => Promise<RunningServer>;
}

/** A test of servers on a NATS of their own. Skipped loudly where there is no nats-server. */
export function clusterTest(name: string, fn: (lab: ClusterLab) => Promise<void>): void {
  Deno.test({
    name,
    ignore,
    async fn() {
      await using nats = await NatsServer.start();
      const directory = await Deno.makeTempDir({ prefix: "chat-cluster-" });
      try {
        const start = (...flags: string[]) => startServer(["--nats", nats.url, ...flags]);
        await fn({ nats, directory, start });
      } finally {
        await Deno.remove(directory, { recursive: true });
      }
    },
  });
}

/** A server's database, as far as it is the same on all. */
export function rowsOf(path: string): readonly (readonly Record<string, unknown>[])[] {
  using db = new DatabaseSync(path, { readOnly: true });
  const events = "SELECT seq, at, type, name, text, new_name, reason, id, by FROM events";
  const rooms = "SELECT id, name, log, topic, key, unlisted FROM rooms WHERE gone = 0";
  return [events, rooms].map((sql) => db.prepare(`${sql} ORDER BY 1`).all());
}
