import { assertEquals } from "@std/assert";
import {
  addressOf,
  closeQuietly,
  dropInput,
  GatedConn,
  peerOf,
  sendAtOnce,
} from "../../src/net/stream_conn.ts";
import { Turns } from "../../src/net/turns.ts";
import { FakeConn } from "./fake_conn.ts";

Deno.test("dropInput reads to the end, as much as it may, or until the connection is gone", async () => {
  const conn = new FakeConn(["one", "two"]);
  await dropInput(conn);
  assertEquals(conn.offered.length, 3);
  const endless = new FakeConn(Array<Uint8Array>(100).fill(new Uint8Array(1_000)));
  await dropInput(endless, 4_500);
  assertEquals(endless.offered.length, 5);
  await dropInput(new FakeConn([new Deno.errors.ConnectionReset("reset")]));
});

Deno.test("sendAtOnce and closeQuietly never throw", () => {
  sendAtOnce(Object.assign(new FakeConn([]), {
    setNoDelay(): void {
      throw new Deno.errors.BadResource("gone");
    },
  }));
  sendAtOnce(new FakeConn([]));
  closeQuietly(new FakeConn([]));
});

Deno.test("A connection without an address has an empty one", () => {
  const conn = new FakeConn([]);
  assertEquals(peerOf(conn, "tls"), { address: "192.0.2.7", port: 4711, transport: "tls" });
  const remoteAddr = { transport: "unix", path: "/run/x" } as const;
  assertEquals(addressOf({ remoteAddr }), "");
});

/** Everything that is ready happens. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

Deno.test("What a read brings is handed on when it is this connection's turn", async () => {
  let nowMs = 0;
  let rested = () => {};
  let turnEnds = () => {};
  const turns = new Turns({
    now: () => nowMs,
    after: (_ms, call) => {
      rested = call;
      return () => {};
    },
    soon: (call) => turnEnds = call,
  });
  const conn = new GatedConn(new FakeConn(["one", "two"]), turns, "192.0.2.7");
  const buffer = new Uint8Array(8);
  assertEquals(await conn.read(buffer), 3);
  // Somebody works for so long that the loop has to rest.
  nowMs = 20;
  let length: number | null | undefined;
  conn.read(buffer).then((read) => length = read);
  await settle();
  assertEquals(length, undefined);
  turnEnds();
  rested();
  await settle();
  assertEquals(length, 3);
  turns.close();
  assertEquals([await conn.read(buffer), conn.turn()], [null, null]);
});
