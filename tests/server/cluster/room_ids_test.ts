/** Two million rooms later: the first numbers are used again, the same ones by all servers. */

import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { MAX_ROOM_IDS } from "../../../src/store/room_ids.ts";
import { finish } from "../../../src/store/room_store.ts";
import { openSqliteStore } from "../../../src/store/sqlite/store.ts";
import { MemoryNats } from "../../order/nats/memory_stream.ts";
import { advance, ClusterHarness } from "./cluster_harness.ts";

function idsOf({ server }: ClusterHarness): (readonly [string, number])[] {
  return [...server.rooms.all()].map(({ name, id }) => [name, id]);
}

Deno.test("servers with databases and without go on after the last number of a room", async () => {
  const directory = await Deno.makeTempDir();
  const open = (name: string) =>
    openSqliteStore(`${directory}/${name}.db`, { durability: "process" });
  try {
    const store = open("a");
    const log = store.rooms()[0]!.log;
    store.close();
    {
      using db = new DatabaseSync(`${directory}/a.db`);
      db.exec(`UPDATE sqlite_sequence SET seq = ${MAX_ROOM_IDS - 3} WHERE name = 'rooms'`);
    }
    await Deno.copyFile(`${directory}/a.db`, `${directory}/b.db`);
    const nats = new MemoryNats({ id: log });
    {
      await using a = await ClusterHarness.open(nats, { store: open("a") }, { isImport: true });
      await using b = await ClusterHarness.open(nats, { store: open("b") });
      await using c = await ClusterHarness.open(nats);
      await advance([a, b, c], 3_000);
      const all = [a, b, c];
      assertEquals(all.map(({ server }) => server.state.rules), [3, 3, 3]);
      const ada = await a.json("ada");
      const bob = await b.json("bob");
      for (const room of ["r1", "r2", "r3", "r4"]) {
        const { conn } = room === "r3" ? bob : ada;
        await conn.request({ type: "join", room });
        await conn.request({ type: "say", room, text: `in ${room}` });
      }
      const ids = [MAX_ROOM_IDS - 2, MAX_ROOM_IDS - 1, 1, 2];
      const expected: [string, number][] = [
        ["lobby", 0],
        ...ids.map((id, n): [string, number] => [`r${n + 1}`, id]),
      ];
      for (const one of all) assertEquals(idsOf(one), expected);
    }
    {
      await using b = await ClusterHarness.open(nats, { store: open("b") });
      await using a = await ClusterHarness.open(nats, { store: open("a") });
      await using c = await ClusterHarness.open(nats);
      const eve = await a.json("eve");
      await eve.conn.request({ type: "join", room: "r5" });
      await eve.conn.request({ type: "say", room: "r5", text: "in r5" });
      for (const one of [a, b, c]) {
        assertEquals(idsOf(one).at(-1), ["r5", 3]);
        for (const name of ["r1", "r2", "r3", "r4", "r5"]) {
          const { events } = finish(one.server.rooms.get(name)!.store.pageAfter(0, 100));
          const texts = events.flatMap((event) => event.type === "message" ? [event.text] : []);
          assertEquals(texts, [`in ${name}`]);
        }
      }
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
