/**
 * The stream as the order on NATS sees it: stored messages in one order, the same for all servers
 * of a cluster, and beside it what servers tell each other without storing it. It knows nothing of
 * chat. `nats_stream.ts` is the real one.
 *
 * Two facts of streams shape the order above it. A message may be stored although its publisher was
 * never told, so that it is sent, and stored, a second time: whoever reads the stream has to know
 * what was there before. And a message may be stored late: after others that were sent later.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { SESSION_KEPT_MS } from "../../store/stored_sessions.ts";

/** What is the matter with a stream. */
export type StreamTrouble =
  /** Nobody answers; we go on trying. */
  | "unreachable"
  /** There is no such stream any more. Batches are refused until somebody brings it back. */
  | "deleted"
  /** It takes no more: its own limits, or the disk of NATS. */
  | "full"
  /** NATS does not let us do what we have to. */
  | "forbidden"
  /** Its settings have been changed so that they do not do. */
  | "settings"
  /**
   * It is another stream than before, or has lost its end: what we have seen is not in it. Nothing
   * comes after this; the server stops.
   */
  | "replaced"
  /** A message that we have not seen yet is gone. Nothing comes after this; the server stops. */
  | "gone";

/** Something that the operator has to see. */
export interface StreamFault {
  /** What it is. */
  readonly trouble: StreamTrouble;
  /** For the log and for people: one line, with what to do. */
  readonly message: string;
}

/** Where to begin with the stream. */
export interface StreamPosition {
  /** Number of the last message that was handled; 0: none. */
  readonly seq: number;
  /** Its {@linkcode batchHash}; null: it is not compared with what the stream has. */
  readonly hash: string | null;
}

/** What is told to whoever opened a stream. None of these may throw. */
export interface StreamHandlers {
  /**
   * Called for each stored message after the position, by number, without gaps.
   *
   * @param seq Number of the message: 1 or more.
   * @param batch What was published.
   * @param storedAtMs When NATS stored it, by its own clock; null where this way of hearing it does
   * not say (a live message before NATS 2.10). It is for setting one's clock only: two servers may
   * be told different things.
   */
  readonly onBatch: (seq: number, batch: Uint8Array, storedAtMs: number | null) => void;
  /**
   * Called when it changes whether we are in touch: `true` once everything that was stored a moment
   * ago has been handed over, `false` after 3 s without a word from the stream's leader.
   */
  readonly onConnected: (connected: boolean) => void;
  /** Called once when trouble begins, and again only after it was over. */
  readonly onFault: (fault: StreamFault) => void;
}

/** A saved state. */
export interface Checkpoint {
  /** What was saved. */
  readonly data: Uint8Array;
  /** When NATS stored it, by its own clock: milliseconds since 1970. */
  readonly atMs: number;
}

/** Answers a request; at most once. */
export type Reply = (data: Uint8Array) => void;

/** Messages in one order, the same for all servers. */
export interface BatchStream {
  /** Who this stream is: as long as it is the same, numbers mean the same messages. */
  readonly id: string;
  /**
   * Begins to hand over, after whoever opened it has found out where to begin: in its database, or
   * in one of the {@linkcode checkpoints}. Called once.
   *
   * @returns Resolves when everything that was stored at the time of the call is handed over.
   * @throws {Failure} When the stream does not fit the position: its end is lost, or what comes
   * next is gone already.
   */
  start(from: StreamPosition): Promise<void>;
  /**
   * Publishes once, and asks for no answer: that it is handed over is one. The way to begin with,
   * since answers cost a server as much as the batches.
   *
   * @param batch At most {@linkcode MAX_BATCH_BYTES}.
   */
  send(batch: Uint8Array): void;
  /**
   * Publishes once. Sending again is the caller's business, since it may be stored twice then.
   *
   * @param batch At most {@linkcode MAX_BATCH_BYTES}.
   * @returns Resolves when the stream has said that it is stored; it may have been handed over
   * before that.
   * @throws {Error} When that is not known within {@linkcode PUBLISH_TIMEOUT_MS}, or, perhaps at
   * once, when NATS says that it is not stored: wait before sending again. It may be stored all the
   * same, unless the error is a {@linkcode NotStored}.
   */
  publish(batch: Uint8Array): Promise<void>;
  /** Messages that are known to be stored, and have not been handed over. */
  readonly behind: number;
  /**
   * Hands over nothing more, or goes on, after what was missed. We are in touch meanwhile, if the
   * stream answers.
   */
  hold(isHeld: boolean): void;
  /**
   * One stored message.
   *
   * @returns null: it is gone, or not there yet.
   * @throws {Error} When nobody answers.
   */
  get(seq: number): Promise<{ readonly batch: Uint8Array; readonly storedAtMs: number } | null>;
  /**
   * Tells all servers, or one, and does not learn whether it was heard.
   *
   * @param subject `to.` with the name of a server: letters, digits, `-` and `_`.
   */
  signal(subject: "alive" | `to.${string}`, data: Uint8Array): void;
  /**
   * Listens until the stream is closed. One's own signals are heard, too.
   *
   * @param heard `reply` is there when the other side waits for an answer.
   * @returns Stops it before that.
   */
  onSignal(
    subject: "alive" | `to.${string}`,
    heard: (data: Uint8Array, reply?: Reply) => void,
  ): () => void;
  /**
   * Asks a server.
   *
   * @param ms How long to wait.
   * @throws {Error} After that time, or at once when no such server listens.
   */
  request(server: string, data: Uint8Array, ms: number): Promise<Uint8Array>;
  /**
   * Saves a state, and lets the stream forget what no later start needs: what is before the newest
   * checkpoint that is {@linkcode IDS_KEPT_MS} old. The newest 48 are kept.
   *
   * @param data Of any size: it is stored in pieces.
   * @param seq The last message that it includes.
   * @throws {Error} When it is not known to be stored.
   */
  saveCheckpoint(data: Uint8Array, seq: number): Promise<void>;
  /**
   * The saved states, newest first. One that is not whole is passed over.
   *
   * @throws {Error} When nobody answers.
   */
  checkpoints(): AsyncIterable<Checkpoint>;
  /** Ends it: nothing is called any more. */
  close(): Promise<void>;
}

/** NATS has answered that a batch is not stored, and why. */
export class NotStored extends Error {
  /** See {@linkcode Error.name}. */
  override readonly name = "NotStored";
}

/** Below the payload of 1 MiB that NATS takes by default, with room for its headers. */
export const MAX_BATCH_BYTES: number = 512 * 1024;

/** A leader answers in milliseconds; after this a batch may as well be lost. */
export const PUBLISH_TIMEOUT_MS = 250;

/** A start reads the stream from a checkpoint that is as old as ids are remembered. */
export const IDS_KEPT_MS: number = SESSION_KEPT_MS;

/** What tells one message from another: SHA-256 of what was published, in hexadecimal. */
export function batchHash(batch: Uint8Array): string {
  return createHash("sha256").update(batch).digest("hex");
}
