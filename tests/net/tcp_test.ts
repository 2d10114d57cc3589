/**
 * Lines over TCP: exact cuts with a connection in memory, the rest with real sockets on loopback.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import net from "node:net";
import type { Line } from "../../src/protocol/framing.ts";
import { TcpLineConnection, type TcpLineConnectionOptions } from "../../src/net/tcp.ts";
import { batchesOf } from "../helpers/batches.ts";
import { FakeConn } from "./fake_conn.ts";

const encoder = new TextEncoder();

/** All lines until the input ends. */
async function allLines(connection: TcpLineConnection): Promise<Line[]> {
  return (await Array.fromAsync(batchesOf(connection))).flat();
}

/** The two ends of one TCP connection: ours, and a bare one. */
class Pair implements Disposable {
  private constructor(readonly ours: TcpLineConnection, readonly peer: Deno.TcpConn) {}

  static async open(options: TcpLineConnectionOptions = {}): Promise<Pair> {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const accepted = listener.accept();
    const peer = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
    peer.setNoDelay(true);
    return new Pair(new TcpLineConnection(await accepted, options), peer);
  }

  async send(data: string | Uint8Array): Promise<void> {
    let bytes = typeof data === "string" ? encoder.encode(data) : data;
    while (bytes.length > 0) bytes = bytes.subarray(await this.peer.write(bytes));
  }

  [Symbol.dispose](): void {
    this.ours.close();
    try {
      this.peer.close();
    } catch {
      // The test closed it.
    }
  }
}

Deno.test("TcpLineConnection knows its peer", async () => {
  using pair = await Pair.open();
  const { port } = pair.peer.localAddr as Deno.NetAddr;
  assertEquals(pair.ours.peer, { address: "127.0.0.1", port, transport: "tcp" });
  const overTls = new TcpLineConnection(new FakeConn([]), { transport: "tls" });
  assertEquals(overTls.peer, { address: "192.0.2.7", port: 4711, transport: "tls" });
});

Deno.test("TcpLineConnection joins lines that come one byte at a time", async () => {
  using pair = await Pair.open({ telnet: true });
  const lines = allLines(pair.ours);
  for (const byte of encoder.encode("ada\r\nGrüße, 東京 👋\nlast")) {
    await pair.send(Uint8Array.of(byte));
  }
  await pair.peer.closeWrite();
  assertEquals(await lines, ["ada", "Grüße, 東京 👋", "last"]);
});

Deno.test("TcpLineConnection joins a character that two packets cut", async () => {
  const [first, second] = [Uint8Array.of(0x63, 0xC3), Uint8Array.of(0xA9, 0x0A)];
  const connection = new TcpLineConnection(new FakeConn([first, second]), { telnet: true });
  assertEquals(await allLines(connection), ["cé"]);
});

Deno.test("TcpLineConnection lets C1 through as the character it is", async () => {
  using pair = await Pair.open({ telnet: true });
  await pair.send("a\u009Bb\n");
  await pair.peer.closeWrite();
  assertEquals(await allLines(pair.ours), ["a\u009Bb"]);
});

Deno.test("TcpLineConnection gives U+FFFD for what is not UTF-8, also at the end", async () => {
  const bytes = Uint8Array.of(0x61, 0xC3, 0x28, 0x0A, 0x62, 0xE6, 0x9D);
  assertEquals(await allLines(new TcpLineConnection(new FakeConn([bytes]))), [
    "a\uFFFD(",
    "b\uFFFD",
  ]);
});

Deno.test("TcpLineConnection gives all lines of a packet in one batch", async () => {
  const connection = new TcpLineConnection(new FakeConn(["a\nb\nc", "d\n", "e", "f"]));
  assertEquals(await Array.fromAsync(batchesOf(connection)), [["a", "b"], ["cd"], ["ef"]]);
});

Deno.test("TcpLineConnection strips telnet's negotiation and hands over the answer to Ctrl-C", async () => {
  using pair = await Pair.open({ telnet: true });
  pair.ours.onReply = (bytes) => void pair.ours.write(bytes);
  const lines = allLines(pair.ours);
  await pair.send(Uint8Array.of(255, 253, 3, 255, 251, 24));
  await pair.send("ada\r\n");
  await pair.send(Uint8Array.of(255, 244, 255, 253, 6));
  const answer = new Uint8Array(16);
  const length = await pair.peer.read(answer);
  assertEquals([...answer.subarray(0, length ?? 0)], [255, 252, 6]);
  await pair.send("hi\r\0");
  await pair.peer.closeWrite();
  assertEquals(await lines, ["ada", "hi"]);
});

