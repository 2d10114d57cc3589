/**
 * The past: a page for a program that asks, and `/history`, which shows the last messages like those
 * on joining. A long past is not queued: the writer asks for the next page when the last one is on
 * its way.
 *
 * @module
 */

import type { Dialect } from "../../protocol/dialect.ts";
import { DEFAULT_HISTORY, MAX_HISTORY_PAGE } from "../../protocol/limits.ts";
import type { PieceSource } from "../../room/private_queue.ts";
import type { HistoryRequest } from "../../protocol/messages.ts";
import type { ClientConnection } from "../connection.ts";
import { lookUp, lookUpPaid, payForLookUp } from "./look_up.ts";

const encoder = new TextEncoder();

/** Answers with a page of the past. */
export async function history(client: ClientConnection, request: HistoryRequest): Promise<void> {
  const { store } = client.server.room;
  const { before = Infinity, limit = DEFAULT_HISTORY } = request;
  const fits = client.dialect!.fits("history");
  const page = await lookUp(client, () => store.page(before, limit, fits));
  if (page !== null) client.reply({ type: "history", ...page });
}

/**
 * Shows the last messages.
 *
 * @param count How many messages, 1 or more; json gets at most 500 events.
 */
export async function showHistory(client: ClientConnection, count: number): Promise<void> {
  const dialect = client.dialect!;
  if (dialect.echoes) {
    // Messages are counted, and what lies between them comes along.
    const { recent, store } = client.server.room;
    const run = recent.newest(count, 1);
    const limit = run === null ? count : store.lastSeq - run.seq + 1;
    return await history(client, { type: "history", limit: Math.min(limit, MAX_HISTORY_PAGE) });
  }
  if (!await payForLookUp(client)) return;
  client.server.order.whenSettled(() => client.write(pages(client, dialect, count)));
}

/** The pages, from the heading to the line that says where the present begins. */
function pages(client: ClientConnection, dialect: Dialect, count: number): PieceSource {
  const { recent, store } = client.server.room;
  const run = recent.newest(count, 1);
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
  let last = run.seq - 1;
  let isOver = false;
  let heading = dialect.renderHistoryStart(run.count, run.from, run.to);
  async function nextPage(): Promise<Uint8Array> {
    const fits = dialect.fits("history");
    const page = await lookUpPaid(client, () => store.pageAfter(last, MAX_HISTORY_PAGE, fits));
    let text = heading;
    heading = "";
    for (const event of page?.events ?? []) if (event.seq <= end) text += dialect.renderLog(event);
    last = page?.events.at(-1)?.seq ?? end;
    isOver = last >= end || page?.more !== true;
    return encoder.encode(isOver ? text + dialect.renderHistoryEnd() : text);
  }
  return () => isOver ? null : nextPage();
}
