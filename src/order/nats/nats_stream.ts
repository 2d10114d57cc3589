/**
 * The stream on NATS JetStream, which republishes what it has stored, with its number, to a plain
 * subject. Every server listens to that; what is missed is fetched by its number.
 *
 * Of JetStream it uses nothing else: no consumers, which live on one node each and take seconds to
 * be made anew, and neither ids nor expected numbers of messages, whose checks were wrong in
 * versions that people run (nats-server issues 4320 and 6415).
 *
 * @module
 */

import { systemClock } from "../../clock.ts";
import { Failure } from "../../failure.ts";
import { Checkpoints } from "./checkpoints.ts";
import { Faults } from "./faults.ts";
import { Follower } from "./follower.ts";
import { isFull, JetStream, JetStreamError } from "./jetstream.ts";
import { Link, type NatsMessage } from "./link.ts";
import { AskError, isForbidden } from "./link_errors.ts";
import { type NatsNames, natsNames, type NatsOptions } from "./options.ts";
import { prepareStreams } from "./prepare.ts";
import {
  type BatchStream,
  type Checkpoint,
  NotStored,
  PUBLISH_TIMEOUT_MS,
  type Reply,
  type StreamHandlers,
  type StreamPosition,
} from "./stream.ts";

/** Between two tries to reach NATS at the start. */
const WAIT_MS = 1_000;

/**
 * Connects to NATS, for as long as it takes, and makes the streams of the cluster or checks them.
 *
 * @param handlers From now on; {@linkcode StreamHandlers.onFault} says why it takes long.
 * @throws {Failure} When trying again is of no use: credentials, permissions, TLS, settings.
 */
export async function openNatsStream(
  options: NatsOptions,
  handlers: StreamHandlers,
): Promise<BatchStream> {
  const faults = new Faults(handlers.onFault);
  for (;;) {
    try {
      const stream = await openOnce(options, handlers, faults);
      faults.over("unreachable");
      return stream;
    } catch (error) {
      if (!(error instanceof Error) || error instanceof Failure) throw error;
      faults.raise("unreachable", `${error.message}. Trying again until it works`);
    }
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
}

async function openOnce(
  options: NatsOptions,
  handlers: StreamHandlers,
  faults: Faults,
): Promise<BatchStream> {
  let stream: NatsStream | undefined;
  const link = await Link.open(options, {
    onLost: () => stream?.lost(),
    onBack: () => stream?.back(),
    onForbidden: (message) => faults.raise("forbidden", message),
  });
  try {
    const jetStream = new JetStream(link);
    const id = await prepareStreams(link, jetStream, options);
    const names = natsNames(options.cluster);
    stream = new NatsStream({ link, jetStream, names, id, handlers, faults });
    await stream.listen();
    return stream;
  } catch (error) {
    await link.close();
    throw error;
  }
}

/** What a {@linkcode NatsStream} works with. */
interface NatsStreamOptions {
  readonly link: Link;
  readonly jetStream: JetStream;
  readonly names: NatsNames;
  readonly id: string;
  readonly handlers: StreamHandlers;
  readonly faults: Faults;
}

/** A stream on NATS JetStream. */
class NatsStream implements BatchStream {
  readonly id: string;
  readonly #options: NatsStreamOptions;
  readonly #link: Link;
  readonly #checkpoints: Checkpoints;
  #follower: Follower | null = null;

  constructor(options: NatsStreamOptions) {
    const { link, jetStream, names, id } = options;
    this.id = id;
    this.#options = options;
    this.#link = link;
    this.#checkpoints = new Checkpoints(jetStream, names, { log: id });
  }

  /**
   * Listens to what the stream stores.
   *
   * @throws {Failure} When NATS does not allow it.
   */
  async listen(): Promise<void> {
    this.#link.listen(this.#options.names.live, (message) => this.#heard(message));
    try {
      await this.#link.hearAll();
    } catch (error) {
      throw isForbidden(error) ? new Failure(error.message) : error;
    }
  }

  async start(from: StreamPosition): Promise<void> {
    this.#follower = new Follower({ ...this.#options, from, clock: systemClock });
    await this.#follower.started;
  }

  send(batch: Uint8Array): void {
    this.#link.send(this.#options.names.log, batch);
  }

  async publish(batch: Uint8Array): Promise<void> {
    const { jetStream, names, faults } = this.#options;
    if (!this.#link.stands) throw new NotStored("There is no connection to NATS");
    try {
      const seq = await jetStream.publish(names.log, batch, PUBLISH_TIMEOUT_MS);
      faults.over("full");
      this.#follower?.stored(seq);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  get behind(): number {
    return this.#follower?.behind ?? 0;
  }

  hold(isHeld: boolean): void {
    this.#follower?.hold(isHeld);
  }

  async get(
    seq: number,
  ): Promise<{ readonly batch: Uint8Array; readonly storedAtMs: number } | null> {
    const { jetStream, names } = this.#options;
    const stored = await jetStream.message(names.stream, { seq });
    return stored === null ? null : { batch: stored.data, storedAtMs: stored.storedAtMs };
  }

  signal(subject: "alive" | `to.${string}`, data: Uint8Array): void {
    this.#link.send(this.#options.names.signal(subject), data);
  }

  onSignal(
    subject: "alive" | `to.${string}`,
    heard: (data: Uint8Array, reply?: Reply) => void,
  ): () => void {
    return this.#link.listen(this.#options.names.signal(subject), ({ reply, data }) => {
      if (reply === "") heard(data);
      else heard(data, (answer) => this.#link.send(reply, answer));
    });
  }

  async request(server: string, data: Uint8Array, ms: number): Promise<Uint8Array> {
    return (await this.#link.ask(this.#options.names.signal(`to.${server}`), data, ms)).data;
  }

  async saveCheckpoint(data: Uint8Array, seq: number): Promise<void> {
    await this.#checkpoints.save(data, seq);
  }

  checkpoints(): AsyncIterable<Checkpoint> {
    return this.#checkpoints.newestFirst();
  }

  async close(): Promise<void> {
    this.#follower?.close();
    await this.#link.close();
  }

  /** The connection is lost. */
  lost(): void {
    this.#follower?.lost();
  }

  /** There is a connection again. */
  back(): void {
    this.#follower?.askNow();
  }

  #heard({ header, data }: NatsMessage): void {
    const seq = Number(header("Nats-Sequence"));
    // Before NATS 2.10 there is no time.
    const storedAtMs = Date.parse(header("Nats-Time-Stamp"));
    this.#follower?.heard(seq, { data, storedAtMs: Number.isNaN(storedAtMs) ? null : storedAtMs });
  }

  /** What it means that a batch was not stored, or perhaps not. */
  #explain(error: unknown): unknown {
    const { stream } = this.#options.names;
    if (error instanceof AskError && error.why === "nobody") {
      this.#follower?.askNow();
      return new NotStored(`Nobody takes what is published to stream ${stream}`);
    }
    if (isForbidden(error)) return new NotStored(error.message);
    if (!(error instanceof JetStreamError)) return error;
    if (isFull(error)) {
      const what = `Stream ${stream} takes no more (${error.message})`;
      this.#options.faults.raise("full", `${what}: raise its limits, or give NATS more room`);
    }
    return new NotStored(error.message);
  }
}
