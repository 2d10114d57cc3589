import { assert, assertEquals } from "@std/assert";
import { LocalOrder } from "../../src/order/local.ts";
import type { Verdict } from "../../src/order/order.ts";
import type { Describe, Proposal } from "../../src/order/proposals.ts";
import type { RoomWish } from "../../src/order/room_proposals.ts";
import { State } from "../../src/order/state.ts";
import { plain } from "../../src/protocol/plain.ts";
import type { Member, Parting, Room } from "../../src/room/room.ts";
import type { RoomsOptions } from "../../src/room/rooms.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { type Store, StoreUnavailable } from "../../src/store/store.ts";
import { eventsOf, join, Listener, stage, wish } from "./stage.ts";
import { before } from "../helpers/lobby.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** People in rooms, without a server. */
class Town {
  readonly store: Store;
  readonly state: State;
  readonly order: LocalOrder;
  nowMs = 1_000_000;
  /** Who came out of which room, and how. */
  readonly parted: string[] = [];

  constructor(options: RoomsOptions = {}, store: Store = new MemoryStore()) {
    const parts = { ...stage(store), state: new State(store, 0, options) };
    this.store = store;
    this.state = parts.state;
    this.order = new LocalOrder({ ...parts, nowMs: () => this.nowMs });
  }

  settle(...proposals: readonly Proposal[]): Verdict {
    const listener = new Listener();
    for (const proposal of proposals) this.order.propose(proposal, listener);
    this.order.flush();
    return listener.last;
  }

  /** What became of a proposal, in a word. */
  outcome(...proposals: readonly Proposal[]): string {
    const verdict = this.settle(...proposals);
    return verdict.type === "refused" ? verdict.why : verdict.type;
  }

  come(name: string, ...rooms: readonly string[]): Member {
    const verdict = this.settle(join(name, `session of ${name}`, rooms));
    assert(verdict.type === "joined");
    const { member } = verdict;
    const told = ({ room, reason, seq, by, text }: Parting) =>
      this.parted.push([member.name, room.name, reason, seq, by, text].join(" ").trim());
    member.recipient = { deliver: () => true, replaced: () => {}, parted: told };
    return member;
  }

  enter(member: Member, name: string, more: Partial<RoomWish> = {}): string {
    return this.outcome({ type: "enter", member, wish: wish(name, more) });
  }

  say(member: Member, room: Room): string {
    return this.outcome({ type: "say", member, room, text: "hi" });
  }

  room(name: string): Room {
    return this.state.rooms.get(name)!;
  }

  names(): string[] {
    return [...this.state.rooms.all()].map(({ name }) => name);
  }
}

function namesIn(room: Room): string[] {
  return [...room.members].map(({ name }) => name);
}

Deno.test("a room is made by who joins it first, who keeps it, and it goes when it is empty without a message", () => {
  const town = new Town();
  const ada = town.come("ada", "lobby", "ops");
  const bob = town.come("bob", "ops");
  const ops = town.room("ops");
  assertEquals([ops.keeper, namesIn(ops), ops.logId], [ada, ["ada", "bob"], "log of ops"]);
  assertEquals([...bob.rooms].map(({ name }) => name), ["ops"]);
  assertEquals(town.outcome({ type: "part", member: ada, room: ops }), "happened");
  assertEquals([ops.keeper, town.names()], [null, ["lobby", "ops"]]);
  assertEquals(town.outcome({ type: "part", member: ada, room: ops }), "not_in_room");
  town.settle({ type: "leave", member: bob, reason: "quit" });
  assertEquals(town.names(), ["lobby"]);
  assertEquals(town.say(ada, ops), "not_in_room");
  // A new room of the name has a new log, and begins with 1.
  assertEquals(town.enter(ada, "ops", { log: "another" }), "entered");
  assert(town.room("ops") !== ops);
  assertEquals([town.room("ops").logId, town.room("ops").store.lastSeq], ["another", 1]);
});

