/**
 * A client core at work, with a record of what it tells.
 *
 * @module
 */

import { ChatClient, type ChatClientOptions } from "../../../src/client/core/client.ts";
import type { ClientEvent, Ending } from "../../../src/client/core/events.ts";
import { dial } from "../../../src/net/dial.ts";
import { within } from "../../helpers/wait.ts";
import { ManualTimers } from "./manual_timers.ts";

/** A running client that remembers every event. */
export class Watched {
  /** The client. */
  readonly client: ChatClient;
  /** Its time. */
  readonly timers = new ManualTimers();
  /** How it ended. */
  readonly ending: Promise<Ending>;
  /** All that it has told. */
  readonly told: ClientEvent[] = [];
  #waiting: (() => void)[] = [];
  #read = 0;

  /** Starts a client that connects to a port of this computer. */
  constructor(port: number, options: Partial<ChatClientOptions> = {}) {
    const address = { hostname: "127.0.0.1", port };
    this.client = new ChatClient({
      connect: (signal) => dial(address, { timeoutMs: 20_000, signal }),
      name: "ada",
      timers: this.timers,
      ...options,
    });
    this.ending = this.client.run((events) => {
      this.told.push(...events);
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  /** The next event of this type, among those not yet looked at. */
  async next<T extends ClientEvent["type"]>(type: T): Promise<Extract<ClientEvent, { type: T }>> {
    for (;;) {
      while (this.#read < this.told.length) {
        const event = this.told[this.#read++];
        if (event?.type === type) return event as Extract<ClientEvent, { type: T }>;
      }
      await within(
        new Promise<void>((resolve) => this.#waiting.push(resolve)),
        `${type}; told was ${JSON.stringify(this.told)}`,
      );
    }
  }

  /** `seq` of the log's events told so far, and of what was missed as "from-to". */
  get seqs(): (number | string)[] {
    return this.told.flatMap((event): (number | string)[] => {
      if (event.type === "missed") return [`${event.from}-${event.to}`];
      if (event.type !== "told" || !("seq" in event.event)) return [];
      return [event.event.seq];
    });
  }

  /** Leaves and waits for the end. */
  async leave(): Promise<Ending> {
    this.client.leave({ waitMs: 0 });
    this.timers.advance(0);
    // The server may be silent: the goodbye is not waited for.
    await Promise.resolve();
    this.timers.advance(1_000);
    return await within(this.ending, "the end of the client");
  }
}
