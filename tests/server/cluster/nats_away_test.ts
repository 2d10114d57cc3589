/**
 * A real nats-server is away for an hour: the clocks of the servers, and what NATS says of the
 * time, are turned by the test.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { openNatsStream } from "../../../src/order/nats/nats_stream.ts";
import type { BatchStream, StreamHandlers } from "../../../src/order/nats/stream.ts";
import type { LogEvent } from "../../../src/protocol/messages.ts";
import { finish } from "../../../src/store/room_store.ts";
import { NatsServer, needsNats } from "../../helpers/nats.ts";
import { until } from "../../helpers/wait.ts";
import type { MemoryConnection } from "../memory_connection.ts";
import { advance, ClusterHarness, type StreamSource } from "./cluster_harness.ts";

const HOUR_MS = 3_600_000;

/** An election, or a connection that is tried again, and a busy machine: ms. */
const PATIENCE_MS = 60_000;

/** NATS whose clock runs ahead of that of its machine. */
class TurnedNats implements StreamSource<BatchStream>, AsyncDisposable {
  aheadMs = 0;
  readonly #servers: readonly string[];
  readonly #streams: BatchStream[] = [];

  constructor(nats: NatsServer) {
    this.#servers = [nats.url];
  }

  async open(handlers: StreamHandlers): Promise<BatchStream> {
    const stream = await openNatsStream({ servers: this.#servers }, {
      ...handlers,
      onBatch: (seq, batch, storedAtMs) => {
        handlers.onBatch(seq, batch, storedAtMs === null ? null : storedAtMs + this.aheadMs);
      },
    });
    this.#streams.push(stream);
    const get = stream.get.bind(stream);
    stream.get = async (seq) => {
      const stored = await get(seq);
      return stored === null ? null : { ...stored, storedAtMs: stored.storedAtMs + this.aheadMs };
    };
    return stream;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stream of this.#streams) await stream.close();
  }
}

function eventsAt({ server }: ClusterHarness<BatchStream>): readonly LogEvent[] {
  return finish(server.rooms.lobby.store.pageAfter(0, 1_000)).events;
}

Deno.test({
  name:
    "NATS is away for an hour: nobody is found dead, and all is said once, at the time it is then",
  ignore: !await needsNats(),
  async fn() {
    await using nats = await NatsServer.start();
    await using turned = new TurnedNats(nats);
    await using here = await ClusterHarness.open(turned);
    await using there = await ClusterHarness.open(turned);
    const servers = [here, there];

    // A program that says nothing for 30 s is lost.
    let living: readonly MemoryConnection[] = [];
    async function whenAll(check: (one: typeof here) => boolean, what: string): Promise<void> {
      // Slowly, since NATS and the other server answer in between.
      async function isSo(): Promise<boolean> {
        await advance(servers, 200);
        for (const conn of living) await conn.request({ type: "ping" });
        return servers.every(check);
      }
      await until(isSo, what, PATIENCE_MS);
    }

    await whenAll(({ server }) => server.state.servers.living().length === 2, "two servers");
    const connections = [await here.connect(), await there.connect(), await there.connect()];
    const [ada, bob, eve] = connections as [typeof connections[0], ...typeof connections];
    for (const [conn, name] of [[ada, "ada"], [bob!, "bob"], [eve!, "eve"]] as const) {
      await conn.request({ type: "hello", protocol: 1, name });
    }
    await whenAll((one) => eventsAt(one).length === 3, "three who are here");
    for (const conn of connections) conn.events();
    living = [ada, bob!];

    await nats.end();
    await ada.request({ type: "say", text: "from ada", id: "1" });
    await bob!.request({ type: "say", text: "from bob", id: "1" });
    await eve!.close();
    await whenAll(({ clusterLog }) => clusterLog.some(({ event }) => event === "cut off"), "word");
    for (; turned.aheadMs < HOUR_MS; turned.aheadMs += 20_000) {
      await advance(servers, 20_000);
      for (const conn of living) await conn.request({ type: "ping" });
    }
    for (const conn of living) {
      const told = conn.events().filter(({ type }) => type !== "pong");
      assertEquals(told.map(({ type }) => type), ["notice"], "told once, and shown nothing");
    }

    nats.run();
    await nats.ready();
    await whenAll((one) => eventsAt(one).length === 6, "what was kept");
    assertEquals(eventsAt(here), eventsAt(there));
    const now = eventsAt(here).slice(3);
    assertEquals(
      now.flatMap((event) => event.type === "message" ? [event.text] : []).toSorted(),
      ["from ada", "from bob"],
    );
    assertEquals(
      now.map(({ type }) => type).toSorted(),
      ["leave", "message", "message"],
      "who was lost meanwhile has left, and nobody else",
    );
    await whenAll(({ clusterLog }) => clusterLog.at(-1)?.event === "in touch", "touch");
    await ada.request({ type: "say", text: "again", id: "1.1" });
    await whenAll((one) => eventsAt(one).length === 7, "what is said then");
    const offMs = Date.parse(eventsAt(there).at(-1)!.at) - Date.now() - turned.aheadMs;
    assert(Math.abs(offMs) < 600_000, `said ${offMs} ms off`);
    for (const { clusterLog, fatal } of servers) {
      assertEquals(clusterLog.filter(({ event }) => event === "server dead"), []);
      assertEquals(fatal, []);
    }
    const leaving = living;
    living = [];
    for (const conn of leaving) await conn.close();
    await whenAll((one) => eventsAt(one).length === 9, "the end");
  },
});
