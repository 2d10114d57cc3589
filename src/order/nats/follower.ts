/**
 * Follows the log from a position: what comes by itself, what was missed, and whether the stream is
 * still the one whose messages we have seen.
 *
 * @module
 */

import type { Clock } from "../../clock.ts";
import { Failure } from "../../failure.ts";
import { Contact } from "./contact.ts";
import type { Faults } from "./faults.ts";
import { InOrder, type Message } from "./in_order.ts";
import type { JetStream, StreamInfo } from "./jetstream.ts";
import type { Link } from "./link.ts";
import { isForbidden } from "./link_errors.ts";
import type { NatsNames } from "./options.ts";
import { wrongSetting } from "./prepare.ts";
import { RecentMessages } from "./recent.ts";
import { type StreamHandlers, type StreamPosition, type StreamTrouble } from "./stream.ts";
import { findWrongSetting, streamId } from "./stream_config.ts";

/** What a {@linkcode Follower} works with. */
export interface FollowerOptions {
  /** The connection, which hears the log's messages for it. */
  readonly link: Link;
  /** The same connection. */
  readonly jetStream: JetStream;
  /** How the stream is called. */
  readonly names: NatsNames;
  /** Which stream it must be. */
  readonly id: string;
  /** Where to begin. */
  readonly from: StreamPosition;
  /** Takes the messages. */
  readonly handlers: StreamHandlers;
  /** Takes what is the matter. */
  readonly faults: Faults;
  /** Counts time. */
  readonly clock: Clock;
}

/** How long the leader may take to say how far the stream is, before it is asked again. */
const INFO_TIMEOUT_MS = 1_000;

/** After so long, what the stream has stored is fetched if it did not come by itself. */
const LATE_MS = 50;

/** An old leader may not know yet that it is none: so often it is asked again, for 3 s. */
const MAX_BEHIND = 12;

/** Follows the log of a stream from a position. */
export class Follower {
  readonly #options: FollowerOptions;
  readonly #inOrder: InOrder;
  readonly #contact: Contact;
  readonly #recent: RecentMessages;
  /** Nothing is handed over before it is sure that the stream still has what we have seen. */
  #isSame = false;
  #timesBehind = 0;
  #cancelLate: (() => void) | null = null;
  #starting: PromiseWithResolvers<void> | null = Promise.withResolvers<void>();
  /** Resolves when everything is handed over; throws a {@linkcode Failure}. */
  readonly started: Promise<void> = this.#starting!.promise;

