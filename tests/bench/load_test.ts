/**
 * The load generator against servers that do what they should, and servers that do not.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { Load } from "../../bench/load.ts";
import { LoadClient } from "../../bench/load/client.ts";
import { versionOf } from "../../bench/peers/peer.ts";
import { writeAll } from "../../bench/load/shared.ts";
import { StreamError } from "../../bench/load/stream_error.ts";
import { WIRES } from "../../bench/load/wire.ts";

const encoder = new TextEncoder();

/** A relay of lines that may change what it passes on; speaks the raw wire. */
class Relay implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #conns: Deno.Conn[] = [];
  readonly #tamper: (lines: string, to: number) => string;
  readonly #over: Promise<void>;

  constructor(tamper: (lines: string, to: number) => string = (lines) => lines) {
    this.#tamper = tamper;
    this.#over = this.#accept();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#over;
  }

  async #accept(): Promise<void> {
    const serving: Promise<void>[] = [];
    try {
      while (true) serving.push(this.#serve(await this.#listener.accept()));
    } catch {
      await Promise.all(serving);
    }
  }

  async #serve(conn: Deno.Conn): Promise<void> {
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(64 * 1024);
    let rest = "";
    try {
      await conn.read(buffer);
      await writeAll(conn, encoder.encode("Welcome, you!\n"));
      this.#conns.push(conn);
      for (let count; (count = await conn.read(buffer)) !== null;) {
        const text = rest + decoder.decode(buffer.subarray(0, count));
        const end = text.lastIndexOf("\n") + 1;
        rest = text.slice(end);
        for (const [index, other] of this.#conns.entries()) {
          await writeAll(other, encoder.encode(this.#tamper(text.slice(0, end), index)));
        }
      }
    } catch {
      // The load is over.
    } finally {
      conn.close();
    }
  }
}

Deno.test("Load floods twice, counts what everybody got, and counts on", async () => {
  await using relay = new Relay();
  using load = await Load.connect(relay.port, { wire: "raw", senders: 1, receivers: 3 });
  await load.flood(50);
  const result = await load.flood(50);
  assertEquals(result.lines, 50);
  assertEquals(result.deliveries, 150);
  assertEquals(result.bytes, 4 * 50 * 69);
  assert(result.seconds > 0);
});

Deno.test("Load fails when one of its clients gets a changed line", async () => {
  await using relay = new Relay((lines, to) =>
    to === 1 ? lines.replace("00000040", "00000041") : lines
  );
  using load = await Load.connect(relay.port, { wire: "raw", receivers: 3 });
  await assertRejects(() => load.flood(50), StreamError, "00000040");
});

Deno.test("Load fails when something comes behind the last line", async () => {
  await using relay = new Relay((lines) => lines.replace(/(.*00000049 x+\n)/, "$1late\n"));
  using load = await Load.connect(relay.port, { wire: "raw", receivers: 3 });
  await assertRejects(() => load.flood(50), StreamError, "late");
});

Deno.test("Load says that the time is up when lines are missing at the end", async () => {
  await using relay = new Relay((lines, to) =>
    to === 2 ? lines.replace(/.*00000049 x+\n/, "") : lines
  );
  using load = await Load.connect(relay.port, { wire: "raw", receivers: 3 });
  await assertRejects(() => load.flood(50, { timeoutMs: 300 }), Error, "1 of 4 clients");
});

Deno.test("LoadClient answers the question whether it is there", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const joining = LoadClient.join(listener.addr.port, { name: "ada", wire: WIRES.nats });
  using conn = await listener.accept();
  const buffer = new Uint8Array(1024);
  await conn.read(buffer);
  await writeAll(conn, encoder.encode("INFO {}\r\nPONG\r\nPING\r\n"));
  using _client = await joining;
  const count = await conn.read(buffer);
  assertEquals(new TextDecoder().decode(buffer.subarray(0, count ?? 0)), "PONG\r\n");
});

Deno.test("A peer that is not installed has no version", async () => {
  assertEquals(await versionOf("chat-bench-no-such-program", /(.*)/), null);
});
