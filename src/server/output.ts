/**
 * The sending half of a connection: everything that one client is told goes through here, and from
 * here through its writer.
 *
 * @module
 */

import { networkOf } from "../net/address_range.ts";
import type { LineConnection } from "../net/line_connection.ts";
import type { Dialect } from "../protocol/dialect.ts";
import type { ErrorCode, ErrorDetails, LogEvent, PrivateEvent } from "../protocol/messages.ts";
import { plain } from "../protocol/plain.ts";
import { cleanLine, cleanText } from "../protocol/text.ts";
import { type InsertOptions, Writer } from "../room/writer.ts";
import type { Member, Room } from "../room/room.ts";
import type { Piece } from "../room/private_queue.ts";
import type { Account } from "./admission/accounts.ts";
import type { ServerContext } from "./context.ts";
import type { Door } from "./door.ts";
import type { Ignored } from "./ignored.ts";

const encoder = new TextEncoder();

/** Takes what a client is told, to tell it in another form. */
export interface Collector {
  /**
   * Takes a piece.
   *
   * @param piece Whole lines; may be empty.
   * @param options Where it would have been inserted.
   */
  take(piece: Piece, options: InsertOptions): void;
}

/**
 * Deliveries to one client that may wait for the order: they come all at once then, and of the
 * longest ones as many fill its queue no more than once.
 */
const MAX_PROMISED = 16;

/** What a client is told, and what waits for it. */
export abstract class ClientOutput {
  /** The server around it. */
  readonly server: ServerContext;
  /** The only writer of its connection. */
  readonly writer: Writer;
  /** IP address of the other end. */
  readonly address: string;
  /** Of its address. */
  readonly account: Account;
  /** Bytes that wait here for it, or for the rest of its line. */
  waitingBytes = 0;
  /** Address and port of the other end, for the log. */
  readonly label: string;
  /** What it speaks; null before its first line. */
  dialect: Dialect | null = null;
  /** Of a dialect that has one; null: each line is a request. */
  door: Door | null = null;
  /** Its place on the server; null before it has joined and once it has given it up. */
  member: Member | null = null;
  /**
   * The room in which a client of one room is: everything that it is told is woven into what it
   * reads there. Null: in none, or it is a client of many rooms.
   */
  stream: Room | null = null;
  /** Whom it ignores, where the server keeps that for it; null: nobody. */
  ignored: Ignored | null = null;
  /** Takes the answers to what it has asked for last; null: they are written as they come. */
  collector: Collector | null = null;
  #formerName = "";
  #answersDue = 0;
  /** Deliveries that wait for the order. */
  #promised = 0;
  #segmentBytes = 0;

  /** Nobody else may write to `conn`. */
  constructor(server: ServerContext, conn: LineConnection) {
    this.server = server;
    this.address = conn.peer.address;
    this.account = server.accounts.open(networkOf(conn.peer.address));
    this.label = `${conn.peer.address}:${conn.peer.port}`;
    this.writer = new Writer(conn, {
      now: () => server.clock.now(),
      renderLagged: ({ name: room }, from, to) =>
        this.dialect?.renderPrivate({ type: "lagged", room, from, to }, this.name) ?? "",
      queueBytes: server.limits.queueBytes,
      onFailure: () => this.cutOff(),
      // What it has said before it went is read to its end; who reads nothing has so long.
      onLost: (error) => {
        this.door?.leaving(true);
        conn.writeFailed?.(error);
      },
      onWaiting: (bytes) => this.addWaiting(bytes),
      onOverflow: () => {
        server.logger.warn("reads nothing", this.who());
        this.cutOff();
      },
      onLag: ({ name: room }, events) => {
        server.totals.eventsSkipped += events;
        server.logger.warn("lagged", { ...this.who(), room, skipped: events });
      },
    });
  }

  /** Its name, also when it has just left; empty before it has one. */
  get name(): string {
    return this.member?.name ?? this.#formerName;
  }

  /** Answers that wait for the order: they come all at once then, and need a place in its queue. */
  get answersDue(): number {
    return this.#answersDue;
  }

  /** Who it is, for the log. */
  who(): { name?: string; address: string; dialect?: string } {
    return {
      ...(this.member === null ? {} : { name: this.name }),
      address: this.label,
      ...(this.dialect === null ? {} : { dialect: this.dialect.name }),
    };
  }

  /**
   * Adds bytes for this client alone, and sends them.
   *
   * @param options `room`: at the present end of what it reads there; default: {@linkcode stream},
   * and without that only behind earlier ones. `slot`: a kind of which only the newest matters, and
   * takes the place of one that waits.
   */
  write(
    piece: Piece,
    { room = this.stream ?? undefined, slot }: Pick<InsertOptions, "room" | "slot"> = {},
  ): void {
    const where = room === undefined ? {} : { room };
    this.insert(piece, { ...where, ...(slot === undefined ? {} : { slot }) });
    this.writer.wake();
  }

