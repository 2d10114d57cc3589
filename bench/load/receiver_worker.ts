/**
 * A thread of receivers: connects them, then checks what each gets. Reads are raw and large, and
 * nothing is decoded or split, so that one thread keeps up with the server.
 *
 * @module
 */

import { ExactStream } from "./exact_stream.ts";
import { COUNTER_DIGITS, lineBytes, makeLines } from "./pattern.ts";
import {
  type Connect,
  errorText,
  type Flood,
  nowMs,
  type Order,
  type WorkerScope,
  writeAll,
} from "./shared.ts";
import { type Wire, WIRES } from "./wire.ts";

/** One read takes at most this much: what the server puts into one write. */
const READ_BYTES = 64 * 1024;

/** Connections that are made at the same time. */
const CONNECT_BATCH = 50;

const scope = self as unknown as WorkerScope;

/** One client that only reads. */
class Receiver {
  readonly name: string;
  readonly #conn: Deno.Conn;
  check: ExactStream | null = null;
  onProgress: (lines: number) => void = ignore;
  onEnd: (error: unknown) => void = ignore;

  constructor(name: string, conn: Deno.Conn) {
    this.name = name;
    this.#conn = conn;
  }

  /** Gives the name and reads until the peer has let this client in. */
  async join(wire: Wire): Promise<void> {
    await writeAll(this.#conn, new TextEncoder().encode(wire.hello(this.name)));
    const buffer = new Uint8Array(READ_BYTES);
    const decoder = new TextDecoder();
    for (let text = ""; !text.includes(wire.ready);) {
      const count = await this.#conn.read(buffer);
      if (count === null) throw new Error(`${this.name} was not let in; the peer said: ${text}`);
      text += decoder.decode(buffer.subarray(0, count), { stream: true });
    }
  }

  /** Reads for ever: what no check waits for is dropped. */
  async run(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    try {
      while (true) {
        const count = await this.#conn.read(buffer);
        if (count === null) throw new Error("the server closed the connection");
        const check = this.check;
        if (check === null) continue;
        check.feed(buffer, count);
        if (check.complete) this.check = null;
        this.onProgress(check.lines);
      }
    } catch (error) {
      this.onEnd(error);
    }
  }

  close(): void {
    this.#conn.close();
  }
}

let receivers: Receiver[] = [];
let wire: Wire = WIRES.plain;
let progress = new Int32Array(new SharedArrayBuffer(0));
let closing = false;

scope.onmessage = ({ data }) => {
  handle(data).catch((error) => scope.postMessage({ type: "failed", text: errorText(error) }));
};

async function handle(order: Order): Promise<void> {
  if (order.type === "connect") await connect(order);
  else if (order.type === "flood") expect(order);
  else {
    closing = true;
    for (const receiver of receivers) receiver.close();
    receivers = [];
  }
}

async function connect(order: Connect): Promise<void> {
  wire = WIRES[order.wire];
  progress = new Int32Array(order.progress, order.offset * 4, order.names.length);
  for (let index = 0; index < order.names.length; index += CONNECT_BATCH) {
    const names = order.names.slice(index, index + CONNECT_BATCH);
    receivers.push(
      ...await Promise.all(names.map(async (name) => {
        const conn = await Deno.connect({ hostname: "127.0.0.1", port: order.port });
        const receiver = new Receiver(name, conn);
        await receiver.join(wire);
        receiver.onEnd = (error) => fail(receiver, error);
        receiver.run();
        return receiver;
      })),
    );
  }
  scope.postMessage({ type: "connected" });
}

function expect(order: Flood): void {
  const pattern = wire.delivered(order.sender);
  const expected = makeLines(pattern, order.first, order.lines);
  const startedMs = nowMs();
  let open = receivers.length;
  receivers.forEach((receiver, index) => {
    Atomics.store(progress, index, 0);
    receiver.check = new ExactStream(
      expected,
      lineBytes(pattern),
      pattern.head.length + COUNTER_DIGITS,
    );
    receiver.onProgress = (lines) => {
      Atomics.store(progress, index, lines);
      if (lines < order.lines || --open > 0) return;
      scope.postMessage({ type: "done", startedMs, atMs: nowMs() });
    };
  });
  scope.postMessage({ type: "expecting" });
}

function fail(receiver: Receiver, error: unknown): void {
  if (closing) return;
  const other = receiver.check?.lastOther ?? "";
  const hint = other === "" ? "" : ` Its newest other line: ${JSON.stringify(other)}.`;
  scope.postMessage({ type: "failed", text: `${receiver.name}: ${errorText(error)}${hint}` });
}

function ignore(): void {}
