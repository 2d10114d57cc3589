/**
 * A server that does exactly what a test tells it to, over real TCP on a port of its own: the one
 * way to see how the client takes a server that is silent, wrong or hostile.
 *
 * @module
 */

import { lineStream } from "../../../src/protocol/framing.ts";
import {
  type Hello,
  type InRoom,
  type Joined,
  LOBBY,
  type Message,
  type Request,
  type RoomWish,
  type ServerEvent,
  type Welcome,
} from "../../../src/protocol/messages.ts";
import { within } from "../../helpers/wait.ts";

/** A time for events whose time does not matter. */
export const AT = "2026-01-02T03:04:05.678Z";

/** A message of the log. */
export function message(
  seq: number,
  from: string,
  text: string,
  id?: string,
  room: string = LOBBY,
): Message & InRoom {
  return {
    type: "message",
    room,
    seq,
    at: AT,
    from,
    text,
    ...(id === undefined ? {} : { id }),
  };
}

/** What lets a client in: the welcome, and what `joined` says of the lobby. */
export interface Entrance extends Welcome, Pick<Joined, "log" | "seq" | "count" | "forget"> {
  /** Who is in the lobby. */
  readonly members: readonly string[];
}

/** One connection as the fake server sees it. */
export class FakePeer {
  readonly #conn: Deno.TcpConn;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #closed = false;

  /** Takes a connection over and greets like a server. */
  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    this.#reader = conn.readable
      .pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array<ArrayBuffer>, string>)
      .pipeThrough(lineStream())
      .pipeThrough(
        new TransformStream({
          transform(lines, controller): void {
            for (const line of lines) controller.enqueue(String(line));
          },
        }),
      ).getReader();
  }

  /** The next line of the client; undefined at its end. */
  async line(): Promise<string | undefined> {
    try {
      return (await within(this.#reader.read(), "a line of the client")).value;
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionReset) return undefined;
      throw error;
    }
  }

  /** The next request, which must be of this type; pings are answered on the way. */
  async next<T extends Request["type"]>(type: T): Promise<Extract<Request, { type: T }>> {
    for (;;) {
      const line = await this.line();
      if (line === undefined) throw new Error(`Wanted ${type}, but the client has gone`);
      const request = JSON.parse(line) as Request;
      if (request.type === type) return request as Extract<Request, { type: T }>;
      if (request.type !== "ping") throw new Error(`Wanted ${type}, but the client sent ${line}`);
      await this.send({ type: "pong" });
    }
  }

  /** Sends events, or lines as they are. */
  async send(...events: (ServerEvent | string)[]): Promise<void> {
    const lines = events.map((event) => typeof event === "string" ? event : JSON.stringify(event));
    await this.sendBytes(new TextEncoder().encode(lines.map((line) => line + "\n").join("")));
  }

  /** Sends bytes as they are. */
  async sendBytes(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length;) {
      sent += await this.#conn.write(bytes.subarray(sent));
    }
  }

  /**
   * Reads the hello and lets the client in: with its own name, into log "L" of the lobby, at
   * `seq` 0.
   *
   * @returns The hello, with what it says of the lobby.
   */
  async admit(welcome: Partial<Entrance> = {}): Promise<Hello & RoomWish> {
    const { log, seq, members, count, forget, ...more } = welcome;
    const hello = await this.welcome(more);
    await this.enter(LOBBY, {
      ...(log !== undefined && { log }),
      ...(seq !== undefined && { seq }),
      ...(count !== undefined && { count }),
      ...(forget !== undefined && { forget }),
      names: members ?? [hello.name],
      resumed: hello.session !== undefined,
    });
    return { ...hello, ...hello.rooms?.[LOBBY] };
  }

  /** Reads the hello and lets the client in, into no room yet. */
  async welcome(welcome: Partial<Welcome> = {}): Promise<Hello> {
    await this.send("Welcome to chat. Type your name and press Enter.");
    const hello = await this.next("hello");
    const resumed = hello.session !== undefined;
    const { name } = hello;
    await this.send({ type: "welcome", protocol: 1, name, session: "secret", resumed, ...welcome });
    return hello;
  }

  /** Lets the client into a room: into log "L" at `seq` 0. */
  async enter(room: string, joined: Partial<Joined> = {}): Promise<void> {
    const usual = { log: "L", seq: 0, names: ["ada"], count: 1, resumed: false };
    await this.send({ type: "joined", room, ...usual, ...joined });
  }

  /** Reads the client's goodbye and answers it. */
  async farewell(): Promise<void> {
    await this.next("quit");
    await this.send({ type: "bye", reason: "quit", text: "Goodbye." });
    this.close();
  }

  /** Ends the connection. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#reader.cancel().catch(() => {});
    try {
      this.#conn.close();
    } catch {
      // Cancelling closed it.
    }
  }

  /** {@linkcode close}. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** See the module. */
export class FakeServer {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #peers: FakePeer[] = [];
  #stopped = false;

  /** Where it listens. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** The next connection. */
  async peer(): Promise<FakePeer> {
    const peer = new FakePeer(await within(this.#listener.accept(), "a connection"));
    this.#peers.push(peer);
    return peer;
  }

  /** Ends all connections, and goes on listening. */
  drop(): void {
    for (const peer of this.#peers) peer.close();
  }

  /** Ends everything, as a server that is killed. */
  [Symbol.dispose](): void {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const peer of this.#peers) peer.close();
    this.#listener.close();
  }
}
