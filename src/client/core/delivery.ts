/**
 * The way of our messages: sends what the outbox holds, takes acknowledgements and refusals, and
 * sends again what the server could not store.
 *
 * @module
 */

import type { ErrorEvent } from "../../protocol/messages.ts";
import type { Connection } from "./connection.ts";
import type { ClientEvent, Uncertain } from "./events.ts";
import type { Outbox, Outgoing } from "./outbox.ts";
import { Retries, type Timers } from "./timers.ts";

/** Options of {@linkcode Delivery}. */
export interface DeliveryOptions {
  /** The client's messages on their way. */
  readonly outbox: Outbox;
  /** Time and chance. */
  readonly timers: Timers;
  /** Messages that the server cannot store are sent again for so many milliseconds. */
  readonly giveUpAfterMs: number;
  /** Whether a message can be sent now: one for a room that is being joined waits for that. */
  readonly mayGo: (message: Outgoing) => boolean;
  /** Is told when a message has left the outbox. */
  readonly onSettled: () => void;
  /** Is told the server's words when it could not store messages for too long. */
  readonly onGiveUp: (text: string) => void;
}

/** Delivers the messages of one client, over one connection after another. */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #outbox: Outbox;
  readonly #retries: Retries;
  #connection: Connection | undefined;
  #uncertain: Uncertain[] = [];

  /** Sends nothing before there is a connection. */
  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#outbox = options.outbox;
    this.#retries = new Retries(options.timers, options);
  }

  /** In the room: sends what waits. */
  connected(connection: Connection): void {
    this.#connection = connection;
    this.flush();
  }

  /** The connection is gone. */
  disconnected(): void {
    this.#connection = undefined;
    this.#retries.cancel();
    for (const message of this.#outbox.connectionLost()) {
      this.#uncertain.push({ type: "uncertain", message });
      this.#options.onSettled();
    }
  }

  /** Direct messages that were lost with a connection, since the last call. */
  takeUncertain(): Uncertain[] {
    const uncertain = this.#uncertain;
    this.#uncertain = [];
    return uncertain;
  }

  /** Sends what has not been sent on this connection, and can be. */
  flush(): void {
    if (this.#connection === undefined || this.#retries.waiting) return;
    for (const message of this.#outbox.takeUnsent(this.#options.mayGo)) {
      this.#connection.send(message);
    }
  }

  /**
   * An event with this id came: it is the acknowledgement, when the message is ours.
   *
   * @param told What the listener is to be told is added here.
   * @returns False when no message with this id is on its way.
   */
  acknowledged(id: string, told: ClientEvent[]): boolean {
    const message = this.#outbox.settle(id);
    if (message === undefined) return false;
    this.#retries.succeeded();
    told.push({ type: "delivered", message });
    this.#options.onSettled();
    return true;
  }

  /**
   * The server refused the message with this id, or cannot store it now.
   *
   * @returns False when no message with this id is on its way.
   */
  refused(id: string, error: ErrorEvent, told: ClientEvent[]): boolean {
    const message = this.#outbox.get(id);
    if (message === undefined) return false;
    if (error.code === "unavailable" && message.type === "say") {
      this.#postpone(error.text, told);
    } else {
      this.#outbox.settle(id);
      told.push({ type: "refused", message, error });
      this.#options.onSettled();
    }
    return true;
  }

  /** All that is unacknowledged is sent again a little later, in order. */
  #postpone(text: string, told: ClientEvent[]): void {
    if (this.#retries.waiting) return;
    const retryMs = this.#retries.later(() => {
      this.#outbox.sendAgain();
      this.flush();
    });
    if (retryMs === undefined) this.#options.onGiveUp(text);
    else told.push({ type: "postponed", retryMs, text });
  }
}
