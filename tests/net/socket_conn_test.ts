/**
 * A socket of `node:net` behaves as a `Deno.TcpConn` does where the program relies on it.
 *
 * @module
 */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createServer, type Socket } from "node:net";
import { writeAll } from "../../src/net/line_connection.ts";
import { SocketConn } from "../../src/net/socket_conn.ts";
import { connectAndReset } from "../helpers/reset.ts";
import { within } from "../helpers/wait.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Accepts one connection on a port of its own. */
async function withServer(
  test: (port: number, accepted: Promise<Socket>) => Promise<void>,
): Promise<void> {
  const accepted = Promise.withResolvers<Socket>();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, accepted.resolve);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { readonly port: number };
  try {
    await test(port, accepted.promise);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A connection with a `node:net` at one end; both are closed in the end. */
function pair(
  test: (conn: SocketConn, peer: Deno.TcpConn, socket: Socket) => Promise<void>,
): Promise<void> {
  return withServer(async (port, accepted) => {
    using peer = await Deno.connect({ hostname: "127.0.0.1", port });
    const socket = await accepted;
    try {
      await test(new SocketConn(socket), peer, socket);
    } finally {
      socket.destroy();
    }
  });
}

Deno.test("Who half-closes is answered, and knows where the other end is", () =>
  pair(async (conn, peer) => {
    assertEquals(conn.remoteAddr, { ...(peer.localAddr as Deno.NetAddr) });
    await peer.write(encoder.encode("hello"));
    await peer.closeWrite();
    const buffer = new Uint8Array(3);
    let text = "";
    for (let n; (n = await conn.read(buffer)) !== null;) {
      text += decoder.decode(buffer.subarray(0, n));
    }
    assertEquals(text, "hello");
    assertEquals(await conn.read(buffer), null);
    await writeAll(conn, encoder.encode("you, too"));
    await conn.closeWrite();
    const answer = new Uint8Array(100);
    const length = await peer.read(answer);
    assertEquals(decoder.decode(answer.subarray(0, length ?? 0)), "you, too");
    assertEquals(await peer.read(answer), null);
  }));

Deno.test("A close ends a write to somebody who does not read, and a read", () =>
  pair(async (conn) => {
    const flood = writeAll(conn, new Uint8Array(64 * 1024 * 1024));
    const ended = assertRejects(() => flood);
    const reading = assertRejects(() => conn.read(new Uint8Array(10)));
    conn.close();
    await within(Promise.all([ended, reading]), "the end of both");
    assertThrows(() => conn.close(), Deno.errors.BadResource);
    await assertRejects(() => conn.read(new Uint8Array(10)), Deno.errors.BadResource);
  }));

Deno.test("Little is read ahead, so that a peer that is not read is held back", () =>
  pair(async (conn, peer, socket) => {
    const flood = writeAll(peer, new Uint8Array(64 * 1024 * 1024));
    const ended = assertRejects(() => flood);
    const buffer = new Uint8Array(1_000);
    for (let i = 0; i < 50; i++) assertEquals(await conn.read(buffer), 1_000);
    assert(socket.bytesRead <= 3 * 64 * 1024, `${socket.bytesRead}`);
    conn.close();
    await within(ended, "the flood");
  }));

Deno.test("A reset is an error, and no end of input", () =>
  withServer(async (port, accepted) => {
    const before = { send: "ready", waitFor: "go" };
    const peer = connectAndReset(port, before);
    const conn = new SocketConn(await accepted);
    const buffer = new Uint8Array(10);
    assertEquals(await conn.read(buffer), 5);
    const reading = assertRejects(() => conn.read(buffer), Deno.errors.ConnectionReset);
    await writeAll(conn, encoder.encode("go"));
    await within(reading, "the reset");
    await peer;
  }));
