/**
 * The past: a page for a program that asks, `/history`, which shows the last messages like those on
 * joining, and the search. Each look into the store is paid for first, and done in its turn.
 *
 * A long past is not queued: the writer asks for the next page when the last one is on its way.
 *
 * @module
 */

import type { Dialect } from "../../protocol/dialect.ts";
import {
  DEFAULT_HISTORY,
  MAX_HISTORY_PAGE,
  MAX_PAGE_BYTES,
  utf8Bytes,
} from "../../protocol/limits.ts";
import {
  type AboutRoom,
  type HistoryRequest,
  inRoom,
  type Search,
} from "../../protocol/messages.ts";
import type { PieceSource } from "../../room/private_queue.ts";
import { searchAll } from "../../store/search.ts";
import type { Lookup } from "../../store/room_store.ts";
import type { ClientConnection } from "../connection.ts";
import type { Room } from "../../room/room.ts";
import { unreadable } from "../settled.ts";
import { ErasedMeanwhile } from "./erased_meanwhile.ts";
import { answerIn, isIn, roomOf, tellLater } from "./about_room.ts";

/** Tokens that a look into the store costs: it keeps everybody waiting for as long as it takes. */
const STORE_COST = 20;

const encoder = new TextEncoder();

/**
 * Looks into the store in steps, when that is paid for and it is this one's turn.
 *
 * @param options.cost Tokens; default: 20, for a look that may take 50 ms.
 * @param options.onUnreadable Tells the client that the store cannot be read now.
 * @returns Null when it cannot be read now, which the client has been told, or it is leaving, or
 * the server stops.
 */
export async function lookUp<T>(
  client: ClientConnection,
  look: () => Lookup<T>,
  { cost, onUnreadable }: { readonly cost?: number; readonly onUnreadable?: () => void } = {},
): Promise<T | null> {
  return await payForLookUp(client, cost) ? await lookUpPaid(client, look, onUnreadable) : null;
}

/** Pays for a look into the store; false when the client has left meanwhile. */
async function payForLookUp(client: ClientConnection, cost = STORE_COST): Promise<boolean> {
  const wait = client.throttle.pay(cost);
  if (wait !== null) await wait;
  return !client.leaving;
}

/** As {@linkcode lookUp}, for what has been paid for. */
async function lookUpPaid<T>(
  client: ClientConnection,
  look: () => Lookup<T>,
  onUnreadable?: () => void,
): Promise<T | null> {
  try {
    return await client.throttle.holdFor(client.server.lookups.run(client, look));
  } catch (error) {
    unreadable(client, error, onUnreadable);
    return null;
  }
}

/** Answers with a page of the past. */
export async function history(client: ClientConnection, request: HistoryRequest): Promise<void> {
  const room = roomOf(client, request.room);
  if (room === null) return;
  const { store, name } = room;
  const { before = Infinity, after, limit = DEFAULT_HISTORY, messages } = request;
  const fits = client.dialect!.fits("history", name);
  const look = () => {
    if (after !== undefined) return store.pageAfter(after, limit, fits);
    if (messages === undefined) return store.page(before, limit, fits);
    return store.talk(before, { messages, moves: MAX_HISTORY_PAGE - messages }, fits);
  };
  using erased = new ErasedMeanwhile(room);
  const page = await lookUp(client, look);
  if (page === null) return;
  await answerIn(client, room, () => (
    { type: "history", room: name, ...page, events: inRoom(erased.left(page.events), name) }
  ));
}

/**
 * Shows the last messages.
 *
 * @param count How many messages, 1 to 500; what lies between them comes along, at most 500 events
 * in all.
 */
export async function showHistory(
  client: ClientConnection,
  count: number,
  about: AboutRoom,
): Promise<void> {
  const dialect = client.dialect!;
  if (dialect.ackedById) {
    return await history(client, { type: "history", messages: count, ...about });
  }
  if (!await payForLookUp(client)) return;
  client.server.order.whenSettled(() => {
    const room = client.member === null ? null : roomOf(client, about.room);
    if (room !== null) client.write(pages(client, room, dialect, count), { room });
  });
}

/** The pages, from the heading to the line that says where the present begins. */
function pages(
  client: ClientConnection,
  room: Room,
  dialect: Dialect,
  count: number,
): PieceSource {
  const { name, recent, store } = room;
  const run = recent.newest(count, 1, store.lastSeq + 1);
  if (run === null) {
    let text: string | null = dialect.renderPrivate(
      { type: "history", room: name, events: [], more: false },
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
    const fits = dialect.fits("history", name);
    while ((leftOut[0]?.[0] ?? Infinity) <= last + 1) {
      last = Math.max(last, leftOut.shift()![1] - 1);
    }
    const limit = Math.min(MAX_HISTORY_PAGE, (leftOut[0]?.[0] ?? Infinity) - 1 - last);
    const page = await lookUpPaid(client, () => store.pageAfter(last, limit, fits));
    let text = heading;
    heading = "";
    for (const event of page?.events ?? []) {
      if (event.seq <= end && client.ignored?.hides(event) !== true) {
        text += dialect.renderLog(client.ignored?.shown(event) ?? event, name);
      }
    }
    last = page?.events.at(-1)?.seq ?? end;
    isOver = last >= end || page?.more !== true;
    const bytes = encoder.encode(isOver ? text + dialect.renderHistoryEnd() : text);
    writtenBytes += bytes.length;
    return bytes;
  }
  return () => isOver ? null : nextPage();
}

/**
 * Answers with the newest messages that hold all words of the query, of one room or of all in which
 * the client is.
 */
export async function search(client: ClientConnection, request: Search): Promise<void> {
  const one = request.room === undefined ? undefined : roomOf(client, request.room);
  if (one === null) return;
  const rooms = one === undefined ? [...client.member!.rooms] : [one];
  using watching = new DisposableStack();
  const byStore = new Map(rooms.map((room) => {
    return [room.store, { room, erased: watching.use(new ErasedMeanwhile(room)) }];
  }));
  const limit = request.limit ?? DEFAULT_HISTORY;
  const fits = client.dialect!.fits("results", longest(rooms));
  const stores = [...byStore.keys()];
  const { clock } = client.server;
  const options = { fits, now: () => clock.now() };
  const page = await lookUp(client, () => searchAll(stores, request.query, limit, options));
  if (page === null) return;
  // Where there is one only, nobody has to be told in which it was found.
  const room = one ?? (client.dialect!.manyRooms || rooms.length > 1 ? undefined : rooms[0]);
  const about = room === undefined ? {} : { room: room.name };
  await tellLater(client, () => {
    const events = page.found.flatMap(({ room: store, event }) => {
      const { room, erased } = byStore.get(store)!;
      const isShown = isIn(client, room) && !erased.has(event) &&
        client.ignored?.hides(event) !== true;
      return isShown ? [{ ...event, room: room.name }] : [];
    });
    return { type: "results", ...about, events, more: page.more };
  });
  if (stores.some((store) => store.windowOnly)) {
    const text = "This server keeps no database: only the newest messages were searched.";
    client.reply({ type: "notice", text });
  }
}

/** The longest of the names of rooms. */
function longest(rooms: readonly Room[]): string {
  const names = rooms.map(({ name }) => name);
  return names.reduce((one, other) => utf8Bytes(other) > utf8Bytes(one) ? other : one, "");
}
