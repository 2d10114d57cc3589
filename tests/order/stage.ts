/** A state, a room and a store for an order, without a server. */

import { State } from "../../src/order/state.ts";
import type { Proposer, Verdict } from "../../src/order/order.ts";
import type { SettlementOptions } from "../../src/order/local.ts";
import type { Member } from "../../src/room/members.ts";
import { Room } from "../../src/room/room.ts";
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
    room: new Room(store.room(0)),
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

  /** Who came in by the newest verdict. */
  get member(): Member {
    const { last } = this;
    if (last.type !== "joined") throw new Error(`nobody came in: ${JSON.stringify(last)}`);
    return last.member;
  }
}
