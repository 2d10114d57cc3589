import { assertEquals } from "@std/assert";
import {
  addressOf,
  closeQuietly,
  dropInput,
  peerOf,
  sendAtOnce,
} from "../../src/net/stream_conn.ts";
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
