/**
 * Where the past of a log that is new to us begins, when only the last so many messages are wanted:
 * comings and goings lie between them, so pages are counted backwards from the newest event.
 *
 * @module
 */

import { MAX_HISTORY_PAGE } from "../../protocol/limits.ts";
import type { History, HistoryRequest, LogEvent } from "../../protocol/messages.ts";

/** Looks for the beginning, one page at a time. */
export class Beginning {
  /**
   * Backwards from `before` so many messages are still wanted; undefined: nothing is looked for.
   */
  #counting: { readonly before: number; readonly messages: number } | undefined;
  #isAwaited = false;
  /** So many were wanted when the search began. */
  #wanted = 0;
  /** Comings and goings before this `seq` are not told. */
  #movesFrom = 0;

  /** A page that is looked for is awaited. */
  get awaited(): boolean {
    return this.#isAwaited;
  }

  /**
   * Looks for it in another log.
   *
   * @param seq The newest one.
   * @param messages Wanted of the past; 0: there is nothing to look for.
   */
  restart(seq: number, messages: number): void {
    this.#movesFrom = 0;
    this.#counting = messages > 0 ? { before: seq + 1, messages } : undefined;
    this.#wanted = messages;
  }

  /** The page that is awaited will not come: {@linkcode next} asks for it again. */
  askAgain(): void {
    this.#isAwaited = false;
  }

  /** Does without it. */
  giveUp(): void {
    this.#counting = undefined;
    this.#isAwaited = false;
  }

  /**
   * What to ask the server for next, which is awaited from now on.
   *
   * @returns Undefined when nothing is looked for.
   */
  next(): HistoryRequest | undefined {
    if (this.#counting === undefined) return undefined;
    this.#isAwaited = true;
    const { before, messages } = this.#counting;
    return { type: "history", before, messages: Math.min(messages, MAX_HISTORY_PAGE) };
  }

  /**
   * The page that was awaited has come.
   *
   * @returns `first`: the `seq` with which the past begins, and `before`: of the event behind the
   * page; undefined: it begins further back.
   */
  page({ events, more }: History): { readonly first: number; readonly before: number } | undefined {
    const { before, messages } = this.#counting!;
    this.#isAwaited = false;
    const left = messages - events.filter(({ type }) => type === "message").length;
    const first = events[0]?.seq ?? before;
    if (events.length === MAX_HISTORY_PAGE && messages === this.#wanted) {
      this.#movesFrom = events.find(({ type }) => type !== "message")?.seq ?? before;
    }
    if (left > 0 && more && first < before) {
      this.#counting = { before: first, messages: left };
      return undefined;
    }
    this.#counting = undefined;
    return { first, before };
  }

  /** Whether an event is one of the oldest comings and goings, which are left out. */
  leavesOut(event: LogEvent): boolean {
    return event.type !== "message" && event.seq < this.#movesFrom;
  }
}