Deno.test("a room with messages stays when it is empty, and so does a permanent one without", () => {
  const town = new Town({ permanent: ["pub"] });
  assertEquals(town.outcome({ type: "open", name: "pub", log: "pub" }), "done");
  assertEquals(town.outcome({ type: "open", name: "pub", log: "again" }), "done");
  const ada = town.come("ada", "ops", "pub");
  assertEquals([town.room("pub").logId, town.room("pub").keeper], ["pub", null]);
  town.say(ada, town.room("ops"));
  town.settle({ type: "leave", member: ada, reason: "quit" });
  assertEquals(town.names(), ["lobby", "pub", "ops"]);
  assertEquals(town.state.members.size, 0);
});

Deno.test("each room counts its own seq, and one batch is one commit for all", () => {
  const store = new MemoryStore();
  const commits: number[] = [];
  const append = store.append.bind(store);
  store.append = (entries, at, notes) => {
    commits.push(entries.length);
    return append(entries, at, notes);
  };
  const town = new Town({}, store);
  const ada = town.come("ada", "lobby", "ops", "dev");
  const [lobby, ops, dev] = ["lobby", "ops", "dev"].map((name) => town.room(name));
  assertEquals(commits, [3]);
  const say = (room: Room): Proposal => ({ type: "say", member: ada, room, text: "hi" });
  town.settle(say(ops!), say(lobby!), say(ops!), say(ops!), say(dev!));
  assertEquals(commits, [3, 5]);
  const renamed = town.settle({ type: "rename", member: ada, to: "eve" });
  assertEquals(eventsOf(renamed).map(({ type, seq }) => `${type} ${seq}`), [
    "rename 3",
    "rename 5",
    "rename 3",
  ]);
  const left = town.settle({ type: "leave", member: ada, reason: "lost" });
  assertEquals(eventsOf(left).map(({ seq }) => seq), [4, 6, 4]);
  assertEquals(commits, [3, 5, 3, 3]);
});

Deno.test("each room shows what is said in it, and wakes those who read it once a batch", () => {
  const town = new Town();
  const ada = town.come("ada", "lobby", "ops");
  const woken: string[] = [];
  for (const room of town.state.rooms.all()) {
    room.attach({ wake: () => woken.push(room.name) }, room.log(plain));
  }
  const [lobby, ops] = [town.state.rooms.lobby, town.room("ops")];
  const say = (room: Room): Proposal => ({ type: "say", member: ada, room, text: "hi" });
  town.settle(say(ops), say(ops));
  assertEquals(woken, ["ops"]);
  town.settle(say(ops), say(lobby), say(ops));
  assertEquals(woken, ["ops", "ops", "lobby"]);
});

Deno.test("names of rooms that look alike are one name, and nobody makes what may not be made", () => {
  const town = new Town();
  const ada = town.come("ada", "ops");
  const alike = town.settle({ type: "enter", member: ada, wish: wish("0ps") });
  assert(alike.type === "refused");
  assertEquals([alike.why, alike.room?.name], ["room_invalid", "ops"]);
  assertEquals(town.enter(ada, "dev", { mayMake: false }), "no_room");
  assertEquals(town.names(), ["lobby", "ops"]);
});

Deno.test("at the limit a new room replaces the empty one that has been quiet for a day and the longest", () => {
  const town = new Town({ maxRooms: 4 });
  const ada = town.come("ada", "lobby");
  for (const name of ["one", "two", "three"]) {
    town.nowMs += 1_000;
    town.enter(ada, name);
    town.say(ada, town.room(name));
  }
  assertEquals(town.enter(ada, "four"), "rooms_full");
  town.settle({ type: "part", member: ada, room: town.room("two") });
  town.settle({ type: "part", member: ada, room: town.room("three") });
  town.nowMs += DAY_MS - 1_000;
  assertEquals(town.enter(ada, "four"), "rooms_full");
  town.nowMs += 1_001;
  assertEquals(town.enter(ada, "four"), "entered");
  assertEquals(town.names(), ["lobby", "one", "three", "four"]);
});

