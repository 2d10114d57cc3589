/**
 * A thread of members of rooms: it lets them come in, and says messages at even distances or waits
 * until all have come. Readers sleep for most of the time, as those on other machines would be no
 * burden to this one: see `../pace/bulk_worker.ts`.
 *
 * @module
 */

import { nowMs } from "../load/shared.ts";
import { IoTurn } from "../pace/io_turn.ts";
import { Pacer } from "../pace/pacer.ts";
import { type Place, RoomMember } from "./member.ts";

/** What a thread is told. Each order is answered when it is done. */
export type RoomOrder =
  | { readonly type: "join"; readonly port: number; readonly places: readonly Place[] }
  /** Messages are said in all rooms in turns. */
  | { readonly type: "say"; readonly count: number; readonly perSecond: number }
  /** Until its members have heard so many messages together since they came in. */
  | { readonly type: "hear"; readonly count: number }
  | { readonly type: "leave" };

/** What it answers. */
export type RoomAnswer =
  | { readonly type: "done"; readonly lateMs: number }
  | { readonly type: "failed"; readonly text: string };

/** Time between two looks of readers, in milliseconds. */
const NAP_MS = 20;

/** Connections that are made at the same time. */
const CONNECT_BATCH = 8;

/** As long as the lines of the floods. */
const TEXT = "x".repeat(63);

interface Scope {
  onmessage: ((event: MessageEvent<RoomOrder>) => void) | null;
  postMessage(answer: RoomAnswer): void;
}

const scope = self as unknown as Scope;
const nobodyWakes = new Int32Array(new SharedArrayBuffer(4));
const turn = await IoTurn.open();
const members: RoomMember[] = [];
/** Each room, and one of the members that are in it. */
const rooms: [string, RoomMember][] = [];

scope.onmessage = ({ data }) => {
  handle(data).then((lateMs) => scope.postMessage({ type: "done", lateMs }), fail);
};

/** Returns how late it was at most, in milliseconds. */
async function handle(order: RoomOrder): Promise<number> {
  if (order.type === "join") {
    for (let first = 0; first < order.places.length; first += CONNECT_BATCH) {
      await Promise.all(
        order.places.slice(first, first + CONNECT_BATCH).map(async (place) => {
          const member = await RoomMember.join(order.port, place, fail);
          members.push(member);
          for (const room of place.rooms) rooms.push([room, member]);
        }),
      );
    }
    return 0;
  }
  if (order.type === "leave") {
    await Promise.all(members.map((member) => member.leave()));
    return 0;
  }
  if (order.type === "say") return await say(order.count, order.perSecond);
  while (members.reduce((sum, { heard }) => sum + heard, 0) < order.count) {
    Atomics.wait(nobodyWakes, 0, 0, NAP_MS);
    await turn.take();
  }
  return 0;
}

async function say(count: number, perSecond: number): Promise<number> {
  const pacer = new Pacer();
  const startMs = nowMs();
  let lateMs = 0;
  for (let n = 0; n < count; n++) {
    lateMs = Math.max(lateMs, pacer.waitUntil(startMs + n * 1000 / perSecond));
    const [room, member] = rooms[n % rooms.length]!;
    await member.say(room, TEXT);
    await turn.take();
  }
  return lateMs;
}

function fail(error: unknown): void {
  scope.postMessage({ type: "failed", text: String(error) });
}

scope.postMessage({ type: "done", lateMs: 0 });
