/**
 * What an operator does to streams, or what goes wrong with them.
 *
 * @module
 */

import { type NatsConnection, NatsConnectionImpl } from "@nats-io/nats-core/internal";
import { useDenoTransport } from "../../../src/order/nats/transport.ts";

/** The settings of a stream, as NATS names them. */
export type Settings = Readonly<Record<string, unknown>>;

/** An operator's connection. */
export class Admin implements AsyncDisposable {
  readonly #nats: NatsConnection;

  private constructor(nats: NatsConnection) {
    this.#nats = nats;
  }

  /** Connects. */
  static async at(url: string): Promise<Admin> {
    useDenoTransport();
    const servers = url.replace("nats://", "");
    return new Admin(await NatsConnectionImpl.connect({ servers, tls: null }));
  }

  /** The settings of a stream. */
  async settings(stream: string): Promise<Settings> {
    return (await this.#ask(`STREAM.INFO.${stream}`, {})).config as Settings;
  }

  /** How much a stream has. */
  async state(stream: string): Promise<{ readonly messages: number; readonly first_seq: number }> {
    return (await this.#ask(`STREAM.INFO.${stream}`, {})).state as {
      messages: number;
      first_seq: number;
    };
  }

  /** Makes a stream. */
  async make(settings: Settings & { readonly name: string }): Promise<void> {
    await this.#ask(`STREAM.CREATE.${settings.name}`, settings);
  }

  /** Changes settings of a stream. */
  async change(stream: string, changes: Settings): Promise<void> {
    await this.#ask(`STREAM.UPDATE.${stream}`, { ...await this.settings(stream), ...changes });
  }

  /** Removes a stream. */
  async remove(stream: string): Promise<void> {
    await this.#ask(`STREAM.DELETE.${stream}`, {});
  }

  /** Removes what comes before a number; without one, everything. */
  async purge(stream: string, seq?: number): Promise<void> {
    await this.#ask(`STREAM.PURGE.${stream}`, seq === undefined ? {} : { seq });
  }

  /** Publishes to a stream, and waits until it is stored. */
  async publish(subject: string, text: string): Promise<void> {
    await this.#nats.request(subject, text, { timeout: 30_000 });
  }

  /** Ends the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#nats.close();
  }

  async #ask(request: string, body: Settings): Promise<Settings> {
    const reply = await this.#nats.request(`$JS.API.${request}`, JSON.stringify(body), {
      timeout: 30_000,
    });
    const answer = reply.json<Settings>();
    if (answer.error !== undefined) throw new Error(`${request}: ${JSON.stringify(answer.error)}`);
    return answer;
  }
}
