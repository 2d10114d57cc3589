/**
 * The sending half of a connection: everything that one client is told goes through here, and from
 * here through its writer.
 *
 * @module
 */

import type { LineConnection } from "../net/line_connection.ts";
import type { Dialect } from "../protocol/dialect.ts";
import { type ErrorCode, LOBBY, type LogEvent, type PrivateEvent } from "../protocol/messages.ts";
import { plain } from "../protocol/plain.ts";
import { cleanLine, cleanText } from "../protocol/text.ts";
import { Writer } from "../room/writer.ts";
import type { Member } from "../room/members.ts";
import type { Piece } from "../room/private_queue.ts";
import type { Account } from "./admission/accounts.ts";
import type { ServerContext } from "./context.ts";
import { networkOf } from "./admission/penalties.ts";

const encoder = new TextEncoder();

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
  /** Its place in the room; null before it has joined and once it has given it up. */
  member: Member | null = null;
  #formerName = "";

  /** Nobody else may write to `conn`. */
  constructor(server: ServerContext, conn: LineConnection) {
    this.server = server;
    this.address = conn.peer.address;
    this.account = server.accounts.open(networkOf(conn.peer.address), server.clock.now());
    this.label = `${conn.peer.address}:${conn.peer.port}`;
    this.writer = new Writer(conn, {
      now: () => server.clock.now(),
      renderLagged: (_room, from, to) =>
        this.dialect?.renderPrivate({ type: "lagged", room: LOBBY, from, to }, this.name) ?? "",
      queueBytes: server.limits.queueBytes,
      onFailure: () => this.cutOff(),
      onWaiting: (bytes) => this.addWaiting(bytes),
      onOverflow: () => {
        server.logger.warn("reads nothing", this.who());
        this.cutOff();
      },
      onLag: (_room, events) => {
        server.totals.eventsSkipped += events;
        server.logger.warn("lagged", { ...this.who(), skipped: events });
      },
    });
  }

  /** Its name, also when it has just left; empty before it has one. */
  get name(): string {
    return this.member?.name ?? this.#formerName;
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
   * Adds bytes for this client alone at the present end of the log, and sends them.
   *
   * @param slot A kind of which only the newest matters: it takes the place of one that waits.
   */
  write(piece: Piece, slot?: string): void {
    const { room } = this.server;
    this.writer.insert(piece, { room, force: true, ...(slot === undefined ? {} : { slot }) });
    this.writer.wake();
  }

  /** More waits here for this client; less, when negative. */
  addWaiting(bytes: number): void {
    this.waitingBytes += bytes;
    this.server.waiting.add(this.account, bytes);
  }

  /** Answers, behind everything that has been published so far. */
  reply(event: PrivateEvent): void {
    // A client that asks for signs of life without reading them gets one.
    const slot = event.type === "pong" ? event.type : undefined;
    this.server.order.whenSettled(() => this.write(this.encode(event), slot));
  }

  /** Answers with an event that is in the log already. */
  replyLogged(event: LogEvent): void {
    const lines = this.dialect?.renderLog(event, LOBBY) ?? "";
    this.server.order.whenSettled(() => this.write(encoder.encode(lines)));
  }

  /** Answers that something was not done. */
  fail(code: ErrorCode, text: string, id?: string): void {
    this.reply({ type: "error", code, text, ...(id === undefined ? {} : { id }) });
  }

  /** An event for this client as bytes; a client without a dialect yet is answered in plain. */
  encode(event: PrivateEvent): Uint8Array {
    return encoder.encode((this.dialect ?? plain).renderPrivate(harmless(event), this.name));
  }

  /** From here on it has no place; replies that are still to come carry its name. */
  protected giveUp(): void {
    this.#formerName = this.name;
    this.member = null;
  }

  /** Ends a connection that does not work any more or costs too much, and gives back what it holds. */
  abstract cutOff(): void;
}

/**
 * Words to people may quote what somebody has typed: a name that nobody has, a reason. What a screen
 * would obey is taken out here, where all of them pass, rather than wherever one is written.
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
