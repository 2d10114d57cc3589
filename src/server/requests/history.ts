/**
 * The past: a page for a program that asks, and `/history`, which shows the last messages like those
 * on joining. A long past is not queued: the writer asks for the next page when the last one is on
 * its way.
 *
 * @module
 */

import type { Dialect } from "../../protocol/dialect.ts";
import { DEFAULT_HISTORY, MAX_HISTORY_PAGE, MAX_PAGE_BYTES } from "../../protocol/limits.ts";
import type { PieceSource } from "../../room/private_queue.ts";
import type { HistoryRequest } from "../../protocol/messages.ts";
import type { ClientConnection } from "../connection.ts";
import { lookUp, lookUpPaid, payForLookUp } from "./look_up.ts";

const encoder = new TextEncoder();

/** Answers with a page of the past. */
export async function history(client: ClientConnection, request: HistoryRequest): Promise<void> {
  const { store } = client.server.room;
  const { before = Infinity, limit = DEFAULT_HISTORY, messages } = request;
  const fits = client.dialect!.fits("history");
  const look = messages === undefined
    ? () => store.page(before, limit, fits)
    : () => store.talk(before, { messages, moves: MAX_HISTORY_PAGE - messages }, fits);
  const page = await lookUp(client, look);
  if (page !== null) client.reply({ type: "history", ...page });
}

/**
 * Shows the last messages.
 *
 * @param count How many messages, 1 to 500; what lies between them comes along, at most 500 events
 * in all.
 */
export async function showHistory(client: ClientConnection, count: number): Promise<void> {
  const dialect = client.dialect!;
  if (dialect.echoes) {
    return await history(client, { type: "history", messages: count });
  }
  if (!await payForLookUp(client)) return;
  client.server.order.whenSettled(() => client.write(pages(client, dialect, count)));
}

/** The pages, from the heading to the line that says where the present begins. */
function pages(client: ClientConnection, dialect: Dialect, count: number): PieceSource {
  const { recent, store } = client.server.room;
  const run = recent.newest(count, 1, store.lastSeq + 1);
  if (run === null) {
    let text: string | null = dialect.renderPrivate(
      { type: "history", events: [], more: false },
      client.name,
    );
    return () => {
      const bytes = text === null ? null : encoder.encode(text);
      text = null;
      return bytes;
    };
  }
  const end = store.lastSeq;
  const leftOut = [...run.leftOut];
  let last = run.seq - 1;
  let isOver = false;
  let heading = dialect.renderHistoryStart(run.count, run.from, run.to);
  /** Written since the last time it was paid for: a page of a program is no longer. */
  let writtenBytes = 0;
  async function nextPage(): Promise<Uint8Array | null> {
    if (writtenBytes >= MAX_PAGE_BYTES) {
      writtenBytes = 0;
      if (!await payForLookUp(client)) return null;
    }
    const fits = dialect.fits("history");
    while ((leftOut[0]?.[0] ?? Infinity) <= last + 1) {
      last = Math.max(last, leftOut.shift()![1] - 1);
    }
    const limit = Math.min(MAX_HISTORY_PAGE, (leftOut[0]?.[0] ?? Infinity) - 1 - last);
    const page = await lookUpPaid(client, () => store.pageAfter(last, limit, fits));
    let text = heading;
    heading = "";
    for (const event of page?.events ?? []) if (event.seq <= end) text += dialect.renderLog(event);
    last = page?.events.at(-1)?.seq ?? end;
    isOver = last >= end || page?.more !== true;
    const bytes = encoder.encode(isOver ? text + dialect.renderHistoryEnd() : text);
    writtenBytes += bytes.length;
    return bytes;
  }
  return () => isOver ? null : nextPage();
}
