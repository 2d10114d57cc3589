/**
 * Found by the chaos suite: peers that were being let go could make the server read as fast as they
 * wrote, past all flood control, and take a whole processor with a hundred connections.
 *
 * @module
 */

import { assertEquals, assertLess } from "@std/assert";
import type { LineConnection, Peer } from "../../src/net/line_connection.ts";
import type { Line } from "../../src/protocol/framing.ts";
import { Harness } from "./harness.ts";
import { settle } from "./manual_clock.ts";

/** A peer that sends a first line and then as much as anybody will read. */
class Firehose implements LineConnection {
  readonly peer: Peer = { address: "10.9.9.9", port: 9, transport: "tcp" };
  readonly broken = false;
  received = "";
  closed = false;
  batches = 0;

  readonly #batch: Line[];
  #first: Line[] | null;

  constructor(first: string, batch: Line[]) {
    this.#first = [first];
    this.#batch = batch;
  }

  async read(): Promise<Line[] | null> {
    const first = this.#first;
    this.#first = null;
    if (first !== null) return first;
    await Promise.resolve();
    return !this.closed && this.batches++ < 10_000 ? this.#batch : null;
  }

  write(bytes: Uint8Array): Promise<number> {
    this.received += new TextDecoder().decode(bytes);
    return Promise.resolve(bytes.length);
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.closed = true;
  }
}

for (
  const [what, batch] of [
    ["lines", Array.from({ length: 100 }, () => "x".repeat(600))],
    ["one line without an end", [{ overlong: true, discarded: 1_048_576, begins: false }]],
  ] as const
) {
  Deno.test(`Who is let go and goes on pouring ${what} is told why, and is not listened to for long`, async () => {
    await using harness = new Harness();
    const hose = new Firehose("GET / HTTP/1.1", [...batch]);
    const served = harness.server.connect(hose);
    for (let i = 0; i < 200 && !hose.closed; i++) await settle();
    assertEquals(hose.closed, true, "the server goes on reading");
    assertLess(hose.batches, 20);
    assertEquals(hose.received.split("\n").length, 2, hose.received);
    await served;
  });
}

Deno.test("Who leaves has a moment in which what is still on its way is read and dropped", async () => {
  await using harness = new Harness();
  const ada = await harness.plain("ada");
  await ada.send("/quit\n");
  await ada.send("a line that was on its way\n".repeat(1_000));
  assertEquals(ada.closed, false);
  await harness.clock.advance(2_000);
  assertEquals(ada.closed, true);
});
