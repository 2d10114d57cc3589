/**
 * The few requests of JetStream's API that a stream needs, as JSON over NATS. Consumers are not
 * among them: each lives on one node, and stops with it.
 *
 * @module
 */

import { Failure } from "../../failure.ts";
import type { Link, NatsMessage } from "./link.ts";
import { AskError, isForbidden } from "./link_errors.ts";

/** How long NATS may take for what is not urgent: an election takes several seconds. */
const API_TIMEOUT_MS = 2_000;

/** An election takes up to 10 s. */
const PATIENCE_MS = 30_000;

/** Between two questions. */
const AGAIN_MS = 250;

/** Replicas tell each other once a second that they live: nanoseconds. */
const HEARD_NS = 2_000_000_000;

/** Codes of JetStream's errors (`err_code`) that we tell apart. */
export const JS_ERROR = {
  /** No message with that number. */
  noMessage: 10037,
  /** The account may not use JetStream. */
  notEnabledForAccount: 10039,
  /** A stream of that name is there, with other settings. */
  nameInUse: 10058,
  /** There is no such stream. */
  noStream: 10059,
  /** More than one replica, but NATS is no cluster. */
  noReplicas: 10074,
  /** JetStream is off. */
  notEnabled: 10076,
} as const;

/**
 * Limits of the account, of resources, of memory, of the disk, and of the stream (codes of
 * JetStream's errors).
 */
const FULL: readonly number[] = [10002, 10023, 10028, 10047, 10077];

/** JetStream has refused a request. */
export class JetStreamError extends Error {
  /** See {@linkcode Error.name}. */
  override readonly name = "JetStreamError";

  /**
   * JetStream has refused a request.
   *
   * @param errorCode One of {@linkcode JS_ERROR}, or another one; 0: none was given.
   */
  constructor(message: string, readonly errorCode: number) {
    super(message);
  }
}

/** A stored message. */
export interface Stored {
  /** Its number in the stream. */
  readonly seq: number;
  /** What was published. */
  readonly data: Uint8Array;
  /** When it was stored: milliseconds since 1970. */
  readonly storedAtMs: number;
}

/** Settings of a stream, by the names that JetStream gives them. */
export type StreamConfig = Readonly<Record<string, unknown>>;

/** Settings of a stream that may have to be made. */
export type NamedStreamConfig = StreamConfig & { readonly name: string };

/** What a stream says of itself. */
export interface StreamInfo {
  /** Its settings, of which JetStream may leave out those that are off. */
  readonly config: StreamConfig;
  /** Oldest number that it has. */
  readonly firstSeq: number;
  /** Newest number that it has had. */
  readonly lastSeq: number;
  /**
   * Whether its leader has heard of so many replicas just now that it can store something. A leader
   * that is cut off from the others believes for up to 20 s that it leads (nats-server 2.9.10).
   */
  readonly hasQuorum: boolean;
}

/** The API. All of it throws {@linkcode JetStreamError} and {@linkcode AskError}. */
export class JetStream {
  readonly #link: Link;

  /** The API over a connection. */
  constructor(link: Link) {
    this.#link = link;
  }

  /**
   * What the leader of a stream says of it.
   *
   * @returns null: there is no such stream.
   */
  async info(stream: string, timeoutMs: number = API_TIMEOUT_MS): Promise<StreamInfo | null> {
    try {
      const { config, state, cluster } = await this.#ask(`STREAM.INFO.${stream}`, {}, timeoutMs);
      const { first_seq: firstSeq, last_seq: lastSeq } = fieldsOf(state);
      return {
        config: fieldsOf(config),
        firstSeq: Number(firstSeq),
        lastSeq: Number(lastSeq),
        hasQuorum: cluster === undefined || hasQuorum(fieldsOf(cluster)),
      };
    } catch (error) {
      if (isJetStreamError(error, JS_ERROR.noStream)) return null;
      throw error;
    }
  }