  /** Begins at once. */
  constructor(options: FollowerOptions) {
    this.#options = options;
    const { from, jetStream, names, handlers, clock, link } = options;
    this.#recent = new RecentMessages(from);
    this.#inOrder = new InOrder({
      seq: from.seq,
      clock,
      hand: (seq, { data, storedAtMs }) => {
        this.#recent.add(seq, data);
        handlers.onBatch(seq, data, storedAtMs);
      },
      fetch: async (seq) => {
        const message = await this.#allowed(jetStream.message(names.stream, { seq }));
        if (!this.#isSame) throw new Error("It may be another stream");
        this.#contact.word();
        return message;
      },
      onGone: (seq) =>
        this.#end(
          "gone",
          `Message ${seq} of stream ${names.stream} is gone, unseen by this server`,
        ),
    });
    this.#contact = new Contact({
      clock,
      ask: () => this.#allowed(this.#ask()),
      move: () => link.move(),
      onChange: (inTouch) => this.#changed(inTouch),
    });
  }

  /** Number of the last message that was handed over; 0: none. */
  get seq(): number {
    return this.#inOrder.seq;
  }

  /** See `BatchStream.behind`. */
  get behind(): number {
    return this.#inOrder.behind;
  }

  /** See `BatchStream.hold`. */
  hold(isHeld: boolean): void {
    this.#inOrder.hold(isHeld);
  }

  /** Takes what the stream has published by itself. */
  heard(seq: number, message: Message): void {
    // What is passed over here is fetched as soon as the stream is known to be the same.
    if (!this.#isSame) return;
    this.#contact.word();
    this.#inOrder.heard(seq, message);
  }

  /** The stream has said that it has stored a message, which should come by itself. */
  stored(seq: number): void {
    this.#contact.word();
    if (seq <= this.seq) return;
    this.#cancelLate ??= this.#options.clock.after(LATE_MS, () => {
      this.#cancelLate = null;
      this.#inOrder.need(seq);
    });
  }

  /** The connection is lost: what comes after it may be of another stream. */
  lost(): void {
    this.#isSame = false;
    this.#contact.doubt();
    this.#inOrder.giveUp();
  }

  /** Finds out now how things are. */
  askNow(): void {
    this.#contact.askNow();
  }

  /** Hands over nothing more. */
  close(): void {
    this.#stop();
    this.#starting?.reject(new Error("The stream was closed"));
    this.#starting = null;
  }

  #stop(): void {
    this.#contact.close();
    this.#inOrder.close();
    this.#cancelLate?.();
  }

  /** See {@linkcode ContactOptions.ask}. */
  async #ask(): Promise<boolean> {
    const { link, jetStream, names, faults } = this.#options;
    await link.hearAll();
    const info = await jetStream.info(names.stream, INFO_TIMEOUT_MS);
    if (info === null) {
      faults.raise("deleted", `Stream ${names.stream} was deleted: restore it`);
      return false;
    }
    faults.over("deleted");
    if (!info.hasQuorum) throw new Error("The leader cannot store anything");
    if (!this.#fits(info)) return false;
    if (!this.#isSame) {
      this.#isSame = await this.#hasSeen(info);
      // What came by itself meanwhile was passed over.
      return this.#isSame && await this.#ask();
    }
    if (await this.#inOrder.handed(info.lastSeq) && this.#isSame) return true;
    throw new Error("The connection was lost meanwhile");
  }

  /** Passes on what becomes of a question. At the start nobody waits for what is forbidden. */
  async #allowed<T>(asked: Promise<T>): Promise<T> {
    try {
      return await asked;
    } catch (error) {
      if (isForbidden(error)) {
        if (this.#starting === null) this.#options.faults.raise("forbidden", error.message);
        else this.#end("forbidden", error.message);
      }
      throw error;
    }
  }

  /** Whether it is our stream still, with settings that do. */
  #fits({ config, firstSeq, lastSeq }: StreamInfo): boolean {
    const { names, faults, id } = this.#options;
    const { stream } = names;
    if (streamId(config) !== id) {
      this.#end(
        "replaced",
        `Stream ${stream} is another one than before: restore the old one. If it was begun anew, ` +
          "see docs/cluster.md#lost-end",
      );
      return false;
    }
    if (firstSeq > this.seq + 1) {
      this.#end(
        "gone",
        `Stream ${stream} begins at message ${firstSeq}, but this server has seen only ` +
          `${this.seq}: start it with a copy of another server's database, or without --db`,
      );
      return false;
    }
    this.#timesBehind = lastSeq < this.seq ? this.#timesBehind + 1 : 0;
    if (this.#timesBehind > 0) {
      this.#isSame = false;
      if (this.#timesBehind === MAX_BEHIND) {
        this.#endLost(`it ends at message ${lastSeq}, but this server has seen ${this.seq}`);
      }
      return false;
    }
    const wrong = findWrongSetting(config, names);
    if (wrong === null) faults.over("settings");
    else faults.raise("settings", wrongSetting(names, wrong));
    return wrong === null;
  }

  /** Whether the stream has the newest messages that we have seen. */
  async #hasSeen({ firstSeq }: StreamInfo): Promise<boolean> {
    const { jetStream, names } = this.#options;
    const seqs = this.#recent.seqs.filter((seq) => seq >= firstSeq);
    const messages = await Promise.all(
      seqs.map((seq) => jetStream.message(names.stream, { seq })),
    );
    const found = messages.filter((message) => message !== null);
    const other = found.find(({ seq, data }) => !this.#recent.isSame(seq, data));
    if (other === undefined) return found.length === seqs.length;
    this.#endLost(`its message ${other.seq} is another one than this server has seen`);
    return false;
  }

  #endLost(what: string): void {
    const { stream } = this.#options.names;
    this.#end(
      "replaced",
      `Stream ${stream} has lost its end: ${what}. See docs/cluster.md#lost-end`,
    );
  }

  #end(trouble: StreamTrouble, message: string): void {
    this.#stop();
    const starting = this.#starting;
    this.#starting = null;
    if (starting === null) this.#options.faults.raise(trouble, message);
    else starting.reject(new Failure(message));
  }

  #changed(inTouch: boolean): void {
    const { faults, handlers, names } = this.#options;
    if (inTouch) {
      faults.over("unreachable", "forbidden");
      this.#starting?.resolve();
      this.#starting = null;
    } else {
      // After a silence the stream may have lost its end, although we were connected all the time.
      this.lost();
      faults.raise(
        "unreachable",
        `The leader of stream ${names.stream} does not answer. Trying again until it does`,
      );
    }
    handlers.onConnected(inTouch);
  }
}
