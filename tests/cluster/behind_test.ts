/**
 * A real server that falls far behind a real nats-server.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { LOBBY } from "../../src/protocol/messages.ts";
import { nameKeys } from "../../src/protocol/look_alikes.ts";
import { clusterTest, PATIENCE_MS, rowsOf } from "../helpers/cluster_lab.ts";
import { JsonClient } from "../helpers/json_client.ts";
import { until } from "../helpers/wait.ts";
import { WatchedStream } from "../order/nats/watched.ts";

/** Messages of 100 characters, in batches of 1,000. */
const BEHIND = 100_000;
const BATCH = 1_000;

clusterTest(
  "A server that falls 100,000 messages behind has all of them, once and in order",
  async (lab) => {
    // Who does not read is dropped by NATS, and has to fetch what it has missed.
    await lab.nats.reload({ config: 'write_deadline: "200ms"' });
    const databases = ["a", "b"].map((name) => `${lab.directory}/${name}.db`);
    await using _a = await lab.start("--db", databases[0]!);
    await using b = await lab.start("--db", databases[1]!);
    const { client: bob } = await JsonClient.join(b.port, "bob");
    await using _bob = bob;
    await using flood = await WatchedStream.open({ servers: [lab.nats.url] }, null);
    let n = 0;
    async function publish(c: readonly unknown[]): Promise<void> {
      const batch = { v: 1, s: "flood", n: ++n, at: Date.now(), rooms: 1_000, c };
      await flood.insist(JSON.stringify(batch));
    }
    // The second place, after bob's.
    const member = 2;
    const keys = nameKeys("flood");
    const rooms = [{ name: LOBBY }];
    await publish([{
      ...{ type: "join", name: "flood", session: null, address: "10.0.0.1" },
      ...{ rooms, owner: "flood", keys },
    }]);
    await bob.next("join");
    b.signal("SIGSTOP");
    try {
      for (let from = 0; from < BEHIND; from += BATCH) {
        await publish(Array.from({ length: BATCH }, (_, i) => (
          { type: "say", member, room: flood.stream.id, text: `${from + i}`.padEnd(100, ".") }
        )));
      }
      await until(() => countOf(databases[0]!) === BEHIND, "all of it at the other", PATIENCE_MS);
      // NATS gives up writing to who does not read.
      await until(() => lab.nats.log().includes("Slow Consumer"), "a slow reader");
    } finally {
      b.signal("SIGCONT");
    }
    await bob.say("slow, but here", "1");
    await until(() => countOf(databases[1]!) === BEHIND + 1, "all of it", PATIENCE_MS);
    await until(() => countOf(databases[0]!) === BEHIND + 1, "what is said then", PATIENCE_MS);
    const rows = rowsOf(databases[1]!);
    const texts = rows[0]!.filter(({ type }) => type === "message").map(({ text }) => text);
    const said = Array.from({ length: BEHIND }, (_, i) => `${i}`.padEnd(100, "."));
    assertEquals(texts.slice(0, -1), said);
    assertEquals(texts.at(-1), "slow, but here");
    assertEquals(rows, rowsOf(databases[0]!));
  },
);

function countOf(path: string): unknown {
  using db = new DatabaseSync(path, { readOnly: true });
  return db.prepare("SELECT COUNT(*) AS n FROM events WHERE type = 'message'").get()?.["n"];
}
