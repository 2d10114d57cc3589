/**
 * A server of rooms for one client, in memory: it does what the protocol allows, in any order that
 * the protocol allows, and its connections break at any line.
 *
 * @module
 */

import type { LineConnection, Peer } from "../../src/net/line_connection.ts";
import type { Line } from "../../src/protocol/framing.ts";
import type {
  HistoryRequest,
  InRoom,
  Message,
  Request,
  RoomEvent,
  RoomWish,
  ServerEvent,
} from "../../src/protocol/messages.ts";

const AT = "2026-01-02T03:04:05.678Z";

/** The newest events that are sent on resuming: what is older is asked for. */
const WINDOW = 6;

/** Events of a page. */
const PAGE = 4;

/** A room as the server has it. */
export interface ModelRoom {
  /** The id of its log. */
  readonly log: string;
  /** All that was committed. */
  readonly events: RoomEvent[];
  /** The client is in it, connected or not. */
  isIn: boolean;
}

/** Numbers from 0 to less than 1. */
export type Random = () => number;

/** The server. */
export class RoomsServer {
  /** Those that exist. */
  readonly rooms = new Map<string, ModelRoom>();
  /** The ids that were ever published. */
  readonly published = new Set<string>();
  /** What the client has published in logs that are there, by its id. */
  readonly #known = new Map<string, Message & InRoom>();
  readonly #random: Random;
  #logs = 0;
  /** The last page that was asked for was not given: the next one is. */
  #refused = false;
  #connection: ModelConnection | undefined;

  /** Without rooms. */
  constructor(random: Random) {
    this.#random = random;
  }

  /** A connection that breaks after some lines, unless `whole`. */
  connect({ whole = false } = {}): LineConnection {
    const lines = () => whole ? Infinity : 1 + Math.floor(this.#random() ** 2 * 60);
    this.#connection?.break();
    this.#connection = new ModelConnection(this, this.#random, { out: lines(), in: lines() });
    return this.#connection;
  }

  /** Somebody says something. */
  publish(name: string, from: string, text: string, id?: string): void {
    const room = this.rooms.get(name);
    if (room === undefined) return;
    const event: Message & InRoom = {
      type: "message",
      room: name,
      seq: room.events.length + 1,
      at: AT,
      from,
      text,
      ...(id === undefined ? {} : { id }),
    };
    room.events.push(event);
    if (id !== undefined) {
      this.#known.set(id, event);
      this.published.add(id);
    }
    if (room.isIn) this.#connection?.tell(name, event);
  }

  /** Ends a room, or throws the client out of it. */
  lose(name: string, reason: "closed" | "kicked"): void {
    const room = this.rooms.get(name);
    if (room === undefined) return;
    if (reason === "closed") this.#delete(name);
    if (room.isIn) this.#connection?.tell(name, { type: "parted", room: name, reason });
    room.isIn = false;
  }

  /** The room's log is another one from now on, as after a restart without a database. */
  renew(name: string): void {
    const isIn = this.rooms.get(name)?.isIn ?? false;
    this.#connection?.break();
    this.#delete(name);
    this.#room(name).isIn = isIn;
    for (let n = 0; n < this.#random() * 5; n++) this.publish(name, "bob", `new ${n}`);
  }

  /** A request of the client. */
  take(request: Request, connection: ModelConnection): void {
    switch (request.type) {
      case "hello": {
        const { session, rooms = {} } = request;
        const resumed = session !== undefined;
        connection.tell("", {
          type: "welcome",
          protocol: 1,
          name: request.name,
          session: "s",
          resumed,
        });
        for (const [name, room] of this.rooms) room.isIn &&= name in rooms;
        for (const [name, wish] of Object.entries(rooms)) {
          const isLost = resumed && wish.after !== undefined && this.rooms.get(name)?.isIn !== true;
          if (isLost) connection.tell(name, { type: "parted", room: name, reason: "closed" });
          else this.#enter(name, wish, connection, { atHello: true });
        }
        return;
      }
      case "join":
        return this.#enter(request.room, request, connection);
      case "part": {
        const room = this.rooms.get(request.room);
        if (room?.isIn !== true) return;
        room.isIn = false;
        return connection.tell(request.room, { ...request, type: "parted", reason: "part" });
      }
      case "say":
        return this.#say(request, connection);
      case "history":
        return this.#history(request, connection);
      case "ping":
        return connection.tell("", { type: "pong" });
      case "quit":
        connection.tell("", { type: "bye", reason: "quit", text: "" });
    }
  }

  #delete(name: string): void {
    this.rooms.delete(name);
    for (const [id, { room }] of this.#known) if (room === name) this.#known.delete(id);
  }

  #room(name: string): ModelRoom {
    const known = this.rooms.get(name);
    if (known !== undefined) return known;
    const room = { log: `log${++this.#logs}`, events: [], isIn: false };
    this.rooms.set(name, room);
    return room;
  }

  #enter(
    name: string,
    wish: RoomWish,
    connection: ModelConnection,
    { atHello = false } = {},
  ): void {
    const room = this.#room(name);
    const { events, log } = room;
    const isNew = wish.log !== undefined && wish.log !== log;
    const after = isNew ? undefined : wish.after;
    connection.tell(name, {
      type: "joined",
      room: name,
      log,
      seq: events.length,
      names: ["ada"],
      count: 1,
      resumed: room.isIn,
      ...(isNew ? { forget: 0 } : {}),
    });
    if (room.isIn && !atHello) return;
    room.isIn = true;
    const from = Math.max(after ?? events.length - (wish.history ?? 50), events.length - WINDOW, 0);
    if (after !== undefined && from > after) {
      connection.tell(name, { type: "lagged", room: name, from: after + 1, to: from });
    }
    for (const event of events.slice(from)) connection.tell(name, event);
  }