Deno.test("a client is in 20 rooms and no more", () => {
  const town = new Town();
  const names = Array.from({ length: 21 }, (_, n) => `room${String.fromCharCode(97 + n)}`);
  const verdict = town.settle(join("ada", null, names));
  assert(verdict.type === "joined");
  assertEquals(verdict.rooms.map(({ type }) => type).indexOf("refused"), 20);
  assertEquals(town.enter(verdict.member, "roomu"), "too_many_rooms");
  assertEquals(town.enter(verdict.member, names[0]!), "entered");
  assertEquals(verdict.member.rooms.size, 20);
});

Deno.test("who joins a private room gives its key as it is now", () => {
  const town = new Town();
  const ada = town.come("ada", "ops");
  const bob = town.come("bob", "lobby");
  const room = town.room("ops");
  const key = (by: Member, hash: string | null, isOperator = false): string =>
    town.outcome({ type: "key", room, by, isOperator, hash });
  assertEquals([key(bob, "h"), key(ada, "h1")], ["not_keeper", "done"]);
  assertEquals([room.key, room.isPrivate], [{ hash: "h1", version: 1 }, true]);
  assertEquals(town.enter(bob, "ops"), "room_key");
  key(bob, "h2", true);
  assertEquals(town.enter(bob, "ops", { key: { log: room.logId, version: 1 } }), "room_key");
  assertEquals(town.enter(bob, "ops", { key: { log: room.logId, version: 2 } }), "entered");
  // Who is in is in.
  assertEquals(town.enter(bob, "ops"), "entered");
  key(ada, null);
  key(ada, "h2");
  assertEquals(room.key, { hash: "h2", version: 4 });
});

Deno.test("a key that was found right opens no later room of the same name", () => {
  const town = new Town();
  const [ada, eve] = [town.come("ada", "lobby"), town.come("eve", "lobby")];
  const make = (log: string, hash: string): Room => {
    town.enter(ada, "team", { log });
    const room = town.room("team");
    town.settle({ type: "key", room, by: ada, isOperator: false, hash });
    return room;
  };
  const old = make("first log", "h1");
  const key = { log: old.logId, version: old.key!.version };
  town.settle({ type: "close", room: old, by: ada, isOperator: false });
  const room = make("second log", "h2");
  assertEquals(room.key!.version, key.version);
  assertEquals(town.enter(eve, "team", { key }), "room_key");
});

Deno.test("who is kicked is kept out for a time, by name and by session, and is told", () => {
  const town = new Town();
  const [ada, bob] = [town.come("ada", "lobby", "ops"), town.come("bob", "lobby", "ops")];
  const ops = town.room("ops");
  const kick = (member: Member, by: Member, isOperator = false, room = ops): string =>
    town.outcome({
      type: "part",
      member,
      room,
      kick: { by, isOperator, text: "enough", untilMs: town.nowMs + 60_000 },
    });
  assertEquals(kick(ada, bob), "not_keeper");
  assertEquals(kick(bob, ada), "happened");
  assertEquals(town.parted, ["bob ops kicked 3 ada enough"]);
  assertEquals(before(ops.store, 4, 1).events[0], {
    type: "leave",
    seq: 3,
    at: "1970-01-01T00:16:40.000Z",
    name: "bob",
    reason: "kicked",
    by: "ada",
    text: "enough",
  });
  assertEquals(namesIn(ops), ["ada"]);
  const kept = town.settle({ type: "enter", member: bob, wish: wish("ops") });
  assert(kept.type === "refused");
  assertEquals([kept.why, kept.untilMs], ["kept_out", town.nowMs + 60_000]);
  town.settle({ type: "rename", member: bob, to: "zoe" });
  assertEquals(town.enter(bob, "ops"), "kept_out");
  const other = town.settle(join("bob"));
  assert(other.type === "joined");
  assertEquals(town.enter(other.member, "ops"), "kept_out");
  town.nowMs += 60_000;
  assertEquals(town.enter(bob, "ops"), "entered");
  assertEquals(kick(bob, ada, false, town.state.rooms.lobby), "not_keeper");
  assertEquals(kick(bob, ada, true, town.state.rooms.lobby), "happened");
  // The keeper goes, too, when an operator says so, and keeps the room no more.
  assertEquals([kick(ada, bob, true), ops.keeper], ["happened", null]);
});

