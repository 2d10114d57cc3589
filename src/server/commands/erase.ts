/**
 * `/erase`: takes away what messages said, for good. The messages stay, with their numbers, and say
 * `(erased)`. Everybody in the room is told, as of what the operator does.
 *
 * @module
 */

import { type AboutRoom, isErased, type LogEvent, MAX_ERASED } from "../../protocol/messages.ts";
import { nameKeys } from "../../protocol/names.ts";
import { MAX_HISTORY_PAGE } from "../../protocol/limits.ts";
import { MAX_RAW_NAME_UNITS } from "../../protocol/normalize.ts";
import { excerptIfNeeded } from "../../protocol/quote.ts";
import type { Room } from "../../room/room.ts";
import type { Lookup, RoomStore } from "../../store/store.ts";
import type { ClientConnection } from "../connection.ts";
import { keptRoomOf, proposeIn, reads } from "../requests/about_room.ts";
import { lookUp } from "../requests/history.ts";
import { knowsRules, record, tell } from "./answers.ts";

/** What is to be erased. */
interface Found {
  /** Of the messages, rising. */
  readonly seqs: readonly number[];
  /** Who said it. */
  readonly from: string;
}

/** What somebody said, all of it or the last so many messages: `bob`, `bob 3`. */
const OF_NAME = /^(\S+)(?: +([1-9]\d{0,9}))?$/;

/** Erases the message with a number, or all or the last ones of somebody, in one room. */
export async function erase(
  client: ClientConnection,
  rest: string,
  about: AboutRoom,
): Promise<void> {
  const room = keptRoomOf(client, about.room);
  if (room === null || !knowsRules(client, 2)) return;
  const { store, name } = room;
  const isNumber = /^[1-9]\d{0,9}$/.test(rest);
  const [, from = rest, last = Infinity] = OF_NAME.exec(rest) ?? [];
  const shown = excerptIfNeeded(from);
  if (!isNumber && from.length > MAX_RAW_NAME_UNITS) {
    return client.fail("bad_request", `Nobody in #${name} is called ${shown}.`, undefined, name);
  }
  const look = () =>
    isNumber
      ? one(store, Number(rest))
      : newestOf(store, { fold: nameKeys(from).fold, max: Number(last) });
  const found = await lookUp(client, look);
  if (found === null || client.member === null) return;
  if (found.seqs.length === 0) {
    const what = isNumber
      ? `no message ${shown} in #${name}, or it is erased already`
      : `no message of ${shown} in #${name}; its name at that time counts`;
    return client.fail("bad_request", `There is ${what}.`, undefined, name);
  }
  propose(client, room, found);
}

function propose(client: ClientConnection, room: Room, { seqs, from }: Found): void {
  const by = client.member!;
  for (let start = 0; start < seqs.length; start += MAX_ERASED) {
    const some = seqs.slice(start, start + MAX_ERASED);
    const what = some.length === 1 ? "a message" : `${some.length} messages`;
    const text = `erases ${what} of ${from}`;
    proposeIn(client, room, { type: "erase", room, by, seqs: some, text }, () => {
      const which = some.length === 1
        ? { seq: String(some[0]) }
        : { messages: String(some.length) };
      record(client, "erased", { target: from, room: room.name, ...which });
      if (!reads(client, room)) {
        tell(client, `You have erased ${what} of ${from} in #${room.name}.`);
      }
    });
  }
}

function* one(store: RoomStore, seq: number): Lookup<Found> {
  const { events: [event] } = yield* store.pageAfter(seq - 1, 1);
  if (event?.seq !== seq || !canBeErased(event)) return { seqs: [], from: "" };
  return { seqs: [seq], from: event.from };
}

/**
 * The newest messages of somebody, as far back as there are any.
 *
 * @param options `fold`: of the name; `max`: how many.
 */
function* newestOf(
  store: RoomStore,
  { fold, max }: { readonly fold: string; readonly max: number },
): Lookup<Found> {
  const isIt = new Map<string, boolean>();
  const seqs: number[] = [];
  let name = "";
  for (let before = Infinity;;) {
    const { events, more } = yield* store.page(before, MAX_HISTORY_PAGE);
    for (const event of events.toReversed()) {
      if (!canBeErased(event)) continue;
      const { from, seq } = event;
      if (!isIt.has(from)) isIt.set(from, nameKeys(from).fold === fold);
      if (!isIt.get(from)) continue;
      if (seqs.push(seq) === 1) name = from;
      if (seqs.length === max) break;
    }
    if (seqs.length === max || !more || events.length === 0) {
      return { seqs: seqs.reverse(), from: name };
    }
    before = events[0]!.seq;
    yield;
  }
}

/** What tells of an erasure stays: who reads it later is to forget, too. */
function canBeErased(event: LogEvent): event is Extract<LogEvent, { type: "message" }> {
  return event.type === "message" && event.erases === undefined && !isErased(event.text);
}
