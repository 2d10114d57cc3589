/**
 * The speaking half of a session: everything that one client is told goes through here, and from
 * here through its cursor.
 *
 * @module
 */

import type { LineConnection } from "../net/line_connection.ts";
import type { Dialect } from "../protocol/dialect.ts";
import type { ErrorCode, LogEvent, PrivateEvent } from "../protocol/messages.ts";
import { plain } from "../protocol/plain.ts";
import { cleanLine, cleanText } from "../protocol/text.ts";
import { Cursor } from "../room/cursor.ts";
import type { Member } from "../room/members.ts";
import type { Piece } from "../room/outbox.ts";
import type { Hub } from "./hub.ts";

const encoder = new TextEncoder();

/** See the module. */
export abstract class Voice {
  /** The server around it. */
  readonly hub: Hub;
  /** The only writer of its connection. */
  readonly cursor: Cursor;
  /** IP address of the other end. */
  readonly address: string;
  /** Address and port of the other end, for the log. */
  readonly label: string;
  /** What it speaks; null before its first line. */
  dialect: Dialect | null = null;
  /** Its place in the room; null before it has joined and once it has given it up. */
  member: Member | null = null;
  #formerName = "";

  /** Nobody else may write to `conn`. */
  constructor(hub: Hub, conn: LineConnection) {
    this.hub = hub;
    this.address = conn.peer.address;
    this.label = `${conn.peer.address}:${conn.peer.port}`;
    this.cursor = new Cursor(conn, {
      now: () => hub.clock.now(),
      renderLagged: (from, to) =>
        this.dialect?.renderPrivate({ type: "lagged", from, to }, this.name) ?? "",
      outboxBytes: hub.limits.outboxBytes,
      onFailure: () => this.cutOff(),
      onLag: (events) => {
        hub.totals.eventsSkipped += events;
        hub.logger.warn("lagged", { ...this.who(), skipped: events });
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

  /** Adds bytes for this client alone at the present end of the log, and sends them. */
  write(piece: Piece): void {
    this.cursor.insert(piece, undefined, { force: true });
    this.cursor.wake();
  }

  /** Answers, behind everything that has been published so far. */
  reply(event: PrivateEvent): void {
    this.hub.room.whenSettled(() => this.write(this.encode(event)));
  }

  /** Answers with an event that is in the log already. */
  replyLogged(event: LogEvent): void {
    const lines = this.dialect?.renderLog(event) ?? "";
    this.hub.room.whenSettled(() => this.write(encoder.encode(lines)));
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

  /** Ends a connection that does not work any more. */
  protected abstract cutOff(): void;
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
