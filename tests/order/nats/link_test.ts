/**
 * Connections to what is no NATS, or none yet.
 *
 * @module
 */

import { assert, assertRejects } from "@std/assert";
import net from "node:net";
import { Failure } from "../../../src/failure.ts";
import { dropInput } from "../../../src/net/stream_conn.ts";
import { Link } from "../../../src/order/nats/link.ts";

const nobody = { onLost() {}, onBack() {}, onForbidden() {} };

/** A server that answers each connection with a text, and ends it. */
async function withAnswer(answer: string, test: (servers: string[]) => Promise<void>) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const conn of listener) {
      await conn.write(new TextEncoder().encode(answer));
      await conn.closeWrite();
      await dropInput(conn);
      conn.close();
    }
  })();
  try {
    await test([`nats://127.0.0.1:${listener.addr.port}`]);
  } finally {
    listener.close();
    await serving;
  }
}

/** A server that does this with each connection. */
async function withServer(
  take: (socket: net.Socket) => void,
  test: (servers: string[]) => Promise<void>,
): Promise<void> {
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    take(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  try {
    await test([`nats://127.0.0.1:${port}`]);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Opening fails, with an error that says so and is no reason to give up. */
async function assertUnreachable(servers: string[]): Promise<void> {
  const error = await assertRejects(() => Link.open({ servers }, nobody), Error, servers[0]!);
  assert(!(error instanceof Failure), error.message);
}

const INFO = 'INFO {"server_id":"x","version":"2.12.0","proto":1,"max_payload":1048576}\r\n';

Deno.test("A connection that is reset while it is made ends nothing but itself", async () => {
  await withServer((socket) => socket.resetAndDestroy(), async (servers) => {
    for (let i = 0; i < 20; i++) await assertUnreachable(servers);
  });
  const afterInfo = (socket: net.Socket) =>
    socket.write(INFO, () => setTimeout(() => socket.resetAndDestroy(), 1));
  // The library waits for 2 s.
  await withServer(afterInfo, async (servers) => {
    for (let i = 0; i < 3; i++) await assertUnreachable(servers);
  });
});

Deno.test("What answers, but not as NATS, is told from one that is away by its address", async () => {
  for (
    const answer of ["HTTP/1.1 400 Bad Request\r\n\r\n", "INFO {\r\n", "\r\n", "x".repeat(70_000)]
  ) {
    await withAnswer(answer, assertUnreachable);
  }
});

Deno.test("What stands behind the first line, before TLS, comes from nobody", async () => {
  const smuggled = `${INFO}MSG chat.live 1 5\r\nhello\r\n`.replace("{", '{"tls_required":true,');
  await withAnswer(smuggled, async ([server]) => {
    const servers = [server!.replace("nats:", "tls:")];
    const error = await assertRejects(
      () => Link.open({ servers }, nobody),
      Error,
      "Cannot use TLS",
    );
    assert(!(error instanceof Failure), error.message);
  });
});