  /** Makes a stream. One with the same settings may be there already. */
  async create(config: NamedStreamConfig): Promise<void> {
    // The nodes agree on where it lives, and elect its leader.
    await this.#ask(`STREAM.CREATE.${config.name}`, config, 5_000);
  }

  /** Removes a stream, with its messages. */
  async remove(stream: string): Promise<void> {
    await this.#ask(`STREAM.DELETE.${stream}`, {});
  }

  /** Removes the messages of a stream that come before a number. */
  async purge(stream: string, before: number): Promise<void> {
    await this.#ask(`STREAM.PURGE.${stream}`, { seq: before });
  }

  /**
   * Publishes to a stream.
   *
   * @returns Its number there.
   */
  async publish(
    subject: string,
    data: Uint8Array,
    timeoutMs: number = API_TIMEOUT_MS,
  ): Promise<number> {
    return Number(checked(await this.#link.ask(subject, data, timeoutMs)).seq);
  }

  /**
   * The same as {@linkcode message}, asked again while nobody answers: a stream that was just made,
   * or whose node has just died, has no leader for some seconds.
   *
   * @throws {Failure} At once, when NATS does not let us ask.
   * @throws {AskError} When nobody has answered for {@linkcode PATIENCE_MS}.
   */
  async messagePatiently(
    stream: string,
    query: { readonly seq: number; readonly next_by_subj?: string },
  ): Promise<Stored | null> {
    const endMs = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await this.message(stream, query);
      } catch (error) {
        if (isForbidden(error)) throw new Failure(error.message);
        if (!(error instanceof AskError) || performance.now() > endMs) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  /**
   * A message as the leader has it: after a failure a replica may have another one for a while.
   *
   * @param query Its number; or the number from which on to look for the first of a subject.
   * @returns null: the leader has not got it.
   */
  async message(
    stream: string,
    query: { readonly seq: number; readonly next_by_subj?: string },
  ): Promise<Stored | null> {
    try {
      const reply = await this.#ask(`STREAM.MSG.GET.${stream}`, query);
      const { seq, data = "", time } = fieldsOf(reply.message);
      return {
        seq: Number(seq),
        data: Uint8Array.fromBase64(String(data)),
        storedAtMs: Date.parse(String(time)),
      };
    } catch (error) {
      if (isJetStreamError(error, JS_ERROR.noMessage)) return null;
      throw error;
    }
  }

  async #ask(
    request: string,
    body: Readonly<Record<string, unknown>>,
    timeoutMs: number = API_TIMEOUT_MS,
  ): Promise<Readonly<Record<string, unknown>>> {
    return checked(await this.#link.ask(`$JS.API.${request}`, JSON.stringify(body), timeoutMs));
  }
}

/** Whether JetStream has refused, with this code. */
export function isJetStreamError(error: unknown, code: number): error is JetStreamError {
  return error instanceof JetStreamError && error.errorCode === code;
}

/** Whether a message could not be stored because of a limit, of the stream or of NATS. */
export function isFull(error: JetStreamError): boolean {
  return FULL.includes(error.errorCode);
}

/** @param cluster What a stream says of its replicas. */
function hasQuorum({ leader, replicas }: Readonly<Record<string, unknown>>): boolean {
  if (leader === undefined) return false;
  const others = Array.isArray(replicas) ? replicas : [];
  const heard = others.filter((replica) => Number(fieldsOf(replica).active) < HEARD_NS);
  return 1 + heard.length > (1 + others.length) / 2;
}

/** What an answer holds. */
function checked({ data }: NatsMessage): Readonly<Record<string, unknown>> {
  const answer = fieldsOf(JSON.parse(new TextDecoder().decode(data)));
  if (answer.error === undefined) return answer;
  const { description, err_code: code } = fieldsOf(answer.error);
  throw new JetStreamError(String(description), Number(code ?? 0));
}

/** The fields of what should be an object. */
function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
