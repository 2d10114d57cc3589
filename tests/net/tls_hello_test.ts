/**
 * Found beside `tests/server/leaving_test.ts`: what begins like a TLS hello was read on at full
 * speed.
 *
 * @module
 */

import { assertEquals, assertLess } from "@std/assert";
import type { StreamConn } from "../../src/net/stream_conn.ts";
import { TcpLineConnection } from "../../src/net/tcp.ts";
import { batchesOf } from "../helpers/batches.ts";

Deno.test("A TLS hello on a plain port that never ends is not read for long", async () => {
  let bytes = 0;
  const endless: StreamConn = {
    remoteAddr: { transport: "tcp", hostname: "10.9.9.9", port: 9 },
    read(buffer) {
      if (bytes > 10_000_000) return Promise.resolve(null);
      buffer.fill(0x16).set([0x16, 0x03, 0x01]);
      bytes += buffer.length;
      return Promise.resolve(buffer.length);
    },
    write: (data) => Promise.resolve(data.length),
    closeWrite: () => Promise.resolve(),
    close() {},
  };
  const conn = new TcpLineConnection(endless, { telnet: true });
  const lines = [];
  for await (const batch of batchesOf(conn)) lines.push(...batch);
  assertEquals(lines, ["\x16"]);
  assertLess(bytes, 200_000);
});