Deno.test("TcpLineConnection gives the first line alone, and takes what follows as it is where it is told so", async () => {
  const bytes = new Uint8Array([...encoder.encode("NICK a\r\nhi "), 255, 253, 6, 10]);
  for (const cuts of [[0], [0, 4], [0, 8], [0, 12]]) {
    const parts = cuts.map((from, index) => bytes.slice(from, cuts[index + 1] ?? bytes.length));
    for (const [isTelnet, rest] of [[true, "hi "], [false, "hi \uFFFD\uFFFD\x06"]] as const) {
      const connection = new TcpLineConnection(new FakeConn(parts), { telnet: true });
      assertEquals(await connection.read(), ["NICK a"]);
      if (!isTelnet) connection.endTelnet();
      assertEquals(await connection.read(), [rest]);
    }
  }
});

Deno.test("TcpLineConnection takes a TLS hello for one line of noise, though it has no newline", async () => {
  using pair = await Pair.open({ telnet: true });
  await pair.send(Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01));
  assertEquals(await pair.ours.read(), ["\x16"]);
  await pair.send("more of it\n");
  await pair.peer.closeWrite();
  assertEquals(await pair.ours.read(), null);
});

Deno.test("TcpLineConnection leaves telnet alone unless told otherwise", async () => {
  const bytes = Uint8Array.of(255, 251, 24, 0x61, 0x0A);
  assertEquals(await allLines(new TcpLineConnection(new FakeConn([bytes]))), ["\uFFFD\uFFFD\x18a"]);
});

Deno.test("TcpLineConnection can still write after the peer has half-closed", async () => {
  using pair = await Pair.open();
  await pair.send("ada\nhi");
  await pair.peer.closeWrite();
  assertEquals(await allLines(pair.ours), ["ada", "hi"]);
  assertEquals(pair.ours.broken, false);
  await pair.ours.write(encoder.encode("bye\n"));
  await pair.ours.closeWrite();
  assertEquals(await new Response(pair.peer.readable).text(), "bye\n");
});

Deno.test("TcpLineConnection ends quietly on a reset, says it broke, and keeps no half line", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  // Only node:net can end a connection with a reset.
  const socket = net.connect(listener.addr.port, "127.0.0.1");
  const gone = new Promise((resolve) => socket.once("close", resolve));
  const connection = new TcpLineConnection(await accepted);
  try {
    socket.write("whole\nhal");
    const lines: Line[] = [];
    for await (const batch of batchesOf(connection)) {
      lines.push(...batch);
      socket.resetAndDestroy();
    }
    assertEquals(lines, ["whole"]);
    assert(connection.broken);
    await gone;
  } finally {
    connection.close();
  }
});

for (const [how, last] of [["a reset", []], ["an orderly end", ["hal"]]] as const) {
  Deno.test(`TcpLineConnection tells ${how} where a write has met it, and the half line with it`, async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const accepted = listener.accept();
    const socket = net.connect(listener.addr.port, "127.0.0.1");
    const gone = new Promise((resolve) => socket.once("close", resolve));
    const connection = new TcpLineConnection(await accepted);
    try {
      socket.write("whole\nhal");
      assertEquals(await connection.read(), ["whole"]);
      if (last.length === 0) socket.resetAndDestroy();
      else socket.destroy();
      await gone;
      const error = await assertRejects(async () => {
        for (;;) await connection.write(encoder.encode("Welcome\n"));
      });
      connection.writeFailed(error);
      assertEquals(await allLines(connection), [...last]);
      assertEquals(connection.broken, last.length === 0);
    } finally {
      connection.close();
    }
  });
}

Deno.test("TcpLineConnection ends without being broken when it is closed by its owner", async () => {
  using pair = await Pair.open();
  await pair.send("one\nhal");
  const lines: Line[] = [];
  for await (const batch of batchesOf(pair.ours)) {
    lines.push(...batch);
    queueMicrotask(() => pair.ours.close());
  }
  assertEquals(lines, ["one"]);
  assertEquals(pair.ours.broken, false);
  await assertRejects(() => pair.ours.write(Uint8Array.of(1)), Deno.errors.BadResource);
});

Deno.test("TcpLineConnection ends a read under way when it is closed", async () => {
  using pair = await Pair.open();
  const lines = allLines(pair.ours);
  await pair.ours.write(encoder.encode("reading now\n"));
  pair.ours.close();
  assertEquals(await lines, []);
  assertEquals(pair.ours.broken, false);
});

Deno.test("TcpLineConnection leaks nothing when its lines are left early", async () => {
  using pair = await Pair.open();
  await pair.send("one\ntwo\n");
  for await (const batch of batchesOf(pair.ours)) {
    assertEquals(batch[0], "one");
    break;
  }
});

