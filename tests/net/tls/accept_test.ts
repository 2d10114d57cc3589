import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { dial } from "../../../src/net/dial.ts";
import type { LineConnection } from "../../../src/net/line_connection.ts";
import type { StreamConn } from "../../../src/net/stream_conn.ts";
import { TlsLineConnection, type TlsLineConnectionOptions } from "../../../src/net/tls/accept.ts";
import { tlsContext } from "../../../src/net/tls/stream.ts";
import { batchesOf } from "../../helpers/batches.ts";
import { identity } from "../../helpers/tls.ts";
import { within } from "../../helpers/wait.ts";

const hostname = "127.0.0.1";
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const good = await identity();
const context = tlsContext(good);

/** A connection whose server end speaks TLS; `raw` is the client's end, below TLS. */
async function connectRaw(options: TlsLineConnectionOptions = {}) {
  using listener = Deno.listen({ hostname, port: 0 });
  const [raw, accepted] = await Promise.all([
    Deno.connect({ hostname, port: listener.addr.port }),
    listener.accept(),
  ]);
  return { raw, server: new TlsLineConnection(accepted, context, options) };
}

/** Both ends of a conversation in TLS. */
async function connectBoth(wrap: (conn: Deno.TcpConn) => StreamConn = (conn) => conn) {
  using listener = Deno.listen({ hostname, port: 0 });
  const accepted = listener.accept();
  const dialled = dial({ hostname, port: listener.addr.port }, {
    timeoutMs: 5_000,
    tls: { caCerts: [good.cert] },
  });
  const server = new TlsLineConnection(wrap(await accepted), context);
  return { server, client: await dialled };
}

async function send(conn: Pick<LineConnection, "write">, text: string): Promise<void> {
  for (let bytes = encoder.encode(text); bytes.length > 0;) {
    bytes = bytes.subarray(await conn.write(bytes));
  }
}

async function allLines(conn: LineConnection): Promise<unknown[]> {
  return (await Array.fromAsync(batchesOf(conn))).flat();
}

async function rawRest(raw: Deno.TcpConn): Promise<string> {
  let text = "";
  const buffer = new Uint8Array(4096);
  for (;;) {
    const length = await within(raw.read(buffer), "the end of the connection");
    if (length === null) return text;
    text += decoder.decode(buffer.subarray(0, length));
  }
}

/** Passes bytes on between two connections until `cut` closes the client's way to the server. */
function startCutter(port: number) {
  const listener = Deno.listen({ hostname, port: 0 });
  const ends: Deno.TcpConn[] = [];
  const work = (async () => {
    const client = await listener.accept();
    const server = await Deno.connect({ hostname, port });
    ends.push(client, server);
    await Promise.all([pump(client, server), pump(server, client)]);
  })();
  return {
    port: listener.addr.port,
    /** Ends the server's input without a word of TLS. */
    cut: () => ends[1]?.closeWrite(),
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const end of ends) end.close();
      await work;
    },
  };
}

async function pump(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(16_384);
  try {
    for (;;) {
      const length = await from.read(buffer);
      if (length === null) break;
      for (let sent = 0; sent < length;) sent += await to.write(buffer.subarray(sent, length));
    }
    await to.closeWrite();
  } catch {
    // The test has closed it.
  }
}

Deno.test("TLS carries lines both ways, and says so", async () => {
  const { server, client } = await connectBoth();
  assertEquals(server.peer.transport, "tls");
  assertEquals(server.peer.address, hostname);
  assertEquals(client.peer.transport, "tls");
  await send(server, "Welcome\nhow are you?\n");
  await server.closeWrite();
  assertEquals(await allLines(client), ["Welcome", "how are you?"]);
  await send(client, "ünïcode\r\nlast");
  await client.closeWrite();
  assertEquals(await allLines(server), ["ünïcode", "last"]);
  assertEquals(server.broken, false);
  server.close();
  client.close();
});

Deno.test("What is written before the handshake arrives after it", async () => {
  const { raw, server } = await connectRaw();
  const written = send(server, "Welcome\n");
  const secure = await Deno.startTls(raw, { hostname, caCerts: [good.cert] });
  const buffer = new Uint8Array(100);
  const length = await secure.read(buffer);
  assertEquals(decoder.decode(buffer.subarray(0, length ?? 0)), "Welcome\n");
  await written;
  secure.close();
  server.close();
});

Deno.test("A megabyte comes through TLS in order, 64 KiB a write at most", async () => {
  const { server, client } = await connectBoth();
  const line = "x".repeat(999);
  const bytes = encoder.encode(`${line}\n`.repeat(1_000));
  const writing = (async () => {
    for (let sent = 0; sent < bytes.length;) {
      const count = await server.write(bytes.subarray(sent));
      assert(count >= 1 && count <= 65_536, `one write took ${count} bytes`);
      sent += count;
    }
    await server.closeWrite();
  })();
  const lines = await allLines(client);
  await writing;
  assertEquals(lines.length, 1_000);
  assert(lines.every((one) => one === line));
  client.close();
  server.close();
});

