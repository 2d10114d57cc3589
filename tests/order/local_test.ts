import { assertEquals } from "@std/assert";
import { LocalOrder } from "../../src/order/local.ts";
import type { Verdict } from "../../src/order/order.ts";
import { StoreUnavailable } from "../../src/store/store.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { eventsOf, join, Listener, stage } from "./stage.ts";

function seqs(verdicts: readonly Verdict[]): string {
  return verdicts.flatMap(eventsOf).map(({ seq }) => seq).join();
}

Deno.test("what happens has a time from 1970 to 9999, wherever the clock has gone", () => {
  const AT = "2026-11-21T10:00:00.000Z";
  let nowMs = 0;
  const order = new LocalOrder({ ...stage(), nowMs: () => nowMs });
  const times = ["-000044-03-15T12:00:00.000Z", "1969-12-31T23:59:59.999Z", AT, "+010000-01-01"]
    .map(
      (time, index) => {
        nowMs = new Date(time).getTime();
        const listener = new Listener();
        order.propose(
          join(`n${index}`),
          listener,
        );
        order.flush();
        return listener.events[0]?.at;
      },
    );
  const first = "1970-01-01T00:00:00.000Z";
  assertEquals(times, [first, first, AT, "9999-12-31T23:59:59.999Z"]);
});

Deno.test("everything of one turn is settled together, and told to its proposers in order", async () => {
  const parts = stage();
  const { lobby: room } = parts.state.rooms;
  const order = new LocalOrder(parts);
  const joined = new Listener();
  order.propose(join("x"), joined);
  order.flush();
  const { member } = joined;
  const told: string[] = [];
  const proposer = (name: string) => ({
    settled: (verdicts: readonly Verdict[]) => told.push(`${name} ${seqs(verdicts)}`),
  });
  const [ada, bob] = [proposer("ada"), proposer("bob")];
  for (const who of [ada, ada, bob, ada]) {
    order.propose({ type: "say", member, room, text: "y" }, who!);
  }
  order.whenSettled(() => told.push("settled"));
  assertEquals(told, []);
  await Promise.resolve();
  assertEquals(told, ["ada 2,3", "bob 4", "ada 5", "settled"]);
});

Deno.test("who reads its own messages is told only where something else became of them", () => {
  const parts = stage();
  const { lobby: room } = parts.state.rooms;
  const order = new LocalOrder(parts);
  const joined = new Listener();
  order.propose(join("x"), joined);
  order.flush();
  const { member } = joined;
  const told: string[] = [];
  const reader = {
    readsOwn: true,
    settled: (verdicts: readonly Verdict[]) => told.push(verdicts.map(({ type }) => type).join()),
  };
  const say = (text: string) => order.propose({ type: "say", member, room, text }, reader);
  say("a");
  say("b");
  order.flush();
  assertEquals(told, []);
  say("c");
  order.propose({ type: "topic", room, by: member, isOperator: false, text: "t" }, reader);
  order.flush();
  assertEquals(told, ["happened,refused"]);
});

Deno.test("one proposer that throws does not keep the others from hearing", () => {
  const parts = stage();
  const order = new LocalOrder(parts);
  const good = new Listener();
  order.propose(join("a"), {
    settled: () => {
      throw new Error("oops");
    },
  });
  order.propose(join("b"), good);
  order.flush();
  assertEquals(good.member.name, "b");
  assertEquals(parts.faults.length, 1);
});

Deno.test("a batch without events makes no commit, and works while the store fails", () => {
  const store = new MemoryStore();
  const parts = stage(store);
  const order = new LocalOrder(parts);
  const joined = new Listener();
  order.propose(join("eve", "s"), joined);
  order.flush();
  store.append = () => {
    throw new StoreUnavailable("the disk is full");
  };
  const muted = new Listener();
  order.propose({ type: "mute", member: joined.member, untilMs: Infinity }, muted);
  order.flush();
  assertEquals(muted.last.type, "done");
  assertEquals(joined.member.mute?.untilMs, Infinity);
});

Deno.test("a leave that cannot be stored has happened, and is stored first later", () => {
  const store = new MemoryStore();
  const parts = stage(store);
  const { lobby: room } = parts.state.rooms;
  const order = new LocalOrder(parts);
  const [ada, bob] = [new Listener(), new Listener()];
  order.propose(join("ada"), ada);
  order.propose(join("bob"), bob);
  order.flush();
  const append = store.append.bind(store);
  store.append = () => {
    throw new StoreUnavailable("the disk is full");
  };
  const { member } = bob;
  order.propose({ type: "leave", member: ada.member, reason: "quit" }, ada);
  order.propose({ type: "say", member, room, text: "lost" }, bob);
  order.flush();
  assertEquals(parts.state.members.get("ada"), undefined);
  assertEquals(bob.last, {
    type: "refused",
    why: "unavailable",
    proposal: { type: "say", member, room, text: "lost" },
  });
  store.append = append;
  order.propose({ type: "say", member, room, text: "again" }, bob);
  order.flush();
  assertEquals([ada.events[0]?.type, ada.events[0]?.seq], ["leave", 3]);
  assertEquals([bob.events[0]?.type, bob.events[0]?.seq], ["message", 4]);
});

Deno.test("renames that cannot be stored are undone, whoever took the old names meanwhile", () => {
  const store = new MemoryStore();
  const parts = stage(store);
  const { lobby: room } = parts.state.rooms;
  const order = new LocalOrder(parts);
  const [alice, bob, stranger] = [new Listener(), new Listener(), new Listener()];
  order.propose(join("alice", "s"), alice);
  order.propose(join("bob"), bob);
  order.flush();
  const members = [alice.member, bob.member];
  const append = store.append.bind(store);
  store.append = () => {
    throw new StoreUnavailable("the disk is full");
  };
  const rename = (index: number, to: string, listener: Listener) =>
    order.propose({ type: "rename", member: members[index]!, to }, listener);
  rename(0, "a2", alice);
  order.propose(join("alice"), stranger);
  // Whoever cannot bear the news does not keep the others from hearing it.
  order.propose({ type: "say", member: members[1]!, room, text: "hello" }, {
    settled: () => {
      throw new Error("oops");
    },
  });
  rename(0, "a3", alice);
  rename(1, "a2", bob);
  order.flush();
  for (const listener of [alice, bob, stranger]) {
    assertEquals(listener.last.type === "refused" && listener.last.why, "unavailable");
  }
  assertEquals(parts.faults.length, 1);
  assertEquals(members.map(({ name }) => name), ["alice", "bob"]);
  assertEquals(parts.state.members.size, 2);
  for (const [name, member] of [["alice", members[0]], ["bob", members[1]], ["a2", undefined]]) {
    assertEquals(parts.state.members.get(name as string), member);
  }
  store.append = append;
  order.propose(join("ALICE"), stranger);
  order.propose({ type: "say", member: members[0]!, room, text: "here" }, alice);
  order.flush();
  assertEquals(stranger.last.type === "refused" && stranger.last.why, "name_taken");
  assertEquals(JSON.stringify(alice.events[0]).includes(`"from":"alice"`), true);
});

Deno.test("an order that is closed refuses what is pending, and everybody who waits goes on", () => {
  const order = new LocalOrder(stage());
  const told: string[] = [];
  order.propose(join("ada"), {
    settled: ([verdict]) => told.push(verdict?.type === "refused" ? verdict.why : "joined"),
  });
  order.whenSettled(() => told.push("settled"));
  order.close();
  assertEquals(told, ["unavailable", "settled"]);
});
