/**
 * The stream on one real nats-server.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { batchHash, MAX_BATCH_BYTES, NotStored } from "../../../src/order/nats/stream.ts";
import { NatsServer, needsNats } from "../../helpers/nats.ts";
import { until } from "../../helpers/wait.ts";
import { Admin } from "./admin.ts";
import { numbered, WatchedStream } from "./watched.ts";

const ignore = !await needsNats();
const encoder = new TextEncoder();

Deno.test({
  name: "All servers are handed the same batches under the same numbers",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    const servers = [nats.url];
    await using one = await WatchedStream.open({ servers });
    await using two = await WatchedStream.open({ servers });
    assertEquals(one.stream.id, two.stream.id);
    const texts = numbered(200);
    await Promise.all(texts.map((text, i) => (i % 2 === 0 ? one : two).publish(text)));
    for (const watched of [one, two]) {
      await watched.heard(texts[0]!);
      while (watched.seqs.length < 200) await watched.heard(texts[watched.seqs.length]!);
    }
    assertEquals(one.seqs, texts.map((_, i) => i + 1));
    assertEquals([two.seqs, two.batches], [one.seqs, one.batches]);
    assertEquals(one.batches.toSorted(), texts.toSorted());
  },
});

Deno.test({
  name: "Who comes later is handed what was stored before, from its position on",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    const servers = [nats.url];
    await using one = await WatchedStream.open({ servers });
    const texts = numbered(150);
    for (const text of texts) await one.publish(text);
    await using all = await WatchedStream.open({ servers });
    assertEquals(all.batches, texts);
    assert(all.times.every((time) => time !== null && Math.abs(time - Date.now()) < 3_600_000));
    const hash = batchHash(encoder.encode("b100"));
    await using rest = await WatchedStream.open({ servers }, { seq: 100, hash });
    assertEquals([rest.seqs[0], ...rest.batches], [101, ...texts.slice(100)]);
    await one.publish("new");
    await rest.heard("new");
    assertEquals(rest.seqs.at(-1), 151);
  },
});

Deno.test({
  name: "Single messages are found by their number, whatever they hold",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await using one = await WatchedStream.open({ servers: [nats.url] });
    const large = "x".repeat(MAX_BATCH_BYTES);
    for (const batch of ["first", "", large]) await one.publish(batch);
    for (const [i, expected] of ["first", "", large].entries()) {
      assertEquals(text((await one.stream.get(i + 1))!.batch), expected);
    }
    assertEquals(await one.stream.get(4), null);
    await one.heard(large);
  },
});

Deno.test({
  name: "Servers signal to all and to one, and ask each other",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    const servers = [nats.url];
    await using one = await WatchedStream.open({ servers });
    await using two = await WatchedStream.open({ servers });
    const heard: string[] = [];
    one.stream.onSignal("alive", (data) => heard.push(`one ${text(data)}`));
    two.stream.onSignal("alive", (data) => heard.push(`two ${text(data)}`));
    two.stream.onSignal("to.two", (data, reply) => {
      heard.push(`${text(data)}${reply === undefined ? "" : "?"}`);
      reply?.(encoder.encode(`yes, ${text(data)}`));
    });
    // NATS takes what comes over one connection in its order.
    await Promise.all([one, two].map(({ stream }) => stream.get(1)));
    two.stream.signal("alive", encoder.encode("I"));
    await until(() => heard.length === 2, "both to hear it");
    assertEquals(heard.toSorted(), ["one I", "two I"]);
    one.stream.signal("to.two", encoder.encode("psst"));
    assertEquals(
      text(await one.stream.request("two", encoder.encode("there"), 5_000)),
      "yes, there",
    );
    assertEquals(heard.slice(2), ["psst", "there?"]);
    await assertRejects(() => one.stream.request("three", encoder.encode("there?"), 60_000));
  },
});

Deno.test({
  name: "Two clusters on one NATS know nothing of each other",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    const servers = [nats.url];
    await using one = await WatchedStream.open({ servers });
    await using other = await WatchedStream.open({ servers, cluster: "blue" });
    await one.publish("one");
    await other.publish("blue");
    await one.heard("one");
    await other.heard("blue");
    assertEquals([one.batches, other.batches], [["one"], ["blue"]]);
  },
});

Deno.test({
  name: "Several servers that start at once on an empty NATS agree on one stream",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    const servers = [nats.url];
    const opened = await Promise.all(
      Array.from({ length: 5 }, () => WatchedStream.open({ servers }, null)),
    );
    const ids = new Set(opened.map(({ stream }) => stream.id));
    for (const watched of opened) await watched[Symbol.asyncDispose]();
    assertEquals(ids.size, 1);
  },
});

Deno.test({
  name: "A stream that takes no more refuses, which is told once, and goes on when there is room",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    await using one = await WatchedStream.open({ servers: [nats.url] });
    await using admin = await Admin.at(nats.url);
    await one.publish("a");
    await admin.change("CHAT", { max_msgs: 2 });
    await one.publish("b");
    for (let i = 0; i < 3; i++) await assertRejects(() => one.publish("c"), NotStored);
    assertEquals(one.troubles, ["full"]);
    assert(one.inTouch);
    await admin.change("CHAT", { max_msgs: -1 });
    await one.publish("d");
    await one.heard("d");
    assertEquals(one.batches, ["a", "b", "d"]);
    await admin.change("CHAT", { max_msgs: 3 });
    await assertRejects(() => one.publish("e"), NotStored);
    assertEquals(one.troubles, ["full", "full"]);
  },
});

function text(data: Uint8Array): string {
  return new TextDecoder().decode(data);
}
