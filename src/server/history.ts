/**
 * `/history`: the last messages, shown like those on joining. A long past is not queued: the writer
 * asks for the next page when the last one is on its way.
 *
 * @module
 */

import type { Dialect } from "../protocol/dialect.ts";
import { MAX_HISTORY_PAGE } from "../protocol/limits.ts";
import type { PieceSource } from "../room/outbox.ts";
import { history, lookUpPaid, pageBefore, STORE_COST } from "./actions.ts";
import type { Session } from "./session.ts";

/** Events a page: some 3 KiB of everyday talk, half a megabyte of the longest texts. */
const PAGE_EVENTS = 32;

const encoder = new TextEncoder();

/**
 * Shows the past to whoever asks.
 *
 * @param count How many messages, 1 or more; json gets at most 500 events.
 */
export async function showHistory(session: Session, count: number): Promise<void> {
  const dialect = session.dialect!;
  if (dialect.echoes) {
    // Messages are counted, and what lies between them comes along.
    const { recent, store } = session.hub.room;
    const run = recent.newest(count, 1);
    const limit = run === null ? count : store.lastSeq - run.seq + 1;
    return await history(session, { type: "history", limit: Math.min(limit, MAX_HISTORY_PAGE) });
  }
  const wait = session.throttle.pay(STORE_COST);
  if (wait !== null) await wait;
  if (session.leaving) return;
  session.hub.room.whenSettled(() => session.write(pages(session, dialect, count)));
}

/** The pages, from the heading to the line that says where the present begins. */
function pages(session: Session, dialect: Dialect, count: number): PieceSource {
  const { recent, store } = session.hub.room;
  const run = recent.newest(count, 1);
  if (run === null) {
    let text: string | null = dialect.renderPrivate(
      { type: "history", events: [], more: false },
      session.name,
    );
    return () => {
      const bytes = text === null ? null : encoder.encode(text);
      text = null;
      return bytes;
    };
  }
  const end = store.lastSeq;
  let next = run.seq;
  let heading = dialect.renderHistoryStart(run.count, run.from, run.to);
  async function nextPage(): Promise<Uint8Array> {
    const last = Math.min(next + PAGE_EVENTS - 1, end);
    const page = await lookUpPaid(session, () => pageBefore(store, last + 1, PAGE_EVENTS));
    let text = heading;
    heading = "";
    for (const event of page?.events ?? []) if (event.seq >= next) text += dialect.renderLog(event);
    next = last + 1;
    if (last === end) {
      text += dialect.renderHistoryEnd();
      next = end + 2;
    }
    return encoder.encode(text);
  }
  return () => next > end + 1 ? null : nextPage();
}
