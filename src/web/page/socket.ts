/// <reference lib="dom" />
/**
 * Lines over the browser's WebSocket, for the client core.
 *
 * @module
 */

import type { LineConnection, Peer } from "../../net/line_connection.ts";
import type { Line } from "../../protocol/framing.ts";

/** How long connecting may take. */
const CONNECT_MS = 10_000;

/** Closed without a closing handshake (RFC 6455, section 7.4.1). */
const ABNORMAL = 1006;

const decoder = new TextDecoder();

/** See the module. */
class SocketConnection implements LineConnection {
  readonly peer: Peer = { address: location.hostname, port: 0, transport: "websocket" };
  readonly lines: AsyncIterable<Line[]>;
  readonly #socket: WebSocket;
  #batches: Line[][] = [];
  #ended = false;
  #broken = false;
  #wake: () => void = () => {};

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = (event: MessageEvent<ArrayBuffer | string>) => this.#take(event.data);
    socket.onclose = ({ code }) => {
      this.#broken ||= code === ABNORMAL && !this.#ended;
      this.#end();
    };
    this.lines = this.#read();
  }

  get broken(): boolean {
    return this.#broken;
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.#socket.readyState !== WebSocket.OPEN) return Promise.reject(new Error("Closed"));
    for (const line of decoder.decode(bytes).split("\n")) if (line !== "") this.#socket.send(line);
    return Promise.resolve(bytes.length);
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#end();
    this.#socket.close();
  }

  #take(data: ArrayBuffer | string): void {
    const text = typeof data === "string" ? data : decoder.decode(data);
    const lines = text.split("\n").filter((line) => line !== "");
    if (lines.length === 0) return;
    this.#batches.push(lines);
    this.#wake();
  }

  #end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *#read(): AsyncGenerator<Line[], void> {
    for (;;) {
      const batch = this.#batches.shift();
      if (batch !== undefined) yield batch;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}

/**
 * Opens a socket to the server that this page came from.
 *
 * @throws {Error} When it does not open in time, or the signal aborts.
 */
export function openSocket(signal: AbortSignal): Promise<LineConnection> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(new URL("/ws", location.href.replace(/^http/, "ws")));
    socket.binaryType = "arraybuffer";
    const fail = () => {
      clearTimeout(timer);
      socket.onclose = null;
      socket.close();
      reject(new Error("The server cannot be reached."));
    };
    const timer = setTimeout(fail, CONNECT_MS);
    socket.onclose = fail;
    signal.addEventListener("abort", fail, { once: true });
    socket.onopen = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", fail);
      resolve(new SocketConnection(socket));
    };
  });
}
