/**
 * What a client is told before it begins.
 *
 * @module
 */

import type { LineConnection } from "../../net/line_connection.ts";
import { MAX_NAME_CHARS, NAME_RULE } from "../../protocol/limits.ts";
import type { ErrorEvent } from "../../protocol/messages.ts";
import { foldedName } from "../../protocol/normalize.ts";
import { excerpt } from "../../protocol/quote.ts";
import { countCodePoints } from "../../protocol/text.ts";
import type { ClientEvent } from "./events.ts";
import type { Outgoing } from "./outbox.ts";
import type { Timers } from "./timers.ts";

/** A room to be in. */
export interface WantedRoom {
  /** Its name, as people type it. */
  readonly room: string;
  /** Its key, where it has one. */
  readonly key?: string | undefined;
  /**
   * Its log, where a page was reloaded that was in it: if the room was closed meanwhile, it is not
   * made again.
   */
  readonly log?: string | undefined;
}

/** Options of `ChatClient`. */
export interface ChatClientOptions {
  /** Makes a connection; rejects when that fails or the signal aborts. */
  readonly connect: (signal: AbortSignal) => Promise<LineConnection>;
  /** The name wished for. */
  readonly name: string;
  /**
   * The rooms to come into, at most 20, each with its key where it has one; the first one is the
   * default room. Default: the lobby. Names as people type them.
   */
  readonly rooms?: readonly WantedRoom[];
  /**
   * Messages of the past to begin with in each room, 0 or more, and what lies between them, or all
   * that is stored; default 50.
   */
  readonly history?: number | "all";
  /**
   * The past is fetched page by page from all that is stored, at the listener's speed, rather than
   * sent on joining from the server's newest window; default: only when all of it is wanted.
   */
  readonly paged?: boolean;
  /**
   * Milliseconds from the connection to the welcome; default 5,000. While a welcome arrives over a
   * slow link it may take up to a minute.
   */
  readonly welcomeTimeoutMs?: number;
  /** After a loss it tries for so many milliseconds to come back; default: forever. */
  readonly giveUpAfterMs?: number;
  /** The first connection, too, is tried again when it fails; default false. */
  readonly patient?: boolean;
  /** Of longer gaps only so many of the newest events are fetched; default: all. */
  readonly maxFill?: number;
  /** The session to resume, where a page was reloaded. */
  readonly session?: string | undefined;
  /** The same: `ChatClient.lastDirect`. */
  readonly lastDirect?: number | undefined;
  /** The same: messages to everybody that were not acknowledged; at most 500. */
  readonly unacknowledged?: readonly Outgoing[];
  /** The server's password, where it has one. */
  readonly password?: string | undefined;
  /** Finds the password when there is none or it was wrong; undefined ends the client. */
  readonly askPassword?: (error: ErrorEvent) => Promise<string | undefined>;
  /**
   * Finds another name when one was refused; undefined ends the client. Default: it ends. A name
   * that will be free soon (`freeInMs`) is waited for meanwhile, also without this.
   *
   * @param free Aborts when that name is free, or the client ends: no other is needed any more.
   */
  readonly askName?: (error: ErrorEvent, free?: AbortSignal) => Promise<string | undefined>;
  /** Time and chance; default the real ones. */
  readonly timers?: Timers;
}

/** Is told what happens, in batches; the next batch waits for its promise, and so does reading. */
export type ClientListener = (events: readonly ClientEvent[]) => void | Promise<void>;

/**
 * Of what characters the name of a room may be, as far as it can be said without the server's table
 * of scripts.
 */
const ROOM_NAME = /^[\p{L}\p{Nd}\p{M}_.'-]+$/u;

/**
 * A room as somebody typed it.
 *
 * @param wanted Its name in any case, perhaps with `#` before it.
 * @returns The same with the name that it has in events.
 * @throws {RangeError} When no room can be called so; the server's rules are stricter.
 */
export function wantedRoom({ room, ...more }: WantedRoom): WantedRoom {
  const folded = foldedName(room.trim().replace(/^#/, ""));
  if (!ROOM_NAME.test(folded) || countCodePoints(folded) > MAX_NAME_CHARS) {
    throw new RangeError(
      `No room can be called ${excerpt(room)}: use ${NAME_RULE}.`,
    );
  }
  return { ...more, room: folded };
}