Deno.test("TcpLineConnection never throws when it is closed, however often, or gone already", async () => {
  const connection = new TcpLineConnection(new FakeConn([]));
  await connection.closeWrite();
  connection.close();
  connection.close();
  await connection.closeWrite();
});

Deno.test("TcpLineConnection reads nothing ahead of its consumer", async () => {
  const conn = new FakeConn(["one\n", "two\n", "three\n"]);
  const connection = new TcpLineConnection(conn, { telnet: true });
  await Promise.resolve();
  assertEquals(conn.offered.length, 0);
  await connection.read();
  await connection.read();
  assertEquals(conn.offered.length, 2);
});

Deno.test("TcpLineConnection discards a line over its cap and goes on", async () => {
  using pair = await Pair.open({ maxChars: 10 });
  const lines = allLines(pair.ours);
  await pair.send("x".repeat(500_000) + "\nok\n");
  await pair.peer.closeWrite();
  const [first, second, ...others] = await lines;
  assert(typeof first === "object" && "overlong" in first && first.begins);
  assertEquals([second, ...others], ["ok"]);
});

Deno.test("TcpLineConnection takes a line up to its cap, however it is cut and ended", async () => {
  const maxChars = 3_000;
  const overlong = (line: Line) => typeof line === "object" && "overlong" in line && line.begins;
  for (const end of ["\n", "\r\n"]) {
    for (const size of [1, 1_000, 10_000]) {
      for (const chars of [maxChars - 1, maxChars, maxChars + 1]) {
        const bytes = encoder.encode(`${"x".repeat(chars)}${end}next${end}`);
        const reads: Uint8Array[] = [];
        for (let at = 0; at < bytes.length; at += size) reads.push(bytes.slice(at, at + size));
        const [line, ...others] = await allLines(
          new TcpLineConnection(new FakeConn(reads), { telnet: true, maxChars }),
        );
        if (chars > maxChars) assert(overlong(line!));
        else assertEquals(line, "x".repeat(chars));
        assertEquals(others, ["next"]);
      }
    }
  }
});

Deno.test("TcpLineConnection tells how much waits for the rest of its line, and that none is left", async () => {
  const reset = new Deno.errors.ConnectionReset("reset");
  for (const end of [[], [reset]]) {
    const reads = ["half", " a line\nand", " more", ...end];
    const connection = new TcpLineConnection(new FakeConn(reads), { telnet: true });
    const changes: number[] = [];
    connection.onWaiting = (bytes) => changes.push(bytes);
    const lines = await allLines(connection);
    assertEquals(lines, end.length > 0 ? ["half a line"] : ["half a line", "and more"]);
    assertEquals([changes, connection.broken], [[8, -8, 6, 10, -16], end.length > 0]);
    assertEquals(await connection.read(), null);
  }
});

Deno.test("TcpLineConnection brings a long line and a flood of short ones through whole", async () => {
  using pair = await Pair.open({ telnet: true });
  const sent = ["é".repeat(65_536), ...Array.from({ length: 20_000 }, (_, i) => `line ${i} 👋`)];
  const lines = allLines(pair.ours);
  await pair.send(sent.map((line) => `${line}\n`).join(""));
  await pair.peer.closeWrite();
  assertEquals(await lines, sent);
});

Deno.test("Connections that read by turns share no part of a line, nor of a character", async () => {
  const long = "x".repeat(3_000);
  const cut = encoder.encode("東\n");
  const inputs: (string | Uint8Array<ArrayBuffer>)[][] = [
    ["a\n", "b", "c\nd", "e\n", `${long}\n`, "\uFEFFf\n", "last"],
    ["x".repeat(1_500), "yz", "\n", cut.slice(0, 2), cut.slice(2), "g\n"],
    ["\uFEFFh\n", "i\n", "\n", "j", "\n"],
  ];
  const read = async (reads: (string | Uint8Array<ArrayBuffer>)[]): Promise<Line[]> => {
    const connection = new TcpLineConnection(new FakeConn(reads), { maxChars: 1_000 });
    return (await Array.fromAsync(batchesOf(connection))).flat();
  };
  const overlong = (discarded: number): Line => ({ overlong: true, discarded, begins: true });
  // More than are kept, all at once.
  const many = Array.from({ length: 20 }, () => inputs).flat();
  for (const [index, lines] of (await Promise.all(many.map(read))).entries()) {
    // The first 2 KiB of the long line, as they were read.
    if (index % 3 === 0) assertEquals(lines, ["a", "bc", "de", overlong(2_048), "\uFEFFf", "last"]);
    if (index % 3 === 1) assertEquals(lines, [overlong(1_500), "東", "g"]);
    if (index % 3 === 2) assertEquals(lines, ["h", "i", "", "j"]);
  }
});