Deno.test("A peer that does not read holds the write up, and close ends it", async () => {
  const { server, client } = await connectBoth();
  const part = new Uint8Array(65_536);
  let written = 0;
  const writing = (async () => {
    for (;;) written += await server.write(part);
  })();
  let last = -1;
  while (last !== written || written === 0) {
    last = written;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert(written < 64 * 1024 * 1024, "the kernel's buffers end somewhere");
  server.close();
  await within(assertRejects(() => writing), "the end of the write");
  client.close();
});

Deno.test("Input that ends without TLS's farewell is a break, and its half line no line", async () => {
  using listener = Deno.listen({ hostname, port: 0 });
  await using cutter = startCutter(listener.addr.port);
  const accepted = listener.accept();
  const dialled = dial({ hostname, port: cutter.port }, {
    timeoutMs: 5_000,
    tls: { caCerts: [good.cert] },
  });
  const server = new TlsLineConnection(await accepted, context);
  const client = await dialled;
  await send(client, "whole\nI do not");
  assertEquals(await server.read(), ["whole"]);
  cutter.cut();
  assertEquals(await server.read(), null);
  assertEquals(server.broken, true);
  server.close();
  client.close();
});

Deno.test("Who sends no handshake is closed when the time is up, and its socket with it", async () => {
  for (const first of [[], [0x16], [0x16, 3, 1, 2, 0, 1, 0]]) {
    const refusals: string[] = [];
    const { raw, server } = await connectRaw({
      handshakeMs: 50,
      onRefused: (why) => refusals.push(why),
    });
    if (first.length > 0) await raw.write(Uint8Array.from(first));
    const writing = assertRejects(() => server.write(encoder.encode("Welcome\n")));
    assertEquals(await allLines(server), []);
    assertEquals(server.broken, true);
    assertEquals(refusals, ["no TLS handshake within 0.05 s"]);
    await writing;
    assertEquals(await rawRest(raw), "");
    raw.close();
  }
});

Deno.test("Who does not speak TLS is told so in its own language", async () => {
  const refusals: string[] = [];
  const { raw, server } = await connectRaw({
    answerPlaintext: (first) => encoder.encode(`not ${decoder.decode(first)}`),
    onRefused: (why) => refusals.push(why),
  });
  const writing = assertRejects(() => server.write(encoder.encode("Welcome\n")));
  const lines = allLines(server);
  await raw.write(encoder.encode("ada\n"));
  assertEquals(await rawRest(raw), "not ada\n");
  raw.close();
  assertEquals(await lines, []);
  assertEquals(refusals, ["does not speak TLS"]);
  await writing;
});

Deno.test("A handshake that is no good ends at once, with the reason", async () => {
  const refusals: string[] = [];
  const { raw, server } = await connectRaw({ onRefused: (why) => refusals.push(why) });
  await raw.write(Uint8Array.of(0x16, 9, 9, 0, 3, 1, 1, 1, 1));
  assertEquals(await allLines(server), []);
  raw.close();
  assertEquals(refusals.length, 1);
  assertMatch(refusals[0] ?? "", /^no TLS handshake: [^()]+$/);
});

Deno.test("A client that does not believe the certificate is named in the reason", async () => {
  const refusals: string[] = [];
  const { raw, server } = await connectRaw({ onRefused: (why) => refusals.push(why) });
  const secure = await Deno.startTls(raw, { hostname });
  await assertRejects(() => secure.handshake(), Deno.errors.InvalidData);
  secure.close();
  assertEquals(await allLines(server), []);
  assertMatch(refusals[0] ?? "", /UnknownCA/);
});

Deno.test("A peer that is gone in the middle of the handshake is a refusal, too", async () => {
  const refusals: string[] = [];
  const { raw, server } = await connectRaw({ onRefused: (why) => refusals.push(why) });
  await raw.write(Uint8Array.of(0x16, 3, 1, 2, 0));
  raw.close();
  assertEquals(await allLines(server), []);
  assertEquals(refusals.length, 1);
});

Deno.test("Closing in the middle of the handshake closes the socket, and refuses nobody", async () => {
  const refusals: string[] = [];
  const { raw, server } = await connectRaw({ onRefused: (why) => refusals.push(why) });
  server.close();
  assertEquals(await allLines(server), []);
  assertEquals(await rawRest(raw), "");
  assertEquals(refusals, []);
  assertEquals(server.broken, false);
  raw.close();
});

Deno.test("After closeWrite a peer can still be heard", async () => {
  const { server, client } = await connectBoth();
  await server.closeWrite();
  assertEquals(await allLines(client), []);
  await send(client, "one more thing\n");
  await client.closeWrite();
  assertEquals(await allLines(server), ["one more thing"]);
  server.close();
  client.close();
});

Deno.test("what TLS takes beside data is billed, so that records without data are not free", async () => {
  const { client, server } = await connectBoth();
  let waste = 0;
  let lines = 0;
  const reading = (async () => {
    for (let batch; (batch = await server.read()) !== null;) {
      for (const line of batch) {
        if (typeof line !== "string" && "waste" in line) waste += line.waste;
        else lines++;
      }
    }
  })();
  for (let i = 0; i < 2_000; i++) await send(client, "x\n");
  await client.closeWrite();
  await within(reading, "the end of the input");
  client.close();
  server.close();
  assertEquals(lines, 2_000);
  // 22 bytes for each record, less the first 16 KiB, 24 a command, 64 a token.
  assert(waste >= 10 && waste <= 40, String(waste));
});

Deno.test("64 KiB of TLS without any data end the connection", async () => {
  const refusals: string[] = [];
  const { raw, server } = await connectRaw({ onRefused: (why) => refusals.push(why) });
  const reading = server.read();
  // A hello of 120 KB, in records of 8 KB.
  const record = new Uint8Array(5 + 8_192);
  record.set([22, 3, 1, 32, 0]);
  const first = record.slice();
  first.set([1, 1, 0xD4, 0xC0], 5);
  try {
    await raw.write(first);
    for (let i = 0; i < 14; i++) await raw.write(record);
  } catch {
    // It was closed meanwhile.
  }
  assertEquals(await within(reading, "the end"), null);
  raw.close();
  server.close();
  assertEquals(refusals.length, 1);
});
