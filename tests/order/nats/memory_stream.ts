/**
 * A stream in memory that several servers share, with the faults that a network has: what is
 * published is lost, stored later, or stored twice.
 *
 * @module
 */

import {
  type BatchStream,
  type Checkpoint,
  type Reply,
  type StreamHandlers,
  type StreamPosition,
} from "../../../src/order/nats/stream.ts";
import { START_MS } from "../../server/manual_clock.ts";

/** How a {@linkcode MemoryNats} is; by default nothing goes wrong. */
export interface Settings {
  /** Called for each publish: the steps after which it is stored, each time that it is. */
  readonly delays?: () => readonly number[];
  /** The clock of NATS; default: it is right where that of a server is one of the tests. */
  readonly nowMs?: () => number;
  /** See `BatchStream.id`. */
  readonly id?: string;
  /** As before NATS 2.10: it does not say with each batch when it was stored. */
  readonly isOld?: boolean;
}

/** What all servers see. */
export class MemoryNats {
  readonly id: string;
  readonly stored: { readonly batch: Uint8Array; readonly atMs: number }[] = [];
  readonly saved: Checkpoint[] = [];
  readonly streams: MemoryStream[] = [];
  readonly isOld: boolean;
  /** It takes no states. */
  isFull = false;
  readonly #delays: () => readonly number[];
  readonly nowMs: () => number;
  #onTheWay: { due: number; readonly batch: Uint8Array; readonly done: () => void }[] = [];
  #step = 0;

  constructor(
    {
      delays = () => [0],
      nowMs = () => START_MS + performance.now(),
      id = "0123456789abcdef0123456789abcdef",
      isOld = false,
    }: Settings = {},
  ) {
    this.isOld = isOld;
    this.id = id;
    this.#delays = delays;
    this.nowMs = nowMs;
  }

  /** Connects a server. */
  open(handlers: StreamHandlers): MemoryStream {
    const stream = new MemoryStream(this, handlers);
    this.streams.push(stream);
    return stream;
  }

  /** How many publishes are to be stored yet. */
  get onTheWay(): number {
    return this.#onTheWay.length;
  }

  publish(batch: Uint8Array): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const delays = this.#delays();
    // As when no answer came in time; nobody waits for it where it is stored in this step.
    if (delays.length === 0 || delays[0]! > 0) queueMicrotask(() => reject(new Error("timeout")));
    for (const delay of delays) {
      this.#onTheWay.push({ due: this.#step + delay, batch, done: resolve });
    }
    this.#store();
    return promise;
  }

  /** Time goes on: what is due is stored. */
  step(): void {
    this.#step++;
    this.#store();
  }

  #store(): void {
    const due = this.#onTheWay.filter((one) => one.due <= this.#step);
    this.#onTheWay = this.#onTheWay.filter((one) => one.due > this.#step);
    for (const { batch, done } of due) {
      this.stored.push({ batch, atMs: this.nowMs() });
      done();
      for (const stream of this.streams) stream.onStored();
    }
  }
}

/** One server's connection. */
export class MemoryStream implements BatchStream {
  readonly id: string;
  /** It hears nothing of its own accord: the test calls {@linkcode hear}. */
  isSlow = false;
  seq = 0;
  /** Nothing is taken. */
  isHeld = false;
  readonly #nats: MemoryNats;
  readonly #handlers: StreamHandlers;
  readonly #listeners = new Map<string, ((data: Uint8Array, reply?: Reply) => void)[]>();
  #isStarted = false;
  #isCutOff = false;

  constructor(nats: MemoryNats, handlers: StreamHandlers) {
    this.id = nats.id;
    this.#nats = nats;
    this.#handlers = handlers;
  }

  /** Nothing goes in or out; or everything does again. */
  set isCutOff(isCutOff: boolean) {
    this.#isCutOff = isCutOff;
    this.#handlers.onConnected(!isCutOff);
    if (!isCutOff) this.onStored();
  }

  start({ seq }: StreamPosition): Promise<void> {
    this.#isStarted = true;
    this.seq = seq;
    this.hear(Infinity);
    this.#handlers.onConnected(true);
    return Promise.resolve();
  }

  onStored(): void {
    if (!this.isSlow) queueMicrotask(() => this.hear(Infinity));
  }

  /** Hands over stored messages, so many at most. */
  hear(count: number): void {
    if (!this.#isStarted || this.#isCutOff) return;
    for (; count > 0 && !this.isHeld && this.seq < this.#nats.stored.length; count--) {
      const { batch, atMs } = this.#nats.stored[this.seq++]!;
      this.#handlers.onBatch(this.seq, batch, this.#nats.isOld ? null : atMs);
    }
  }

  get behind(): number {
    return this.#nats.stored.length - this.seq;
  }

  hold(isHeld: boolean): void {
    this.isHeld = isHeld;
    if (!isHeld) this.onStored();
  }

  send(batch: Uint8Array): void {
    this.publish(batch).catch(() => {});
  }

  publish(batch: Uint8Array): Promise<void> {
    if (this.#isCutOff) return Promise.reject(new Error("cut off"));
    return this.#nats.publish(batch);
  }

  get(seq: number): Promise<{ readonly batch: Uint8Array; readonly storedAtMs: number } | null> {
    const one = this.#nats.stored[seq - 1];
    return Promise.resolve(one === undefined ? null : { batch: one.batch, storedAtMs: one.atMs });
  }

  signal(subject: "alive" | `to.${string}`, data: Uint8Array): void {
    if (this.#isCutOff) return;
    for (const stream of this.#nats.streams) stream.#hearSignal(subject, data);
  }

  #hearSignal(subject: string, data: Uint8Array, reply?: Reply): boolean {
    const listeners = this.#isCutOff ? [] : this.#listeners.get(subject) ?? [];
    for (const heard of listeners) heard(data, reply);
    return listeners.length > 0;
  }

  onSignal(
    subject: "alive" | `to.${string}`,
    heard: (data: Uint8Array, reply?: Reply) => void,
  ): () => void {
    this.#listeners.set(subject, [...this.#listeners.get(subject) ?? [], heard]);
    return () => {
      const others = this.#listeners.get(subject)!.filter((other) => other !== heard);
      this.#listeners.set(subject, others);
    };
  }

  /** How many listen to a subject. */
  listenersOf(subject: "alive" | `to.${string}`): number {
    return this.#listeners.get(subject)?.length ?? 0;
  }

  request(server: string, data: Uint8Array): Promise<Uint8Array> {
    if (this.#isCutOff) return Promise.reject(new Error("cut off"));
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const heard = this.#nats.streams.some((one) => one.#hearSignal(`to.${server}`, data, resolve));
    if (!heard) reject(new Error("nobody listens"));
    return promise;
  }

  saveCheckpoint(data: Uint8Array): Promise<void> {
    if (this.#nats.isFull) return Promise.reject(new Error("full"));
    this.#nats.saved.push({ data, atMs: this.#nats.nowMs() });
    return Promise.resolve();
  }

  async *checkpoints(): AsyncGenerator<Checkpoint> {
    yield* this.#nats.saved.toReversed();
  }

  close(): Promise<void> {
    this.#nats.streams.splice(this.#nats.streams.indexOf(this), 1);
    this.#isStarted = false;
    return Promise.resolve();
  }
}
