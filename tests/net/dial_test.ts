import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { dial } from "../../src/net/dial.ts";
import type { TcpLineConnection } from "../../src/net/tcp.ts";
import { batchesOf } from "../helpers/batches.ts";

const hostname = "127.0.0.1";

Deno.test("dial connects, and lines go both ways", async () => {
  using listener = Deno.listen({ hostname, port: 0 });
  const accepted = listener.accept();
  const connection = await dial({ hostname, port: listener.addr.port }, { timeoutMs: 5_000 });
  using server = await accepted;
  await server.write(new TextEncoder().encode("hello\n"));
  await server.closeWrite();
  assertEquals(await Array.fromAsync(batchesOf(connection)), [["hello"]]);
  await connection.write(new TextEncoder().encode("hi\n"));
  connection.close();
  const buffer = new Uint8Array(8);
  assertEquals(await server.read(buffer), 3);
});

Deno.test("dial throws when nobody listens", async () => {
  const listener = Deno.listen({ hostname, port: 0 });
  const { port } = listener.addr;
  listener.close();
  await assertRejects(
    () => dial({ hostname, port }, { timeoutMs: 5_000 }),
    Deno.errors.ConnectionRefused,
  );
});

Deno.test("dial throws the reason of its signal, before and while it connects", async () => {
  const reason = new Error("changed my mind");
  const aborted = AbortSignal.abort(reason);
  const address = { hostname, port: 1 };
  await assertRejects(
    () => dial(address, { timeoutMs: 5_000, signal: aborted }),
    Error,
    "changed my mind",
  );
  using listener = Deno.listen({ hostname, port: 0 });
  const controller = new AbortController();
  const { port } = listener.addr;
  const dialling = dial({ hostname, port }, { timeoutMs: 5_000, signal: controller.signal });
  controller.abort(reason);
  await assertRejects(() => dialling, Error, "changed my mind");
});

Deno.test({
  name: "dial gives up in time when nobody answers",
  // Elsewhere a full queue refuses at once, or is never full.
  ignore: Deno.build.os !== "linux",
  async fn() {
    using listener = Deno.listen({ hostname, port: 0, tcpBacklog: 1 });
    const address = { hostname, port: listener.addr.port };
    const waiting: TcpLineConnection[] = [];
    try {
      const error = await assertRejects(async () => {
        // Nobody accepts: the queue takes two or three, then the next gets no answer.
        for (let i = 0; i < 100; i++) waiting.push(await dial(address, { timeoutMs: 250 }));
      }, Deno.errors.TimedOut);
      assertMatch(error.message, /^No answer from 127\.0\.0\.1 port \d+ within 0\.25 s\.$/);
    } finally {
      for (const connection of waiting) connection.close();
    }
  },
});
