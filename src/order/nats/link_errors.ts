/**
 * What the library's errors mean for us, and for people.
 *
 * @module
 */

import { errors } from "@nats-io/nats-core";
import { Failure } from "../../failure.ts";
import { TlsFault, type TlsFaultKind } from "../../net/tls/fault.ts";

/** Why a question has no answer. */
export type AskFailure =
  /** Nobody listens to that subject. */
  | "nobody"
  /** NATS does not let us. */
  | "forbidden"
  /** There was none in time, or the connection was lost. */
  | "no_answer";

/** A question has no answer. */
export class AskError extends Error {
  /** See {@linkcode Error.name}. */
  override readonly name = "AskError";

  /**
   * A question has no answer.
   *
   * @param why What it means.
   */
  constructor(message: string, readonly why: AskFailure) {
    super(message);
  }
}

/** What is wrong with TLS, and what to do. */
const TLS_FAULTS: Partial<Record<TlsFaultKind, string>> = {
  authority: "its certificate is that of an authority (CA:TRUE) and not of a server",
  chain: "a certificate that vouches for its own may not do so",
  expired: "its certificate has expired",
  not_for_servers: "its certificate is made for another purpose than servers",
  not_yet_valid: "its certificate is not valid yet. Is the clock of this machine right?",
  old_version: "its certificate is of version 1, which has no names",
  other_authority: "its certificate is not one that --nats-ca names",
  unknown_authority:
    "this machine does not trust its certificate: name its authority with --nats-ca",
  weak: "its certificate is signed in a way that is too weak, such as SHA-1",
  wrong_name: "its certificate is for another name: use that name in --nats",
};

/**
 * What it means that there is no connection.
 *
 * @returns A {@linkcode Failure} where trying again is of no use.
 */
export function dialError(error: unknown, servers: readonly string[]): Error {
  if (error instanceof Failure) return error;
  const at = servers.join(", ");
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof errors.AuthorizationError) {
    return new Failure(`NATS at ${at} refuses us (${message}): check --nats-creds`);
  }
  if (error instanceof TlsFault) {
    const words = TLS_FAULTS[error.kind];
    const cannot = `Cannot use TLS with NATS at ${at}: ${words ?? message}`;
    // Whatever else it is may be over in a moment: a node that has just died, for example.
    return words === undefined ? new Error(cannot) : new Failure(cannot);
  }
  if (/\btls\b/i.test(message)) return new Failure(`Cannot use NATS at ${at}: ${message}`);
  return new Error(`Cannot reach NATS at ${at}: ${message}`);
}

/** What it means that a question to a subject has no answer. */
export function askError(error: unknown, subject: string): AskError {
  if (error instanceof errors.RequestError && error.isNoResponders()) {
    return new AskError(`Nobody listens to ${subject}`, "nobody");
  }
  const found = findForbidden(error);
  if (found !== null) return new AskError(found, "forbidden");
  return new AskError(`No answer from ${subject} in time`, "no_answer");
}

/**
 * What NATS does not let us do.
 *
 * @returns One line; null: the error is about something else.
 */
export function findForbidden(error: unknown): string | null {
  const cause = error instanceof errors.RequestError ? error.cause : error;
  if (!(cause instanceof errors.PermissionViolationError)) return null;
  const what = cause.operation === "publish" ? "publish to" : "subscribe to";
  return forbidden(what, cause.subject).message;
}

/** NATS does not let us do something. */
export function forbidden(what: "publish to" | "subscribe to", subject: string): AskError {
  const message = `NATS does not let us ${what} ${subject}: see docs/cluster.md#permissions`;
  return new AskError(message, "forbidden");
}

/** Whether NATS does not let us: asking again is of no use for now. */
export function isForbidden(error: unknown): error is AskError {
  return error instanceof AskError && error.why === "forbidden";
}