  /** Adds a piece for this client alone, however much waits; see {@linkcode Writer.insert}. */
  insert(piece: Piece, options: Omit<InsertOptions, "force">): void {
    if (this.collector !== null) this.collector.take(piece, options);
    else this.writer.insert(piece, { ...options, force: true });
  }

  /** Tells what is no answer to anything that it has asked for. */
  aside(tell: () => void): void {
    const { collector } = this;
    this.collector = null;
    try {
      tell();
    } finally {
      this.collector = collector;
    }
  }

  /** More waits here for this client; less, when negative. */
  addWaiting(bytes: number): void {
    this.waitingBytes += bytes;
    this.server.waiting.add(this.account, bytes);
  }

  /**
   * Takes note of its part of the segments that have left their window and that it still reads.
   *
   * @param bytes 0: it reads none.
   */
  holdSegments(bytes: number): void {
    if (this.isCutOff) return;
    this.addWaiting(bytes - this.#segmentBytes);
    this.#segmentBytes = bytes;
  }

  /** Answers, behind everything that has been published so far in the room that it is about. */
  reply(event: PrivateEvent): void {
    this.afterwards(() => this.tell(event));
  }

  /** Calls back, for an answer, when everything that has been proposed so far is settled. */
  afterwards(then: () => void): void {
    this.#answersDue++;
    this.server.order.whenSettled(() => {
      this.#answersDue--;
      then();
    });
  }

  /** Gives it an event from somebody else: see `Recipient.deliver`. */
  deliver(event: PrivateEvent): boolean {
    // As if it had been read and not answered: who is ignored does not learn of it.
    if (this.ignored !== null && "from" in event && this.#ignores(event)) return !this.leaving;
    const { full, isLost } = this.writer;
    if (this.leaving || full || isLost || this.#promised >= MAX_PROMISED) return false;
    this.#promised++;
    this.server.order.whenSettled(() => {
      this.#promised--;
      this.aside(() => this.tell(event));
    });
    return true;
  }

  #ignores(event: PrivateEvent): boolean {
    if (event.type !== "direct" && event.type !== "notice") return false;
    if (event.from === undefined) return false;
    return this.ignored?.names.has(event.from, "at" in event ? event.at : undefined) === true;
  }

  /**
   * Gives it an event of its own now, in the stream of the room that it is about: for what waits
   * for the order already.
   */
  tell(event: PrivateEvent, slot?: string): void {
    const room = "room" in event ? this.#streamOf(event.room) : undefined;
    this.write(this.encode(event), {
      ...(room === undefined ? {} : { room }),
      ...(slot === undefined ? {} : { slot }),
    });
  }

  /**
   * Answers with an event that is in the log of a room already.
   *
   * @param name The room's, which may be gone.
   */
  replyLogged(event: LogEvent, name: string): void {
    const lines = this.dialect?.renderLog(event, name) ?? "";
    this.server.order.whenSettled(() => {
      const room = this.#streamOf(name);
      this.write(encoder.encode(lines), room === undefined ? {} : { room });
    });
  }

  /**
   * Answers that something was not done.
   *
   * @param id Of the request, where it had one.
   * @param room Name of the room that it is about.
   */
  fail(code: ErrorCode, text: string, id?: string, room?: string, details?: ErrorDetails): void {
    this.reply({
      type: "error",
      code,
      text,
      ...(id === undefined ? {} : { id }),
      ...(room === undefined ? {} : { room }),
      ...(details === undefined ? {} : { details }),
    });
  }

  /** A client of one room sees everything there. */
  #streamOf(name: string | undefined): Room | undefined {
    if (name === undefined || this.stream !== null) return undefined;
    return this.server.rooms.get(name);
  }

  /** An event for this client as bytes; a client without a dialect yet is answered in plain. */
  encode(event: PrivateEvent): Uint8Array {
    return encoder.encode((this.dialect ?? plain).renderPrivate(harmless(event), this.name));
  }

  /** It is on its way out: nothing that it sends counts any more. */
  abstract get leaving(): boolean;

  /** Its connection is given up, and what it held given back. */
  abstract get isCutOff(): boolean;

  /**
   * From here on it has no place; replies that are still to come carry its name.
   *
   * @param isDoubtful See {@linkcode Door.leaving}.
   */
  protected giveUp(isDoubtful = false): void {
    this.door?.leaving(isDoubtful);
    this.#formerName = this.name;
    this.member = null;
  }

  /**
   * Ends a connection that does not work any more or costs too much, and gives back what it holds.
   */
  abstract cutOff(): void;
}

/**
 * Words to people may quote what somebody has typed: a name that nobody has, a reason. What a
 * screen would obey is taken out here, where all of them pass, rather than wherever one is written.
 */
function harmless(event: PrivateEvent): PrivateEvent {
  switch (event.type) {
    case "notice":
      return { ...event, text: cleanText(event.text) };
    case "error":
    case "bye":
      return { ...event, text: cleanLine(event.text) };
    default:
      return event;
  }
}