Deno.test("a keeper who is muted removes people without a word", () => {
  const town = new Town();
  const [ada, bob] = [town.come("ada", "ops"), town.come("bob", "ops")];
  const room = town.room("ops");
  town.settle({ type: "mute", member: ada, untilMs: Infinity });
  const kick = (text?: string): string => {
    const how = { by: ada, isOperator: false, untilMs: 0, ...(text === undefined ? {} : { text }) };
    return town.outcome({ type: "part", member: bob, room, kick: how });
  };
  assertEquals([kick("buy my things"), namesIn(room)], ["muted", ["ada", "bob"]]);
  assertEquals([kick(), namesIn(room)], ["happened", ["ada"]]);
});

Deno.test("a keeper who is muted bans who is here, and shows no words as a ban", () => {
  const town = new Town();
  const [ada] = [town.come("ada", "ops"), town.come("bob", "ops")];
  const room = town.room("ops");
  const ban = (name: string, isOn: boolean): string =>
    town.outcome({ type: "ban-name", room, by: ada, isOperator: false, name, isOn });
  assertEquals(ban("spam", true), "done");
  town.settle({ type: "mute", member: ada, untilMs: town.nowMs + 1_000 });
  assertEquals([ban("buy-now", true), ban("BOB", true), ban("spam", false)], [
    "muted",
    "done",
    "done",
  ]);
  town.state.rules = 2;
  assertEquals(ban("buy-now", true), "done", "while a server does not know that rule");
  town.state.rules = 3;
  town.nowMs += 1_000;
  assertEquals(ban("eve", true), "done");
});

Deno.test("who is muted says nothing new of itself: not when it comes again, nor anew", () => {
  const town = new Town();
  const ada = town.come("ada", "ops");
  const before = { user: "ada", realname: "Ada", isBot: false, away: "lunch" };
  assertEquals(town.outcome({ type: "describe", member: ada, says: before }), "done");
  town.settle({ type: "mute", member: ada, untilMs: Infinity });
  const words = { user: "buy", realname: "buy my things", isBot: true };
  const resume = { type: "resume", session: "session of ada", rooms: null, says: words } as const;
  assertEquals(town.outcome(resume), "joined");
  assertEquals(ada.profile, { ...before, isBot: true });
  const describe = (says: Describe["says"]): string =>
    town.outcome({ type: "describe", member: ada, says });
  assertEquals([describe({ away: "buy" }), describe({ realname: "buy" })], ["muted", "muted"]);
  assertEquals([describe({ away: null }), describe({ isBot: false })], ["done", "done"]);
  town.settle({ type: "leave", member: ada, reason: "quit" });
  const came = town.settle({ ...join("ada", "session of ada", ["ops"]), says: words });
  assert(came.type === "joined");
  const none = { user: null, realname: null, away: null };
  assertEquals(came.member.profile, { ...none, isBot: true });
  town.state.rules = 2;
  assertEquals(town.outcome(resume), "joined");
  assertEquals(came.member.profile?.realname, "buy my things", "as servers of before have it");
});

Deno.test("a room that is closed is gone with its past; who was in it is told, also who types in it", () => {
  const town = new Town({ permanent: ["pub"] });
  const [ada, bob] = [town.come("ada", "ops", "pub"), town.come("bob", "lobby", "ops")];
  const ops = town.room("ops");
  town.say(bob, ops);
  const close = (room: Room, by: Member, isOperator = false): Proposal => (
    { type: "close", room, by, isOperator }
  );
  assertEquals(town.outcome(close(ops, bob)), "not_keeper");
  assertEquals(town.outcome(close(town.room("pub"), ada, true)), "permanent");
  assertEquals(town.outcome(close(town.state.rooms.lobby, ada, true)), "permanent");
  const said: Proposal = { type: "say", member: bob, room: ops, text: "still here?" };
  assertEquals(town.outcome(close(ops, ada), said), "not_in_room");
  assertEquals(town.parted, ["ada ops closed  ada", "bob ops closed  ada"]);
  assertEquals([town.names(), [...bob.rooms].length], [["lobby", "pub"], 1]);
  assertEquals(town.outcome(close(ops, ada)), "not_in_room");
  assertEquals(town.enter(bob, "ops", { log: "new" }), "entered");
  assertEquals([town.room("ops").keeper, town.room("ops").store.lastSeq], [bob, 1]);
});

