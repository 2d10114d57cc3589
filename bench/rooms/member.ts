/**
 * One client in some rooms, as the loads of several rooms have it. It checks what comes: every
 * event of each of its rooms, in order, without a gap.
 *
 * @module
 */

import { writeAll } from "../load/shared.ts";

const READ_BYTES = 64 * 1024;

/** The server takes a client that says nothing for 30 s as lost. */
const PING_MS = 10_000;

const encoder = new TextEncoder();

/** Who is to be in which rooms. */
export interface Place {
  /** A name. */
  readonly name: string;
  /** Folded names of rooms, 1 to 20. */
  readonly rooms: readonly string[];
}

/** What is looked at of an event. */
interface Seen {
  readonly type: string;
  readonly room?: string;
  readonly seq?: number;
  readonly at?: string;
  readonly text?: string;
}

/** See the module. */
export class RoomMember {
  /** Messages heard, its own included. */
  heard = 0;
  readonly #place: Place;
  readonly #conn: Deno.TcpConn;
  readonly #next = new Map<string, number>();
  readonly #joined = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #missing: number;
  #pings: ReturnType<typeof setInterval> | undefined;
  #leaving = false;
  #rest = "";

  private constructor(place: Place, conn: Deno.TcpConn) {
    this.#place = place;
    this.#conn = conn;
    this.#missing = place.rooms.length;
  }

  /**
   * Comes into its rooms, and reads from then on.
   *
   * @param onFailure Told when the connection ends, or something else comes than must come.
   * @throws {Error} When it is not let in.
   */
  static async join(
    port: number,
    place: Place,
    onFailure: (error: unknown) => void,
  ): Promise<RoomMember> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.setNoDelay(true);
    const member = new RoomMember(place, conn);
    const reading = member.#read().catch((error) => {
      member.#joined.reject(error);
      onFailure(error);
    });
    const rooms = Object.fromEntries(place.rooms.map((room) => [room, { history: 0 }]));
    await member.#send({ type: "hello", protocol: 1, name: place.name, rooms });
    await Promise.race([member.#joined.promise, reading]);
    member.#pings = setInterval(() => member.#send({ type: "ping" }), PING_MS);
    return member;
  }

  /** Says something in a room. */
  say(room: string, text: string): Promise<void> {
    return this.#send({ type: "say", room, text });
  }

  /** Leaves, and resolves when the server has let it go. */
  async leave(): Promise<void> {
    this.#leaving = true;
    clearInterval(this.#pings);
    await this.#send({ type: "quit" });
    await this.#ended.promise;
    this.#conn.close();
  }

  async #send(request: Readonly<Record<string, unknown>>): Promise<void> {
    await writeAll(this.#conn, encoder.encode(`${JSON.stringify(request)}\n`));
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    const decoder = new TextDecoder();
    for (let count; (count = await this.#conn.read(buffer)) !== null;) {
      const text = this.#rest + decoder.decode(buffer.subarray(0, count), { stream: true });
      const lines = text.split("\n");
      this.#rest = lines.pop() ?? "";
      // A hello that comes late finds the greeting for people before the answer.
      for (const line of lines) if (line.startsWith("{")) this.#take(line);
    }
    this.#ended.resolve();
    if (!this.#leaving) throw new Error(`The server closed the connection of ${this.#place.name}.`);
  }

  #take(line: string): void {
    const { type, room = "", seq = 0, at } = JSON.parse(line) as Seen;
    if (type === "error" || type === "lagged" || type === "parted") {
      throw new Error(`${this.#place.name} was told ${line}`);
    }
    if (type === "joined") {
      if (--this.#missing === 0) this.#joined.resolve();
    } else if (at !== undefined) {
      const due = this.#next.get(room) ?? seq;
      if (seq !== due) throw new Error(`In #${room} event ${due} must come: got ${line}`);
      this.#next.set(room, seq + 1);
      if (type === "message") this.heard++;
    }
  }
}
