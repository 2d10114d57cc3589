import { assert, assertEquals } from "@std/assert";
import { Connection, MAX_UNWRITTEN_CHARS } from "../../../src/client/core/connection.ts";
import type { LineConnection } from "../../../src/net/line_connection.ts";
import type { Line } from "../../../src/protocol/framing.ts";
import { ManualTimers } from "./manual_timers.ts";

/** A connection that a test feeds by hand; what is written is kept, or stands still. */
class HandMade implements LineConnection {
  readonly peer = { address: "127.0.0.1", port: 1, transport: "tcp" as const };
  readonly broken = false;
  bytesIn = 0;
  burstMs = 0;
  written = "";
  stalled = false;
  closed = false;
  #batches: Line[][] = [];
  #wake = () => {};

  arrive(...lines: string[]): void {
    this.bytesIn += lines.join("\n").length + 1;
    this.#batches.push(lines);
    this.#wake();
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.stalled) return new Promise(() => {});
    this.written += new TextDecoder().decode(bytes);
    return Promise.resolve(bytes.length);
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.closed = true;
    this.#wake();
  }

  async read(): Promise<Line[] | null> {
    while (!this.closed) {
      const batch = this.#batches.shift();
      if (batch !== undefined) return batch;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    return null;
  }
}

/** Everything that is ready happens. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

/** A connection and its time. */
function start({ listen = true, burstMs = 0 } = {}) {
  const wire = new HandMade();
  wire.burstMs = burstMs;
  const timers = new ManualTimers();
  const connection = new Connection(wire, timers);
  const reader = connection.events();
  if (listen) {
    void (async () => {
      for await (const _batch of reader);
    })();
  }
  /** Seconds pass, and in each of them so many bytes of one long line arrive. */
  const pass = async (seconds: number, bytesEach = 0) => {
    for (let i = 0; i < seconds; i++) {
      wire.bytesIn += bytesEach;
      timers.advance(1_000);
      await settle();
    }
  };
  const pings = () => wire.written.split("\n").length - 1;
  return { wire, timers, connection, reader, pass, pings };
}

Deno.test("A line of 60 KB over a link of 4 KiB/s ends nothing, and the server hears us meanwhile", async () => {
  const { wire, pass, pings, connection } = start();
  await pass(15, 4_096);
  assertEquals([wire.closed, pings()], [false, 3]);
  wire.arrive('{"type":"notice","text":"whole"}');
  await pass(1);
  assertEquals(wire.closed, false);
  // It stops in the middle of the next one.
  await pass(3, 4_096);
  await pass(16);
  assertEquals([wire.closed, connection.end], [true, "silent"]);
});

Deno.test("Seven pages in a row over a slow link are waited for, with a ping every 5 s", async () => {
  const { wire, pass, pings } = start();
  for (let page = 1; page <= 7; page++) {
    await pass(15, 4_096);
    wire.arrive('{"type":"notice","text":"a page"}');
    await settle();
  }
  assertEquals(wire.closed, false);
  assert(pings() >= 14, `${pings()} pings in 105 s`);
});

Deno.test("A client that only listens is heard of every 10 s, however much it is told", async () => {
  const { wire, pass, pings } = start();
  for (let i = 0; i < 60; i++) {
    wire.arrive('{"type":"notice","text":"again"}');
    await pass(1);
  }
  assertEquals([wire.closed, pings()], [false, 6]);
});

Deno.test("A client whose screen stands still goes on pinging and gives nothing up", async () => {
  const { wire, reader, pass, pings } = start({ listen: false });
  void reader.next();
  wire.arrive('{"type":"notice","text":"read, and not dealt with"}');
  await settle();
  await pass(100);
  assertEquals([wire.closed, pings()], [false, 20]);
  await reader.return();
});

Deno.test("A transport that shows whole messages only has the time that one of them takes", async () => {
  const { wire, pass } = start({ burstMs: 35_000 });
  await pass(44);
  assertEquals(wire.closed, false);
  await pass(2);
  assertEquals(wire.closed, true);
});

Deno.test("Time is counted as listening only while nothing is being dealt with", async () => {
  const { wire, reader, pass, connection } = start({ listen: false });
  const first = reader.next();
  await settle();
  await pass(3);
  wire.arrive('{"type":"pong"}');
  await first;
  await pass(4);
  assertEquals(connection.listenedMs, 3_000);
  await reader.return();
});

Deno.test("A server that reads nothing and makes us ask is given up, before that costs memory", async () => {
  const { wire, connection } = start();
  wire.stalled = true;
  const ping = { type: "ping", id: "x".repeat(60) } as const;
  const chars = JSON.stringify(ping).length + 1;
  let sent = 0;
  for (; !wire.closed && sent * chars <= 2 * MAX_UNWRITTEN_CHARS; sent++) connection.send(ping);
  assertEquals([wire.closed, connection.end], [true, "silent"]);
  assert(sent * chars <= MAX_UNWRITTEN_CHARS + chars);
  await settle();
});

Deno.test("A check gives a server up that is silent for 5 s more, whatever may be on its way", async () => {
  const { wire, timers, pass, pings, connection } = start({ burstMs: 35_000 });
  await settle();
  connection.check();
  await settle();
  assertEquals(pings(), 1);
  wire.arrive('{"type":"pong"}');
  await pass(20);
  assertEquals([wire.closed, timers.waiting], [false, 1]);
  connection.check();
  await pass(3);
  // It is not put off by another one.
  connection.check();
  await pass(1);
  assertEquals(wire.closed, false);
  await pass(1);
  assertEquals([wire.closed, connection.end], [true, "silent"]);
});
