/**
 * One connection of a client, from dialling to its end: says hello, waits for the welcome, and gives
 * events to the session and what they mean to the listener.
 *
 * @module
 */

import type { LineConnection } from "../../net/line_connection.ts";
import type { ChatClientOptions, ClientListener } from "./client_options.ts";
import { Connection } from "./connection.ts";
import type { ClientEvent } from "./events.ts";
import type { Identity } from "./identity.ts";
import type { ClientSession, ConnectionOutcome } from "./session.ts";
import type { Timers } from "./timers.ts";

/** After so many milliseconds without an answer a person wonders what is going on. */
const WONDERING_MS = 1_500;

/**
 * How long a right password may wait behind wrong ones from the same address, in milliseconds: a
 * server tries one a second, and this one in its turn. Behind 1,000 that guess it took 10 s
 * (`docs/survivors.md`).
 */
const GUESSES_MS = 10_000;

/** The usual time from the connection to the welcome, in milliseconds. */
const WELCOME_TIMEOUT_MS = 5_000;

/** What an attempt works with. */
export interface AttemptOptions extends Pick<ChatClientOptions, "connect"> {
  /** See {@linkcode ChatClientOptions.welcomeTimeoutMs}. */
  readonly welcomeTimeoutMs: number | undefined;
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal;
  /** Time and chance. */
  readonly timers: Timers;
  /** What it goes on with. */
  readonly session: ClientSession;
  /** With whose name and password. */
  readonly identity: Identity;
  /** Is told what happens. */
  readonly listener: ClientListener;
  /** Is told the connection when it stands, and undefined when it is gone. */
  readonly onConnection: (connection: Connection | undefined) => void;
}

/**
 * Connects once, and stays until that connection ends.
 *
 * @returns How it ended.
 * @throws What the listener throws; the connection is closed then.
 */
export async function attempt(options: AttemptOptions): Promise<ConnectionOutcome> {
  const { connect, signal, timers, session, listener, onConnection } = options;
  let lines: LineConnection;
  try {
    lines = await connect(signal);
  } catch (cause) {
    return { type: "lost", reason: "unreachable", cause, wasConnected: false };
  }
  if (signal.aborted) {
    lines.close();
    return { type: "lost", reason: "closed", wasConnected: false };
  }
  const connection = new Connection(lines, timers);
  onConnection(connection);
  session.begin(connection);
  const waiting = waitForWelcome(connection, options);
  try {
    for await (const batch of connection.events()) {
      await waiting.saying;
      const told: ClientEvent[] = [];
      for (const event of batch) session.take(event, told);
      if (told.length > 0) await listener(told);
      if (session.over !== undefined) break;
    }
    await waiting.saying;
  } finally {
    waiting.cancel();
    onConnection(undefined);
    session.disconnected();
  }
  return session.over ?? {
    type: "lost",
    reason: connection.fault === undefined ? connection.end : "unreachable",
    cause: connection.fault,
    wasConnected: session.wasWelcomed,
  };
}

/** Ends a connection that is not welcomed in time, and says before that why it takes so long. */
function waitForWelcome(
  connection: Connection,
  { welcomeTimeoutMs = WELCOME_TIMEOUT_MS, timers, session, identity, listener }: AttemptOptions,
): { readonly saying: Promise<void> | undefined; cancel(): void } {
  const withPassword = identity.password !== undefined;
  const cancelLimit = limitWelcome(connection, {
    timers,
    // After wrong passwords from its network, a server answers later.
    waitMs: welcomeTimeoutMs + (withPassword ? GUESSES_MS : 0),
    isOver: () => session.welcomed,
  });
  let saying: Promise<void> | undefined;
  const cancelWondering = timers.after(WONDERING_MS, () => {
    // A pong is no answer: a server that holds one back sends it to show that it lives.
    if (session.welcomed || session.over !== undefined) return;
    saying = (async () => await listener([{ type: "unanswered", withPassword }]))();
    // What it throws is thrown where the next batch would be told.
    saying.catch(() => {});
  });
  return {
    get saying() {
      return saying;
    },
    cancel() {
      cancelLimit();
      cancelWondering();
    },
  };
}

/** A welcome that is on its way has the longest: 60 KiB, the longest line, at 1 KiB/s. */
const MAX_WELCOME_MS = 60_000;

/** What a server may say before the welcome is over: its longest line, at 4 bytes a character. */
const MAX_WELCOME_BYTES = 256 * 1024;

/**
 * Bytes that arrived within this time are arriving. Longer than the 3 s between two pongs of a server
 * that lets many people in one after the other.
 */
const ARRIVING_MS = 4_000;

/**
 * Gives a connection up that is not welcomed in time. While bytes arrive, up to a minute, the time
 * is not over: over a slow link the welcome to a large room takes a while.
 *
 * @param connection Given up in the end.
 * @param options `waitMs`: the time, in milliseconds; `isOver`: there is nothing to wait for.
 * @returns Calls it off.
 */
export function limitWelcome(
  connection: Pick<Connection, "received" | "giveUp">,
  { timers, waitMs, isOver }: {
    readonly timers: Timers;
    readonly waitMs: number;
    readonly isOver: () => boolean;
  },
): () => void {
  const beganMs = timers.now();
  let seen = 0;
  const look = (): void => {
    if (isOver()) return;
    const { received } = connection;
    const elapsedMs = timers.now() - beganMs;
    const arriving = received > seen && received <= MAX_WELCOME_BYTES &&
      elapsedMs < MAX_WELCOME_MS;
    seen = received;
    if (elapsedMs < waitMs) cancel = timers.after(waitMs - elapsedMs, look);
    else if (arriving) {
      cancel = timers.after(Math.min(ARRIVING_MS, MAX_WELCOME_MS - elapsedMs), look);
    } else connection.giveUp();
  };
  let cancel = timers.after(Math.max(0, waitMs - ARRIVING_MS), look);
  return () => cancel();
}
