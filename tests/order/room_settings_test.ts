import { assert, assertEquals } from "@std/assert";
import { LocalOrder } from "../../src/order/local.ts";
import type { Verdict } from "../../src/order/order.ts";
import type { Proposal } from "../../src/order/proposals.ts";
import { REPEAT_RULES, State } from "../../src/order/state.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { join, stage } from "./stage.ts";

for (const rules of [REPEAT_RULES - 1, REPEAT_RULES]) {
  Deno.test(`by rules ${rules}, what is so already is ${rules < REPEAT_RULES ? "set anew" : "left"}`, () => {
    const store = new MemoryStore();
    const state = new State(store, 0);
    let nowMs = 1_000;
    const order = new LocalOrder({ ...stage(store), state, nowMs: () => nowMs });
    state.rules = rules;
    const verdicts: Verdict[] = [];
    const settle = (proposal: Proposal) => {
      order.propose(proposal, { settled: (all) => verdicts.push(...all) });
      order.flush();
      return verdicts.at(-1)!;
    };
    settle(join("ada", "session of ada", ["ops"]));
    const room = state.rooms.get("ops")!;
    const by = state.members.get("ada")!;
    const about = { room, by, isOperator: false };
    const changes: Proposal[] = [
      { type: "flags", flags: { isModerated: true }, ...about },
      { type: "unlist", isUnlisted: true, ...about },
      { type: "ban-name", name: "eve", isOn: true, ...about },
      { type: "rank", member: by, rank: "voice", isOn: true, ...about },
    ];
    for (const change of changes) {
      const verdict = settle(change);
      assert(verdict.type === "done" && verdict.wasSo !== true, change.type);
    }
    nowMs = 2_000;
    const again: Proposal[] = [
      ...changes,
      { type: "key", hash: null, ...about },
      { type: "rank", member: by, rank: "deputy", isOn: true, ...about },
    ];
    const isLeft = rules >= REPEAT_RULES;
    for (const change of again) {
      const verdict = settle(change);
      assert(verdict.type === "done");
      assertEquals(verdict.wasSo === true, isLeft, change.type);
    }
    assertEquals(room.modes.bans.get("eve")?.atMs, isLeft ? 1_000 : 2_000);
    assertEquals(room.modes.ranks.deputy.size, isLeft ? 0 : 1);
    assertEquals(room.keyVersion, isLeft ? 0 : 1);
  });
}