Deno.test("the keeper sets the topic and gives the room to somebody in it", () => {
  const town = new Town();
  const [ada, bob] = [town.come("ada", "ops"), town.come("bob", "lobby")];
  const room = town.room("ops");
  const topic = (by: Member, text: string, isOperator = false): string =>
    town.outcome({ type: "topic", room, by, isOperator, text });
  const keeper = (member: Member): string =>
    town.outcome({ type: "keeper", room, by: ada, isOperator: false, member });
  assertEquals([topic(bob, "x"), topic(ada, "deploys")], ["not_keeper", "happened"]);
  const at = "1970-01-01T00:16:40.000Z";
  assertEquals(room.topic, { text: "deploys", name: "ada", at });
  assertEquals([topic(bob, "", true), room.topic], ["happened", null]);
  town.settle({ type: "mute", member: ada, untilMs: Infinity });
  assertEquals(topic(ada, "y"), "muted");
  assertEquals(keeper(bob), "not_in_room");
  town.enter(bob, "ops");
  assertEquals([keeper(bob), room.keeper, keeper(ada)], ["done", bob, "not_keeper"]);
});

Deno.test("who resumes is in the rooms that it names, and told which it has lost", () => {
  const town = new Town();
  const ada = town.come("ada", "lobby", "ops", "dev");
  const bob = town.come("bob", "ops", "dev");
  const ops = town.room("ops");
  for (const room of [ops, town.room("dev")]) town.say(bob, room);
  const kick = { by: bob, isOperator: true, untilMs: town.nowMs + 1 };
  town.settle({ type: "part", member: ada, room: ops, kick });
  const resume = (rooms: readonly RoomWish[] | null): Verdict =>
    town.settle({ type: "resume", session: "session of ada", rooms });
  const all = resume(null);
  assert(all.type === "joined" && all.resumed);
  assertEquals(all.rooms.map((one) => one.type === "entered" && one.room.name), ["lobby", "dev"]);
  const wishes = ["lobby", "ops", "new"].map((name) => wish(name, { wasIn: true }));
  const some = resume([...wishes, wish("more")]);
  assert(some.type === "joined");
  assertEquals(
    some.rooms.map((one) => one.type === "refused" ? one.why : one.joined === null ? "in" : "made"),
    ["in", "lost", "lost", "made"],
  );
  assertEquals(some.left.map(({ event, inRoom }) => [inRoom.name, event.type]), [["dev", "leave"]]);
  assertEquals(ada.rooms.size, 2);
});

Deno.test("an id is one message, in whichever room, also when that is gone", () => {
  const town = new Town();
  const ada = town.come("ada", "lobby", "ops");
  const [lobby, ops] = [town.state.rooms.lobby, town.room("ops")];
  const say = (room: Room): Verdict =>
    town.settle({ type: "say", member: ada, room, text: "hi", id: "x" });
  const first = say(ops);
  assertEquals(eventsOf(first).map(({ seq }) => seq), [2]);
  const again = say(lobby);
  assert(again.type === "refused");
  assertEquals([again.why, again.repeats], ["repeated", { room: ops.id, seq: 2 }]);
  town.settle({ type: "close", room: ops, by: ada, isOperator: false });
  const late = say(lobby);
  assert(late.type === "refused");
  assertEquals(late.repeats, { room: ops.id, seq: 2 });
  assertEquals([town.state.rooms.byId(ops.id), town.state.rooms.nameOf(ops.id)], [
    undefined,
    "ops",
  ]);
});

