/// <reference lib="dom" />
/**
 * Lines over the browser's WebSocket, for the client core.
 *
 * @module
 */

import { inTurn } from "../../client/core/in_turn.ts";
import type { LineConnection, Peer } from "../../net/line_connection.ts";
import type { Line } from "../../protocol/framing.ts";

/** How long connecting may take. */
const CONNECT_MS = 10_000;

/** Closed without a closing handshake (RFC 6455, section 7.4.1). */
const ABNORMAL = 1006;

/**
 * Characters of lines that may wait to be dealt with. A browser reads on whatever happens to what
 * it has read, so a server that sends faster than the page can draw would fill its memory: over
 * this, the connection ends, and what is missing is asked for on the next one.
 */
const MAX_WAITING_CHARS = 4 * 1024 * 1024;

/** Over so many bytes that the server has not read, nothing more is written. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

/** How often it is looked whether the server has read. */
const LOOK_MS = 50;

/**
 * A browser tells of whole messages only, and the server sends up to 128 KiB in one: at 4 KiB/s
 * that takes 32 s.
 */
const BURST_MS = 35_000;

const decoder = new TextDecoder();

/** A WebSocket as a {@linkcode LineConnection}: one message holds whole lines. */
class SocketConnection implements LineConnection {
  readonly peer: Peer = { address: location.hostname, port: 0, transport: "websocket" };
  readonly burstMs = BURST_MS;
  readonly #socket: WebSocket;
  #waiting: Line[] = [];
  #waitingChars = 0;
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
  }

  get broken(): boolean {
    return this.#broken;
  }

  async read(): Promise<Line[] | null> {
    for (;;) {
      const lines = this.#waiting;
      this.#waiting = [];
      this.#waitingChars = 0;
      if (lines.length > 0) return lines;
      if (this.#ended) return null;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  async write(bytes: Uint8Array): Promise<number> {
    const socket = this.#socket;
    while (socket.readyState === WebSocket.OPEN && socket.bufferedAmount > MAX_BUFFERED_BYTES) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    if (socket.readyState !== WebSocket.OPEN) throw new Error("Closed");
    for (const line of decoder.decode(bytes).split("\n")) if (line !== "") socket.send(line);
    return bytes.length;
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
    this.#waitingChars += text.length;
    if (this.#ended || this.#waitingChars > MAX_WAITING_CHARS) {
      this.#broken ||= !this.#ended;
      this.#waiting = [];
      return this.close();
    }
    for (const line of text.split("\n")) if (line !== "") this.#waiting.push(line);
    this.#wake();
  }

  #end(): void {
    this.#ended = true;
    this.#wake();
  }
}

/** Sockets of the server that this page came from, and of others with the same rooms. */
function servers(): string[] {
  const others = document.querySelector<HTMLMetaElement>("meta[name=others]")?.content ?? "";
  const own = new URL("ws", location.href).href.replace(/^http/, "ws");
  return [own, ...others.split(" ").filter(Boolean)];
}

/**
 * Opens a socket to the server that this page came from, or to another one with the same rooms.
 *
 * @throws {Error} When none opens in time, or the signal aborts.
 */
export const openSocket: (signal: AbortSignal) => Promise<LineConnection> = inTurn(
  servers(),
  openSocketTo,
);

function openSocketTo(address: string, signal: AbortSignal): Promise<LineConnection> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address);
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
