/**
 * `/erase`: takes away what messages said, for good. The messages stay, with their numbers, and say
 * `(erased)`. Everybody in the room is told, as of what the operator does.
 *
 * All of somebody is erased in steps, the newest first, each looked for, paid for and committed by
 * itself: who talks meanwhile waits for one of them at most.
 *
 * @module
 */

import type { Erase } from "../../order/moderation_proposals.ts";
import { ERASING_RULES } from "../../order/state.ts";
import { type AboutRoom, isErased, type LogEvent } from "../../protocol/messages.ts";
import { nameKeys } from "../../protocol/look_alikes.ts";
import { MAX_RAW_NAME_UNITS } from "../../protocol/normalize.ts";
import { excerptIfNeeded } from "../../protocol/quote.ts";
import type { Room } from "../../room/room.ts";
import type { Lookup, RoomStore } from "../../store/room_store.ts";
import type { ClientConnection } from "../connection.ts";
import { keptRoomOf, reads, refuseRoom } from "../requests/about_room.ts";
import { lookUp } from "../requests/history.ts";
import { knowsRules, record, tell } from "./answers.ts";

/** Messages of one step: with short texts its commit takes 8 ms with `--db`. */
const STEP_MESSAGES = 100;

/** Characters of their texts, about: to take 4,000 out of the index takes 2 ms. */
const STEP_CHARS = 8 * 1024;

/** Tokens for each step but the first, which is paid for as a look into the past. */
const STEP_COST = 5;

/** What is to be erased in one step. */
interface Found {
  /** Of the messages, rising. */
  readonly seqs: readonly number[];
  /** Who said the newest of them. */
  readonly from: string;
  /** There may be more of them before. */
  readonly more: boolean;
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
  if (room === null || !knowsRules(client, ERASING_RULES)) return;
  const { store, name } = room;
  const isNumber = /^[1-9]\d{0,9}$/.test(rest);
  const [, called = rest, last = Infinity] = OF_NAME.exec(rest) ?? [];
  const shown = excerptIfNeeded(called);
  if (!isNumber && called.length > MAX_RAW_NAME_UNITS) {
    return client.fail("bad_request", `Nobody in #${name} is called ${shown}.`, undefined, name);
  }
  const isIt = isNumber ? null : nameOf(called);
  const seqs: number[] = [];
  let from = "";
  for (let found: Found | null = null; found === null || found.more;) {
    const before = seqs.at(-1) ?? Infinity;
    const left = Number(last) - seqs.length;
    const look = () =>
      isIt === null ? one(store, Number(rest)) : some(store, isIt, { before, left });
    found = await lookUp(client, look, found === null ? {} : { cost: STEP_COST });
    if (found === null || client.member === null) break;
    if (found.seqs.length === 0 && seqs.length === 0) {
      const what = isNumber
        ? `no message ${shown} in #${name}, or it is erased already`
        : `no message of ${shown} in #${name}; its name at that time counts`;
      return client.fail("bad_request", `There is ${what}.`, undefined, name);
    }
    if (found.seqs.length === 0 || !await propose(client, room, found)) break;
    if (seqs.length === 0) from = found.from;
    seqs.push(...found.seqs.toReversed());
  }
  if (seqs.length > 0) conclude(client, room, seqs, from);
}

/** Erases what was found. Returns whether that has happened; if not, the client was told. */
function propose(client: ClientConnection, room: Room, { seqs, from }: Found): Promise<boolean> {
  const text = `erases ${amount(seqs)} of ${from}`;
  const proposal: Erase = { type: "erase", room, by: client.member!, seqs, text };
  return new Promise((resolve) => {
    client.server.order.propose(proposal, {
      settled([verdict]) {
        const isRefused = verdict?.type === "refused";
        if (isRefused) refuseRoom(client, verdict, room.name);
        resolve(!isRefused);
      },
    });
  });
}

/** Keeps who has done it, once, whether all of it has been done or not. */
function conclude(
  client: ClientConnection,
  room: Room,
  seqs: readonly number[],
  from: string,
): void {
  const which = seqs.length === 1 ? { seq: String(seqs[0]) } : { messages: String(seqs.length) };
  record(client, "erased", { target: from, room: room.name, ...which });
  if (client.member === null || reads(client, room)) return;
  tell(client, `You have erased ${amount(seqs)} of ${from} in #${room.name}.`);
}

function amount({ length }: readonly number[]): string {
  return length === 1 ? "a message" : `${length} messages`;
}

/** Whether a name is this one, in any case and width. */
function nameOf(name: string): (from: string) => boolean {
  const { fold } = nameKeys(name);
  const known = new Map<string, boolean>();
  return (from) => {
    const isIt = known.get(from) ?? nameKeys(from).fold === fold;
    known.set(from, isIt);
    return isIt;
  };
}

function* one(store: RoomStore, seq: number): Lookup<Found> {
  const { events: [event] } = yield* store.pageAfter(seq - 1, 1);
  if (event?.seq !== seq || !canBeErased(event)) return { seqs: [], from: "", more: false };
  return { seqs: [seq], from: event.from, more: false };
}

/**
 * The newest messages of somebody, as many as one step erases.
 *
 * @param options `before`: only messages with a smaller `seq`; `left`: so many at most.
 */
function* some(
  store: RoomStore,
  isIt: (from: string) => boolean,
  { before, left }: { readonly before: number; readonly left: number },
): Lookup<Found> {
  const max = Math.min(left, STEP_MESSAGES);
  const seqs: number[] = [];
  let name = "";
  let chars = 0;
  for (let at = before;;) {
    const { events, more } = yield* store.page(at, STEP_MESSAGES);
    for (const event of events.toReversed()) {
      if (!canBeErased(event) || !isIt(event.from)) continue;
      chars += event.text.length;
      const isFull = seqs.length > 0 && chars > STEP_CHARS;
      if (!isFull && seqs.push(event.seq) === 1) name = event.from;
      if (isFull || seqs.length === max) {
        return { seqs: seqs.reverse(), from: name, more: seqs.length < left };
      }
    }
    if (!more || events.length === 0) return { seqs: seqs.reverse(), from: name, more: false };
    at = events[0]!.seq;
    yield;
  }
}

/** What tells of an erasure stays: who reads it later is to forget, too. */
function canBeErased(event: LogEvent): event is Extract<LogEvent, { type: "message" }> {
  return event.type === "message" && event.erases === undefined && !isErased(event.text);
}
