/**
 * A program at the server's door: sends requests of the json dialect and reads events.
 *
 * @module
 */

import type { Entrance } from "../client/core/fake_server.ts";
import { LOBBY, type RoomWish, type ServerEvent } from "../../src/protocol/messages.ts";
import { type ConnectOptions, PlainClient } from "./plain_client.ts";
import { SAFETY_MS } from "./wait.ts";

export type { ServerEvent };

/** The event with this `type`. */
export type EventOf<T extends ServerEvent["type"]> = Extract<ServerEvent, { readonly type: T }>;

/** What can be put beside the name into a hello; the position is that in the lobby. */
export interface HelloFields extends RoomWish {
  /** The secret of an earlier welcome. */
  readonly session?: string;
  /** The last direct message seen of those that waited. */
  readonly directs?: number;
  /** It is a program. */
  readonly bot?: true;
  /** The default room. */
  readonly room?: string;
  /** The rooms to be in; default the lobby, where there is a position in it. */
  readonly rooms?: Readonly<Record<string, RoomWish>>;
}

/** The fields of a hello, as they are sent. */
export function helloFields(
  { log, after, at, history, key, rooms, ...more }: HelloFields,
): Readonly<Record<string, unknown>> {
  const lobby = { log, after, at, history, key };
  const isGiven = Object.values(lobby).some((value) => value !== undefined);
  return { ...more, rooms: rooms ?? (isGiven ? { [LOBBY]: lobby } : undefined) };
}

/** One connection that speaks json. */
export class JsonClient {
  /** The connection below, for raw bytes. */
  readonly wire: PlainClient;

  private constructor(wire: PlainClient) {
    this.wire = wire;
  }

  /** Connects to a port of 127.0.0.1 and says nothing yet. */
  static async connect(port: number, options: ConnectOptions = {}): Promise<JsonClient> {
    return new JsonClient(await PlainClient.connect(port, options));
  }

  /** Connects, says hello and reads on to the welcome and to the first room. */
  static async join(
    port: number,
    name: string,
    fields: HelloFields = {},
  ): Promise<{ client: JsonClient; welcome: Entrance }> {
    const client = await JsonClient.connect(port, { label: name });
    await client.hello(name, fields);
    return { client, welcome: await client.entrance() };
  }

  /** Reads on to the welcome and to the first room. */
  async entrance(): Promise<Entrance> {
    const welcome = await this.next("welcome");
    const { log, seq, names, count, forget } = await this.next("joined");
    const went = forget === undefined ? {} : { forget };
    return { ...welcome, log, seq, members: names, count, ...went };
  }

  /** Sends a hello. */
  hello(name: string, fields: HelloFields = {}): Promise<void> {
    return this.send({ type: "hello", protocol: 1, name, ...helloFields(fields) });
  }

  /** Sends any object, right or wrong, as one line. */
  send(request: unknown): Promise<void> {
    return this.wire.say(JSON.stringify(request));
  }

  /** Says something to everybody. */
  say(text: string, id?: string): Promise<void> {
    return this.send({ type: "say", text, ...(id === undefined ? {} : { id }) });
  }

  /**
   * The next event, or null at the end. Lines that do not start with `{` are skipped, as every json
   * client does.
   */
  async event(timeoutMs: number = SAFETY_MS): Promise<ServerEvent | null> {
    for (;;) {
      const line = await this.wire.line(timeoutMs);
      if (line === null) return null;
      if (line.startsWith("{")) return JSON.parse(line) as ServerEvent;
    }
  }

  /**
   * Reads on to the first event of a type.
   *
   * @param which Which one of that type; default any.
   * @throws {Error} When the end comes first.
   */
  async next<T extends ServerEvent["type"]>(
    type: T,
    which: (event: EventOf<T>) => boolean = () => true,
  ): Promise<EventOf<T>> {
    for (;;) {
      const event = await this.event();
      if (event === null) {
        throw new Error(`The end came before ${type}: ${this.wire.seen.slice(-8).join("\n  ")}`);
      }
      if (event.type === type && which(event as EventOf<T>)) return event as EventOf<T>;
    }
  }

  /** Reads on to the message with this text. */
  message(text: string): Promise<EventOf<"message">> {
    return this.next("message", (message) => message.text === text);
  }

  /** All events not yet read, up to the end. */
  async rest(): Promise<ServerEvent[]> {
    const events: ServerEvent[] = [];
    for (let event = await this.event(); event !== null; event = await this.event()) {
      events.push(event);
    }
    return events;
  }

  /** All events that have arrived, read by the test or not. */
  seen(): ServerEvent[] {
    return this.wire.seen.filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as ServerEvent);
  }

  /** Closes without a `quit`. */
  close(): void {
    this.wire.close();
  }

  /** Closes, and waits until the reader has noticed. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.wire[Symbol.asyncDispose]();
  }
}