  #say({ room = "", text, id = "" }: Extract<Request, { type: "say" }>, to: ModelConnection): void {
    const known = this.#known.get(id);
    if (known !== undefined) return to.tell(room, known);
    if (this.rooms.get(room)?.isIn === true) return this.publish(room, "ada", text, id);
    to.tell(room, { type: "error", code: "not_in_room", text: "You are not in it.", id, room });
  }

  #history(
    { room = "", before = Infinity, limit = 50 }: HistoryRequest,
    to: ModelConnection,
  ): void {
    const { isIn, events } = this.rooms.get(room) ?? { isIn: false, events: [] };
    if (!isIn) {
      return to.tell(room, {
        type: "error",
        code: "not_in_room",
        text: "You are not in it.",
        room,
      });
    }
    this.#refused = !this.#refused && this.#random() < 0.2;
    if (this.#refused) {
      return to.tell(room, { type: "error", code: "unavailable", text: "Not now.", room });
    }
    const older = events.filter(({ seq }) => seq < before);
    const page = older.slice(-Math.min(limit, PAGE));
    to.tell(room, { type: "history", room, events: page, more: older.length > page.length });
  }
}

/** A connection to the model: the streams of the rooms come in any order, each whole. */
class ModelConnection implements LineConnection {
  readonly peer: Peer = { address: "127.0.0.1", port: 1, transport: "tcp" };
  readonly #server: RoomsServer;
  readonly #random: Random;
  readonly #left: { out: number; in: number };
  readonly #streams = new Map<string, string[]>([["", []]]);
  #isWelcomed = false;
  #broken = false;
  #wake: () => void = () => {};
  #part = "";

  constructor(server: RoomsServer, random: Random, left: { out: number; in: number }) {
    this.#server = server;
    this.#random = random;
    this.#left = left;
  }

  get broken(): boolean {
    return this.#broken;
  }

  /** Puts an event at the end of a stream; "" is what is about no room. */
  tell(stream: string, event: ServerEvent): void {
    const lines = this.#streams.get(stream) ?? [];
    this.#streams.set(stream, lines);
    lines.push(JSON.stringify(event));
    this.#wake();
  }

  break(): void {
    this.#broken = true;
    this.#wake();
  }

  async read(): Promise<Line[] | null> {
    while (!this.#broken && this.#waiting.length === 0) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    // What happens meanwhile is not in what the server has said.
    while (this.#random() < 0.4) await new Promise((resolve) => setTimeout(resolve, 0));
    const batch: string[] = [];
    for (let n = Math.ceil(this.#random() * 8); n > 0 && !this.#broken; n--) {
      const waiting = this.#waiting;
      const lines = waiting[Math.floor(this.#random() * waiting.length)];
      if (lines === undefined) break;
      batch.push(lines.shift()!);
      this.#isWelcomed = true;
      if (--this.#left.out <= 0) this.#broken = true;
    }
    return batch.length === 0 ? null : batch;
  }

  write(bytes: Uint8Array): Promise<number> {
    const lines = (this.#part + new TextDecoder().decode(bytes)).split("\n");
    this.#part = lines.pop() ?? "";
    for (const line of lines) {
      if (this.#broken) return Promise.reject(new Deno.errors.BrokenPipe("cut"));
      this.#server.take(JSON.parse(line) as Request, this);
      if (--this.#left.in <= 0) this.break();
    }
    return Promise.resolve(bytes.length);
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.break();
  }

  get #waiting(): string[][] {
    const streams = this.#isWelcomed ? [...this.#streams.values()] : [this.#streams.get("")!];
    return streams.filter(({ length }) => length > 0);
  }
}
