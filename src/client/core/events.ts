/**
 * What the client core tells its screen, its pipe or its bot.
 *
 * @module
 */

import type {
  ByeReason,
  ErrorCode,
  ErrorEvent,
  InRoom,
  Joined,
  Parted,
  ServerEvent,
  Typed,
  Welcome,
} from "../../protocol/messages.ts";
import type { Hole } from "./gap.ts";
import type { Outgoing } from "./outbox.ts";

/** It begins to connect. */
export interface Connecting extends Typed<"connecting"> {
  /** 0 for the first time, then 1, 2, 3 … until there is a welcome again. */
  readonly attempt: number;
}

/**
 * The connection stands, and the server takes its time to answer the hello: more than 1.5 s. Comes
 * at most once a connection.
 */
export interface Unanswered extends Typed<"unanswered"> {
  /** The hello had a password: after wrong ones from its address, the answer comes later. */
  readonly withPassword: boolean;
}

/** The server has let the client in. Its rooms follow, each with {@linkcode Entered}. */
export interface Connected extends Typed<"connected"> {
  /** What the server answered. */
  readonly welcome: Welcome;
  /** It was let in before: this is a reconnection. */
  readonly again: boolean;
}

/**
 * It is in a room: for the first time, or again after a reconnection. A room that it cannot come into
 * is told as an error with its `room`.
 */
export interface Entered extends InRoom, Typed<"entered"> {
  /** What the server said of the room. */
  readonly joined: Joined;
  /** It was in it when the connection was lost. */
  readonly again: boolean;
  /**
   * The room's log is not the one known from before, or has gone back to an earlier state: what came
   * after `joined.forget` is not in it.
   */
  readonly newLog: boolean;
}

/** It is no longer in a room. Nothing of that room follows, unless it comes into it again. */
export interface Gone extends InRoom, Typed<"gone"> {
  /**
   * How that came; absent: it could not come back into it after the connection was lost, and the error
   * that says why was told right before.
   */
  readonly parted?: Parted;
}

/** The server told something. Events of a room's log come in the order of `seq`, each once. */
export interface Told extends Typed<"told"> {
  /** What it told. Its pongs, its pages that fill gaps and its `lagged` stay in the core. */
  readonly event: ServerEvent;
  /** It happened before the last {@linkcode Entered} of its room. */
  readonly past: boolean;
}

/** Events of a room that will not come. */
export interface Missed extends InRoom, Hole {}

/** A message of ours has been published. */
export interface Delivered extends Typed<"delivered"> {
  /** The message. */
  readonly message: Outgoing;
}

/** A message of ours was not accepted, and will not be sent again. */
export interface Refused extends Typed<"refused"> {
  /** The message. */
  readonly message: Outgoing;
  /** Why. */
  readonly error: ErrorEvent;
}

/** The connection was lost after a direct message was sent: it may or may not have arrived. */
export interface Uncertain extends Typed<"uncertain"> {
  /** The message. It is not sent again, so that nobody reads it twice. */
  readonly message: Outgoing;
}

/**
 * The server cannot keep messages now, or let us into a room; they are sent again, or it is asked
 * again.
 */
export interface Postponed extends Typed<"postponed"> {
  /** The room, where it is about one. */
  readonly room?: string;
  /** Milliseconds until they are. */
  readonly retryMs: number;
  /** The server's words. */
  readonly text: string;
}

/** The connection is gone; it will try again. */
export interface Lost extends Typed<"lost"> {
  /** Why. */
  readonly reason: LossReason;
  /** Milliseconds until it tries again. */
  readonly retryMs: number;
  /** It had been in the room; false for one more vain attempt. */
  readonly wasConnected: boolean;
}

/** Whatever the client core tells. */
export type ClientEvent =
  | Connecting
  | Unanswered
  | Connected
  | Entered
  | Gone
  | Told
  | Missed
  | Delivered
  | Refused
  | Uncertain
  | Postponed
  | Lost;

/** How a client ended, but for what it leaves behind. */
export interface Over {
  /**
   * - `quit`: it left as it was asked to;
   * - `unreachable`: the first connection did not come about, `cause` says why;
   * - `no_welcome`: something answered there, but not like a chat server;
   * - `refused`: the server did not let it in, or a message of the protocol says it may not come;
   * - `removed`: the server ended it for good (kicked, banned, replaced, or full when it first came);
   * - `gave_up`: the connection was lost, or messages not accepted, for longer than allowed.
   */
  readonly reason: "quit" | "unreachable" | "no_welcome" | "refused" | "removed" | "gave_up";
  /** For people, in the server's words where it said some; may be empty. */
  readonly text: string;
  /** The server's code, where it refused; `full` where it was that for too long. */
  readonly code?: ErrorCode;
  /** The server's reason, where it removed. */
  readonly bye?: ByeReason;
  /** What connecting threw. */
  readonly cause?: unknown;
}

/** How a client ended. */
export interface Ending extends Over {
  /**
   * What was said and never acknowledged: first the direct messages of which nobody knows, then the
   * others, each oldest first.
   */
  readonly undelivered: readonly Outgoing[];
}

/** Why a connection was lost: the server's last word, or what the connection showed. */
export type LossReason =
  | "closed"
  | "broken"
  | "silent"
  | "unreachable"
  | "unavailable"
  | ByeReason;

/**
 * Says why a connection was lost.
 *
 * @returns A clause without a full stop.
 */
export function lossText(reason: LossReason): string {
  switch (reason) {
    case "closed":
      return "the server closed the connection";
    case "broken":
    case "lost":
      return "the connection was lost";
    case "silent":
      return "the server no longer answers";
    case "unreachable":
      return "the server cannot be reached";
    case "shutdown":
      return "the server was shut down";
    case "full":
      return "the server is full";
    case "unavailable":
      return "the server cannot store messages now";
    case "timeout":
      return "the server waited too long for this client";
    default:
      return `the server ended the connection (${reason})`;
  }
}
