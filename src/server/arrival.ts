/**
 * How a client comes into a room: where it goes on in the log, what it is told, and the past that
 * it asked for. And how it comes out again.
 *
 * A database can go back in time: a backup was put in its place, or the power failed with
 * `--durability process`. Then numbers up to which a client has read may stand for other events by
 * now, and it must forget the ones that it has.
 *
 * @module
 */

import { MAX_JOINED_NAMES } from "../protocol/limits.ts";
import type { Joined, RoomWish, Welcome } from "../protocol/messages.ts";
import type { Dialect } from "../protocol/dialect.ts";
import type { Log } from "../room/log.ts";
import type { Run } from "../room/recent.ts";
import type { Member, Parting, Room } from "../room/room.ts";
import { StoreUnavailable } from "../store/store.ts";
import type { RoomStore } from "../store/room_store.ts";
import type { Bots } from "./bots.ts";
import type { ClientOutput } from "./output.ts";
import { partingText } from "./room_words.ts";

/** Messages that a client of one room is shown at most of what it has missed: a long page. */
const MAX_MISSED = 500;

const encoder = new TextEncoder();

/** Where a client goes on. */
export interface Position {
  /** Events after this `seq` follow; null: it begins as a newcomer. */
  readonly after: number | null;
  /** See `Joined.forget`. */
  readonly forget?: number;
}

/**
 * Finds where a client goes on.
 *
 * @param lastSeq `seq` of the newest event before it came.
 */
export function positionOf(store: RoomStore, wish: RoomWish, lastSeq: number): Position {
  const { log, after, at } = wish;
  if (log !== undefined && log !== store.logId) return { after: null, forget: 0 };
  if (after === undefined) return { after: null };
  try {
    const forget = at === undefined ? undefined : lastInCommon(store, { after, at, lastSeq });
    if (forget !== undefined) return { after: forget > 0 ? forget : null, forget };
  } catch (error) {
    // The log has not gone back while this server runs, and what it cannot read it names as a gap.
    if (!(error instanceof StoreUnavailable)) throw error;
  }
  return { after: after <= lastSeq ? after : null };
}

/**
 * `seq` of the last event that the client and this log have in common, where the client's newest is
 * not in it; 0 where that cannot be told. Undefined: it is in it, or what is kept does not reach
 * back to it. What has been said since the log went back is younger than all that the client has.
 */
function lastInCommon(
  store: RoomStore,
  { after, at, lastSeq }: { readonly after: number; readonly at: string; readonly lastSeq: number },
): number | undefined {
  if (after <= lastSeq) {
    const event = store.newestBefore(after + 1);
    if (event?.seq !== after || event.at === at) return undefined;
    // Younger, and yet with an earlier time: the clock has gone back, too.
    if (event.at < at) return 0;
  }
  let common = 0;
  let end = Math.min(after, lastSeq + 1);
  while (common + 1 < end) {
    const middle = (common + end) >>> 1;
    const event = store.newestBefore(middle + 1);
    if (event === undefined || event.at <= at) common = middle;
    else end = middle;
  }
  return common;
}

/** How a client comes into a room. */
export interface Arrival {
  /** Which room. */
  readonly room: Room;
  /** `seq` of its own join; null: it was in the room already. */
  readonly joinSeq: number | null;
  /** Where it left off there, and how much of the past it wants. */
  readonly wish: RoomWish;
  /** It comes in with its hello: what a client of one room is told beside. */
  readonly welcome?: Welcome;
}

/**
 * Begins to read a room, with what the client is told of it, and with the past that it asked for.
 *
 * @param client Its member is in the room.
 */
