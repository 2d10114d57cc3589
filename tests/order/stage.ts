/** A state and a store for an order, without a server. */

import { State } from "../../src/order/state.ts";
import type { LogEvent } from "../../src/protocol/messages.ts";
import type { Happened, Proposer, Verdict } from "../../src/order/order.ts";
import type { Join } from "../../src/order/proposals.ts";
import type { RoomWish } from "../../src/order/room_proposals.ts";
import type { SettlementOptions } from "../../src/order/settlement.ts";
import type { Member } from "../../src/room/room.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";

/** What an order works with, and the faults that it tells of. */
export function stage(
  store: Store = new MemoryStore(),
): SettlementOptions & { readonly faults: unknown[]; nowMs: () => number } {
  const faults: unknown[] = [];
  return {
    store,
    state: new State(store, 0),
    onFault: (error) => faults.push(error),
    onStoreState: () => {},
    faults,
    nowMs: () => 0,
  };
}

/** A proposer that keeps what it is told. */
export class Listener implements Proposer {
  readonly verdicts: Verdict[] = [];

  settled(verdicts: readonly Verdict[]): void {
    this.verdicts.push(...verdicts);
  }

  /** The newest verdict. */
  get last(): Verdict {
    return this.verdicts.at(-1)!;
  }

  /** What the newest verdict has brought into the logs. */
  get events(): LogEvent[] {
    return eventsOf(this.last);
  }

  /** Who came in by the newest verdict. */
  get member(): Member {
    const { last } = this;
    if (last.type !== "joined") throw new Error(`nobody came in: ${JSON.stringify(last)}`);
    return last.member;
  }
}

/** What a verdict has brought into the logs, or will bring once it is stored. */
export function happenedIn(verdict: Verdict): readonly Happened[] {
  switch (verdict.type) {
    case "happened":
      return [verdict];
    case "entered":
      return verdict.joined === null ? [] : [verdict.joined];
    case "joined":
      return [...verdict.left, ...verdict.rooms.flatMap(happenedIn)];
    case "done":
      return verdict.events;
    case "refused":
      return [];
  }
}

/** What a verdict has brought into the logs. */
export function eventsOf(verdict: Verdict): LogEvent[] {
  return happenedIn(verdict).map(({ event }) => event);
}

/** A wish for a room. */
export function wish(name: string, more: Partial<RoomWish> = {}): RoomWish {
  return { name, log: `log of ${name}`, mayMake: true, ...more };
}

/** Comes in, into the lobby if nothing else is said. */
export function join(
  name: string,
  session: string | null = null,
  rooms: readonly string[] = ["lobby"],
): Join {
  return { type: "join", name, session, address: "10.0.0.1", rooms: rooms.map((one) => wish(one)) };
}
