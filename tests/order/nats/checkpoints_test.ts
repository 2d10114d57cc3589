/**
 * Checkpoints on one real nats-server.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Checkpoints } from "../../../src/order/nats/checkpoints.ts";
import { JetStream } from "../../../src/order/nats/jetstream.ts";
import { Link } from "../../../src/order/nats/link.ts";
import { natsNames } from "../../../src/order/nats/options.ts";
import { batchHash, type BatchStream, type Checkpoint } from "../../../src/order/nats/stream.ts";
import { NatsServer, needsNats } from "../../helpers/nats.ts";
import { Admin } from "./admin.ts";
import { numbered, WatchedStream } from "./watched.ts";

const ignore = !await needsNats();

function state(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function all(states: AsyncIterable<Checkpoint>): Promise<string[]> {
  return await Array.fromAsync(states, ({ data }) => new TextDecoder().decode(data));
}

async function saved(stream: BatchStream): Promise<string[]> {
  return await all(stream.checkpoints());
}

Deno.test({
  name: "Checkpoints come back newest first, of any size, to any server, and the newest 48 of them",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    const servers = [nats.url];
    await using one = await WatchedStream.open({ servers });
    assertEquals(await saved(one.stream), []);
    await one.stream.saveCheckpoint(state("first"), 1);
    await one.stream.saveCheckpoint(state(""), 2);
    const large = crypto.getRandomValues(new Uint8Array(65_536));
    const huge = new Uint8Array(1_600_000);
    for (let start = 0; start < huge.length; start += 60_000) {
      huge.set(large.subarray(0, Math.min(60_000, huge.length - start)), start);
    }
    await one.stream.saveCheckpoint(huge, 3);
    await using two = await WatchedStream.open({ servers });
    const found = await Array.fromAsync(two.stream.checkpoints());
    assertEquals(found.map(({ data }) => batchHash(data)), [
      batchHash(huge),
      batchHash(state("")),
      batchHash(state("first")),
    ]);
    for (let seq = 4; seq <= 60; seq++) await two.stream.saveCheckpoint(state(`s${seq}`), seq);
    const rest = await saved(one.stream);
    assertEquals([rest.length, rest[0], rest[47]], [48, "s60", "s13"]);
  },
});

Deno.test({
  name: "A checkpoint that is not whole, is none, or is of another log is passed over",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    const servers = [nats.url];
    await using one = await WatchedStream.open({ servers });
    await one.stream.saveCheckpoint(state("good"), 1);
    await using admin = await Admin.at(nats.url);
    const log = one.stream.id;
    const hash = batchHash(state("x"));
    for (
      const head of [
        "no head",
        JSON.stringify({ log, seq: 2, pieces: [999], hash }),
        JSON.stringify({ log, seq: 3, pieces: [1], hash }),
        JSON.stringify({ log, seq: "4", pieces: [1], hash: batchHash(state("good")) }),
        JSON.stringify({ log: "other", seq: 5, pieces: [1], hash: batchHash(state("good")) }),
      ]
    ) {
      await admin.publish("chat.state.head", head);
    }
    assertEquals(await saved(one.stream), ["good"]);
  },
});

Deno.test({
  name: "The stream forgets what comes before the newest checkpoint that is old enough",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await using one = await WatchedStream.open({ servers: [nats.url] });
    await using admin = await Admin.at(nats.url);
    for (const text of numbered(30)) await one.publish(text);
    const nobody = { onLost() {}, onBack() {}, onForbidden() {} };
    const link = await Link.open({ servers: [nats.url] }, nobody);
    try {
      const jetStream = new JetStream(link);
      const young = new Checkpoints(jetStream, natsNames(), { log: one.stream.id });
      const old = new Checkpoints(jetStream, natsNames(), { log: one.stream.id, keptMs: 0 });
      for (const seq of [0, 1, 10, 20]) await young.save(state(`s${seq}`), seq);
      assertEquals((await admin.state("CHAT")).messages, 30);
      // Now one of the four is old enough: that of the moment itself.
      await old.save(state("s25"), 25);
      assertEquals((await admin.state("CHAT")).first_seq, 25);
      assertEquals(await all(old.newestFirst()), ["s25", "s20", "s10", "s1", "s0"]);
      await old.save(state("s0"), 0);
      assertEquals((await admin.state("CHAT")).first_seq, 25);
    } finally {
      await link.close();
    }
    // A server that begins at that checkpoint misses nothing.
    const hash = batchHash(state("b25"));
    await using late = await WatchedStream.open({ servers: [nats.url] }, { seq: 25, hash });
    assertEquals(late.batches, ["b26", "b27", "b28", "b29", "b30"]);
  },
});