export function arrive(client: ClientOutput, arrival: Arrival): void {
  const { room, joinSeq } = arrival;
  const wish = client.door?.wishIn(room, joinSeq === null) ?? arrival.wish;
  const { server, writer } = client;
  const dialect = client.dialect!;
  const log = room.log(dialect);
  const lastSeq = (joinSeq ?? room.store.lastSeq + 1) - 1;
  const { after, forget } = positionOf(room.store, wish, lastSeq);
  const run = runOf(room, {
    dialect,
    after,
    history: wish.history ?? server.history,
    lastSeq,
    log,
  });
  const firstSeq = firstSeqOf(run, {
    after: dialect.past === "all" ? after : null,
    history: dialect.echoes("join") ? wish.history ?? server.history : 0,
    lastSeq,
    log,
  });

  const start = log.positionOf(firstSeq);
  const now = log.positionOf(lastSeq + 1);
  const cursor = writer.follow(room, log, start);
  const atStart = { room, at: start, force: true };
  const joined = joinedOf(client.member!, room, {
    seq: lastSeq,
    resumed: joinSeq === null,
    forget,
    bots: server.bots,
  });
  const words = dialect.manyRooms || arrival.welcome === undefined
    ? client.encode(joined)
    : encoder.encode(dialect.renderEntrance(arrival.welcome, joined));
  client.insert(words, { room, at: start });
  if (firstSeq < log.firstSeq) {
    const lagged = { room: room.name, from: firstSeq, to: log.firstSeq - 1 };
    writer.insert(client.encode({ type: "lagged", ...lagged }), atStart);
  }
  for (const [from, to] of run?.leftOut ?? []) {
    cursor.passOver(from, to);
  }
  client.ignored?.arrive(room);
  if (run !== null && start < now) {
    const missedIn = after === null ? undefined : room.name;
    const heading = dialect.renderHistoryStart(run.count, run.from, run.to, missedIn);
    if (heading !== "") writer.insert(encoder.encode(heading), atStart);
    const end = dialect.renderHistoryEnd(missedIn);
    if (end !== "") writer.insert(encoder.encode(end), { room, at: now, force: true });
  }
  // A plain client is not shown its own join; one of IRC has been told of it.
  if (!dialect.echoes("join") && joinSeq !== null) {
    cursor.passOver(joinSeq);
  }
  writer.wake();
}

interface Bounds {
  readonly after: number | null;
  readonly history: number;
  readonly lastSeq: number;
  readonly log: Log;
}

/**
 * The messages with which a room begins; null: there are none. A program that keeps the log and has
 * a position is given everything behind it.
 */
function runOf(
  room: Room,
  { dialect, after, history, lastSeq, log }: Bounds & { readonly dialect: Pick<Dialect, "past"> },
): Run | null {
  const limit = after === null ? history : MAX_MISSED;
  if (after !== null && dialect.past === "all") return null;
  const firstSeq = Math.max((after ?? 0) + 1, log.firstSeq);
  const moves = dialect.past === "messages" ? 0 : undefined;
  return room.recent.newest(limit, firstSeq, lastSeq + 1, moves);
}

function firstSeqOf(run: Run | null, { after, history, lastSeq, log }: Bounds): number {
  if (after !== null) return after + 1;
  const firstSeq = run?.seq ?? lastSeq + 1;
  if ((run?.count ?? 0) >= history) return firstSeq;
  // So few messages that there is room for what was before them.
  return Math.max(log.firstSeq, Math.min(firstSeq, lastSeq + 1 - history));
}

/** What somebody is told of a room in which they are. */
export function joinedOf(
  member: Member,
  room: Room,
  { seq, resumed, forget, bots }: {
    readonly seq: number;
    readonly resumed: boolean;
    readonly forget?: number | undefined;
    readonly bots: Pick<Bots, "among">;
  },
): Joined {
  const { topic, keeper } = room;
  const names = room.members.names(MAX_JOINED_NAMES, member);
  return {
    type: "joined",
    room: room.name,
    log: room.logId,
    seq,
    names,
    ...bots.among(names),
    count: room.members.size,
    ...(topic === null ? {} : { topic }),
    ...(keeper === null ? {} : { keeper: keeper.name }),
    resumed,
    ...(forget === undefined ? {} : { forget }),
  };
}

/**
 * A client is in a room no more: it reads that to its end, and is told.
 *
 * @param isCurrent It is a client of one room, and reads this one.
 */
export function tellParted(client: ClientOutput, parting: Parting, isCurrent: boolean): void {
  const { room, seq, reason } = parting;
  const { writer } = client;
  const dialect = client.dialect!;
  client.server.logger.info("parted", { ...client.who(), room: room.name, reason });
  const text = partingText(parting, client.name, client.server.trustedMs());
  const event = { type: "parted", room: room.name, reason } as const;
  const words = client.encode(text === undefined ? event : { ...event, text });
  if (!dialect.manyRooms && !isCurrent) return client.write(words);
  const cursor = writer.cursorOf(room);
  // A closed room has no other log than that which is still read.
  const at = seq === null || cursor === undefined ? {} : { at: cursor.positionOf(seq + 1) };
  if (seq !== null && !dialect.echoes("leave")) cursor?.passOver(seq);
  writer.insert(words, { room, force: true, ...at });
  writer.unfollow(room, at.at);
  writer.wake();
}