Deno.test("what a store refuses is undone in all rooms; leaves are stored first later, with what they end", () => {
  const store = new MemoryStore();
  const town = new Town({}, store);
  const ada = town.come("ada", "lobby", "ops");
  const bob = town.come("bob", "lobby", "ops");
  const ops = town.room("ops");
  const append = store.append.bind(store);
  store.append = () => {
    throw new StoreUnavailable("the disk is full");
  };
  assertEquals(town.enter(ada, "dev"), "unavailable");
  assertEquals(town.outcome({ type: "part", member: bob, room: ops }), "unavailable");
  assertEquals(
    town.outcome({ type: "close", room: ops, by: ada, isOperator: false }),
    "unavailable",
  );
  assertEquals([town.names(), namesIn(ops).sort()], [["lobby", "ops"], ["ada", "bob"]]);
  assertEquals(town.parted, []);
  for (const member of [ada, bob]) {
    town.order.propose({ type: "leave", member, reason: "lost" }, null);
  }
  town.order.flush();
  assertEquals([town.names(), town.state.members.size], [["lobby"], 0]);
  assertEquals(store.room(0).lastSeq, 2);
  store.append = append;
  const eve = town.come("eve", "lobby", "ops");
  assertEquals(before(store.room(0), 6, 9).events.map(({ type }) => type), [
    "join",
    "join",
    "leave",
    "leave",
    "join",
  ]);
  assertEquals([town.room("ops").store.lastSeq, eve.rooms.size], [1, 2]);
  assertEquals(town.state.rooms.lobby.nextSeq, 6);
});

Deno.test("a room that is made and closed within one batch leaves nothing behind, and stops nobody", () => {
  const town = new Town();
  const ada = town.come("ada", "lobby");
  const rooms: Room[] = [];
  town.order.propose({ type: "enter", member: ada, wish: wish("ops") }, {
    settled: ([verdict]) => {
      assert(verdict?.type === "entered");
      rooms.push(verdict.room);
      assertEquals(verdict.room.log(plain).end, 0);
      assertEquals(verdict.room.recent.newest(10, 1, Infinity), null);
    },
  });
  town.order.propose({ type: "leave", member: ada, reason: "lost" }, null);
  town.order.flush();
  assertEquals([rooms.length, rooms[0]?.isGone, town.names()], [1, true, ["lobby"]]);
});

Deno.test("a store that has no number for a new room refuses the batch, and nothing else happens", () => {
  const store = new MemoryStore();
  const town = new Town({}, store);
  const ada = town.come("ada", "lobby");
  const newRoomId = store.newRoomId.bind(store);
  store.newRoomId = () => {
    throw new StoreUnavailable("the disk is full");
  };
  const said: Proposal = { type: "say", member: ada, room: town.state.rooms.lobby, text: "hi" };
  assertEquals(
    town.outcome(said, { type: "enter", member: ada, wish: wish("ops") }),
    "unavailable",
  );
  assertEquals([town.names(), store.room(0).lastSeq, ada.rooms.size], [["lobby"], 1, 1]);
  store.newRoomId = newRoomId;
  assertEquals(town.enter(ada, "ops"), "entered");
  assertEquals(town.outcome(said), "happened");
});

Deno.test("nothing is said or erased in a room behind what deletes it, in the same batch either", () => {
  for (const [rules, why] of [[2, "happened"], [3, "not_in_room"]] as const) {
    const town = new Town();
    town.state.rules = rules;
    const ada = town.come("ada", "lobby", "ops");
    const bob = town.come("bob", "lobby");
    const ops = town.room("ops");
    const flags = { isOpenToAll: true };
    town.settle({ type: "flags", room: ops, by: ada, isOperator: false, flags });
    town.say(ada, ops);
    const outside: readonly Proposal[] = [
      { type: "say", member: bob, room: ops, text: "hi" },
      { type: "erase", by: bob, room: ops, seqs: [2], text: "erased it" },
    ];
    const close: Proposal = { type: "close", room: ops, by: ada, isOperator: false };
    const listener = new Listener();
    for (const proposal of [close, ...outside]) town.order.propose(proposal, listener);
    town.order.flush();
    const outcomes = listener.verdicts.map((one) => one.type === "refused" ? one.why : one.type);
    assertEquals(outcomes, ["done", why, why]);
    assertEquals(outside.map((one) => town.outcome(one)), ["not_in_room", "not_in_room"]);
  }
});
