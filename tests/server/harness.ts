/** A server without sockets, on a clock that the test turns. */

import { assertEquals } from "@std/assert";
import { MemoryStore } from "../../src/store/memory.ts";
import { Turns } from "../../src/net/turns.ts";
import type { Store } from "../../src/store/store.ts";
import type { Logger } from "../../src/server/logger.ts";
import { GREETING_MS } from "../../src/server/greeting.ts";
import { loadIrc } from "../../src/server/irc_entry.ts";
import { ChatServer, type ChatServerOptions } from "../../src/server/server.ts";
import { type HelloFields, helloFields } from "../helpers/json_client.ts";
import { ManualClock, settle } from "./manual_clock.ts";
import { MemoryConnection } from "./memory_connection.ts";

// As a server does before anybody comes in.
await loadIrc();

/** Something that was logged. */
export interface Logged {
  readonly level: string;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export class Harness {
  readonly clock: ManualClock;
  readonly logged: Logged[] = [];
  readonly store: Store;
  readonly server: ChatServer;
  readonly #running: Promise<void>[] = [];

  constructor(options: Partial<ChatServerOptions> = {}) {
    this.clock = options.clock instanceof ManualClock ? options.clock : new ManualClock();
    this.store = options.store ?? new MemoryStore({ now: () => this.clock.now() });
    this.server = new ChatServer({
      logger: loggerTo(this.logged),
      maxClients: 100,
      maxPerAddress: 0,
      rate: 20,
      history: 50,
      clock: this.clock,
      // On a clock that stands still everybody has a turn at once.
      turns: new Turns({ now: () => 0 }),
      ...options,
      store: this.store,
    });
  }

  /** Connects; nothing is said yet. */
  async connect(address?: string, transport?: "tcp" | "websocket"): Promise<MemoryConnection> {
    const conn = new MemoryConnection(address, transport);
    this.#running.push(this.server.connect(conn));
    await settle();
    return conn;
  }

  /** Connects and waits, as people do, to be asked. */
  async greeted(address?: string): Promise<MemoryConnection> {
    const conn = await this.connect(address);
    await this.clock.advance(GREETING_MS);
    return conn;
  }

  /** A plain client that has joined; what it has read so far is dropped. */
  async plain(name: string): Promise<MemoryConnection> {
    const conn = await this.connect();
    await conn.send(`${name}\n`);
    conn.received();
    return conn;
  }

  /**
   * A json client that has joined, its welcome with what it was told of the first room, and the
   * rest.
   */
  async json(
    name: string,
    more: HelloFields & Record<string, unknown> = {},
    // deno-lint-ignore no-explicit-any -- tests look into events of any type
  ): Promise<{ conn: MemoryConnection; welcome: any; events: any[] }> {
    const conn = await this.connect();
    await conn.request({ type: "hello", protocol: 1, name, ...helloFields(more) });
    const [welcome, ...events] = conn.events();
    assertEquals(welcome?.type, "welcome", JSON.stringify(welcome));
    const joined = events.find(({ type }) => type === "joined");
    if (joined === undefined) return { conn, welcome, events };
    events.splice(events.indexOf(joined), 1);
    return { conn, welcome: { ...joined, members: joined.names, ...welcome }, events };
  }

  /** The log entries with this event. */
  entries(event: string): Logged[] {
    return this.logged.filter((entry) => entry.event === event);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const done = this.server.shutdown();
    await settle();
    await this.clock.advance(5_000);
    await done;
    await Promise.all(this.#running);
    assertEquals(this.clock.pending, 0, "a timer was left behind");
    this.store.close();
  }
}

/** A logger that keeps what is logged. */
export function loggerTo(logged: Logged[]): Logger {
  const at = (level: string) => (event: string, fields: Record<string, unknown> = {}) => {
    logged.push({ level, event, fields });
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
  } as unknown as Logger;
}
