/**
 * How a client comes in: where it goes on in the log, the welcome, and the past that was asked for.
 *
 * A database can go back in time: a backup was put in its place, or the power failed with `--durability
 * process`. Then numbers up to which a client has read may stand for other events by now, and it must
 * forget the ones that it has.
 *
 * @module
 */

import { MAX_JOINED_NAMES } from "../../protocol/limits.ts";
import {
  type Hello,
  type Joined,
  LOBBY,
  PROTOCOL,
  type RoomWish,
  type Welcome,
} from "../../protocol/messages.ts";
import type { Member } from "../../room/members.ts";
import { type RoomStore, StoreUnavailable } from "../../store/store.ts";
import type { ClientConnection } from "../connection.ts";

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
 * not in it; 0 where that cannot be told. Undefined: it is in it, or what is kept does not reach back
 * to it. What has been said since the log went back is younger than all that the client has.
 */
function lastInCommon(
  store: RoomStore,
  { after, at, lastSeq }: { readonly after: number; readonly at: string; readonly lastSeq: number },
): number | undefined {
  if (after <= lastSeq) {
    const event = store.before(after + 1, 1).events[0];
    if (event?.seq !== after || event.at === at) return undefined;
    // Younger, and yet with an earlier time: the clock has gone back, too.
    if (event.at < at) return 0;
  }
  let common = 0;
  let end = Math.min(after, lastSeq + 1);
  while (common + 1 < end) {
    const middle = (common + end) >>> 1;
    const event = store.before(middle + 1, 1).events[0];
    if (event === undefined || event.at <= at) common = middle;
    else end = middle;
  }
  return common;
}

/** How a client comes in. */
export interface Entrance {
  /** Its place. */
  readonly member: Member;
  /** Of its session; empty for a client that cannot resume. */
  readonly secret: string;
  /** `seq` of its own join; null when it has taken its place up again. */
  readonly joinSeq: number | null;
}

/** Places the cursor and weaves the welcome in before the past that was asked for. */
export function letIn(client: ClientConnection, request: Hello, entrance: Entrance): void {
  const { server, writer } = client;
  const { room } = server;
  const dialect = client.dialect!;
  const log = room.log(dialect);
  const lastSeq = (entrance.joinSeq ?? room.store.lastSeq + 1) - 1;
  const now = log.positionOf(lastSeq + 1);
  const wish = request.rooms?.[LOBBY] ?? {};
  const history = wish.history ?? server.history;
  const { after, forget } = positionOf(room.store, wish, lastSeq);
  const run = after === null ? room.recent.newest(history, log.firstSeq, lastSeq + 1) : null;

  let firstSeq = run?.seq ?? lastSeq + 1;
  if (after !== null) firstSeq = after + 1;
  else if (dialect.echoes && (run?.count ?? 0) < history) {
    // So few messages that there is room for what was before them.
    firstSeq = Math.max(log.firstSeq, Math.min(firstSeq, lastSeq + 1 - history));
  }
  const start = log.positionOf(firstSeq);

  const { member, secret, joinSeq } = entrance;
  const resumed = joinSeq === null;
  const welcome: Welcome = {
    type: "welcome",
    protocol: PROTOCOL,
    name: member.name,
    session: secret,
    resumed,
    ...(server.motd === undefined ? {} : { motd: server.motd }),
  };
  const joined: Joined = {
    type: "joined",
    room: LOBBY,
    log: room.store.logId,
    seq: lastSeq,
    names: server.state.members.names(MAX_JOINED_NAMES, member),
    count: server.state.members.size,
    resumed,
    ...(forget === undefined ? {} : { forget }),
  };
  const cursor = writer.follow(room, log, start);
  const atStart = { room, at: start, force: true };
  writer.insert(encoder.encode(dialect.renderEntrance(welcome, joined)), atStart);
  if (dialect.manyRooms) writer.insert(client.encode(joined), atStart);
  if (firstSeq < log.firstSeq) {
    const lagged = { type: "lagged", room: LOBBY, from: firstSeq, to: log.firstSeq - 1 } as const;
    writer.insert(client.encode(lagged), atStart);
  }
  for (const [from, to] of run?.leftOut ?? []) {
    cursor.passOver(log.positionOf(from), log.positionOf(to));
  }
  if (run !== null && !dialect.echoes && start < now) {
    const heading = dialect.renderHistoryStart(run.count, run.from, run.to);
    writer.insert(encoder.encode(heading), atStart);
    writer.insert(encoder.encode(dialect.renderHistoryEnd()), { room, at: now, force: true });
  }
  // A plain client is not shown its own join.
  if (!dialect.echoes && entrance.joinSeq !== null) {
    cursor.passOver(now, log.positionOf(entrance.joinSeq + 1));
  }
  writer.wake();
}
