/**
 * The past: a page for a program that asks, `/history`, which shows the last messages like those on
 * joining, and the search. Each look into the store is paid for first, and done in its turn.
 *
 * A long past is not queued: the writer asks for the next page when the last one is on its way.
 *
 * @module
 */

import type { Dialect } from "../../protocol/dialect.ts";
import { DEFAULT_HISTORY, MAX_HISTORY_PAGE, MAX_PAGE_BYTES } from "../../protocol/limits.ts";
import { type HistoryRequest, inRoom, LOBBY, type Search } from "../../protocol/messages.ts";
import type { PieceSource } from "../../room/private_queue.ts";
import { searchAll } from "../../store/search.ts";
import type { Lookup } from "../../store/store.ts";
import type { ClientConnection } from "../connection.ts";
import { unreadable } from "../settled.ts";

/** Tokens that a look into the store costs: it keeps everybody waiting for as long as it takes. */
const STORE_COST = 20;

const encoder = new TextEncoder();

/**
 * Looks into the store in steps, when that is paid for and it is this one's turn.
 *
 * @returns Null when it cannot be read now, which the client has been told, or it is leaving, or the
 * server stops.
 */
async function lookUp<T>(
  client: ClientConnection,
  look: () => Lookup<T>,
): Promise<T | null> {
  return await payForLookUp(client) ? await lookUpPaid(client, look) : null;
}

/** Pays for a look into the store; false when the client has left meanwhile. */
async function payForLookUp(client: ClientConnection): Promise<boolean> {
  const wait = client.throttle.pay(STORE_COST);
  if (wait !== null) await wait;
  return !client.leaving;
}

/** As {@linkcode lookUp}, for what has been paid for. */
async function lookUpPaid<T>(
  client: ClientConnection,
  look: () => Lookup<T>,
): Promise<T | null> {
  try {
    return await client.throttle.holdFor(client.server.lookups.run(client, look));
  } catch (error) {
    unreadable(client, error);
    return null;
  }
}

/** Answers with a page of the past. */
export async function history(client: ClientConnection, request: HistoryRequest): Promise<void> {
  const { store } = client.server.room;
  const { before = Infinity, limit = DEFAULT_HISTORY, messages } = request;
  const fits = client.dialect!.fits("history");
  const look = messages === undefined
    ? () => store.page(before, limit, fits)
    : () => store.talk(before, { messages, moves: MAX_HISTORY_PAGE - messages }, fits);
  const page = await lookUp(client, look);
  if (page !== null) {
    client.reply({ type: "history", room: LOBBY, ...page, events: inRoom(page.events, LOBBY) });
  }
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
      { type: "history", room: LOBBY, events: [], more: false },
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
    for (const event of page?.events ?? []) {
      if (event.seq <= end) text += dialect.renderLog(event, LOBBY);
    }
    last = page?.events.at(-1)?.seq ?? end;
    isOver = last >= end || page?.more !== true;
    const bytes = encoder.encode(isOver ? text + dialect.renderHistoryEnd() : text);
    writtenBytes += bytes.length;
    return bytes;
  }
  return () => isOver ? null : nextPage();
}

/** Answers with the newest messages that hold all words of the query. */
export async function search(client: ClientConnection, request: Search): Promise<void> {
  const { store } = client.server.room;
  const limit = request.limit ?? DEFAULT_HISTORY;
  const fits = client.dialect!.fits("results");
  const page = await lookUp(client, () => searchAll([store], request.query, limit, { fits }));
  if (page === null) return;
  const events = page.found.map(({ event }) => ({ ...event, room: LOBBY }));
  client.reply({ type: "results", room: LOBBY, events, more: page.more });
  if (store.windowOnly) {
    const text = "This server keeps no database: only the newest messages were searched.";
    client.reply({ type: "notice", text });
  }
}
