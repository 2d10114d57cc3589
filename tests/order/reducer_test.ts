import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Verdict } from "../../src/order/order.ts";
import type { Proposal } from "../../src/order/proposals.ts";
import type { Member, Room } from "../../src/room/room.ts";
import { eventOf, hashSecret } from "../../src/room/sessions.ts";
import { happenedIn, join } from "./stage.ts";
import { anyWish, World } from "./world.ts";

/**
 * All that there is in a state, to be compared. The order in which people came is no part of it.
 */
function shown({ state, known, rooms }: World): unknown {
  const sessionIds = [0, 2, 4].map((who) => state.sessions.get(`session ${who}`));
  const idOf = (outcome: number) => {
    const { room, seq } = eventOf(outcome);
    return outcome > 0 ? [rooms.find(({ id }) => id === room)?.name, seq] : outcome;
  };
  return {
    members: state.members.all().map(({ name, epoch, session, rooms }) =>
      `${name} ${epoch} ${session?.hash} ${[...rooms].map(({ name }) => name).sort()}`
    ).sort(),
    sessions: sessionIds.map((session) =>
      session && [
        session.hash,
        [...session.ids].map(([id, outcome]) => [id, idOf(outcome)]),
        session.seenMs,
        session.member?.name,
        session.goneAs,
        session.mailbox,
      ]
    ),
    count: state.sessions.size,
    waiting: state.sessions.mailboxes.bytes,
    gone: ["ada", "bob", "eve"].map((name) => state.sessions.mailboxes.gone(name)?.hash),
    profiles: known.map(({ profile }) => profile),
    mutes: [...known.map(({ mute }) => mute?.untilMs), state.mutes.size],
    bans: state.bans.all(0).map(({ key, untilMs }) => `${key} ${untilMs}`).sort(),
    banned: ["ada", "eve", "m0l", "mol"].map((name) => state.bans.ofName(name, 0)?.shown),
    here: known.map((member) => state.members.has(member)),
    rooms: [...state.rooms.all()].map((room) => ({
      name: room.name,
      log: room.isPermanent ? "" : room.logId,
      members: [...room.members].map(({ name }) => name).sort(),
      sorted: room.members.page(undefined, 10).names,
      keeper: room.keeper?.name,
      topic: room.topic,
      key: room.key,
      keyVersion: room.keyVersion,
      unlisted: room.isUnlisted,
      flags: room.modes.flags,
      nameBans: [...room.modes.bans],
      ranks: [room.modes.ranks.deputy, room.modes.ranks.voice, room.modes.invited].map((set) =>
        [...set].map(({ name }) => name).sort()
      ),
      keptOut: [...room.keptOut].map(([key, untilMs]) => [
        typeof key === "string" ? key : `place of ${key.name}`,
        untilMs,
      ]),
      lastMessageMs: room.lastMessageMs,
      nextSeq: room.nextSeq,
      alike: state.rooms.lookAlike(room.name)?.name,
    })).sort((a, b) => a.name < b.name ? -1 : 1),
  };
}

const batches = fc.array(fc.array(anyWish, { minLength: 1, maxLength: 12 }), { maxLength: 8 });

Deno.test("Reducer.undo() leaves the state as it was before the batch", () => {
  fc.assert(fc.property(batches, fc.array(anyWish, { maxLength: 20 }), (past, refused) => {
    const world = new World();
    for (const batch of past) world.commit(world.batch(batch));
    const before = structuredClone(shown(world));
    world.batch(refused);
    world.reducer.undo();
    assertEquals(shown(world), before);
  }));
});

Deno.test("Reducer makes the same of the same batches, whatever was undone between them", () => {
  fc.assert(fc.property(batches, fc.array(anyWish, { maxLength: 12 }), (past, refused) => {
    const [plain, disturbed] = [new World(), new World()];
    for (const batch of past) {
      plain.commit(plain.batch(batch));
      disturbed.atMs--;
      disturbed.batch(refused);
      disturbed.reducer.undo();
      disturbed.commit(disturbed.batch(batch));
      disturbed.atMs = plain.atMs;
      assertEquals(shown(disturbed), shown(plain));
    }
  }));
});

Deno.test("Reducer never has a name twice, nor an id of a session twice in the logs", () => {
  fc.assert(fc.property(batches, (past) => {
    const world = new World();
    const used = new Set<string>();
    for (const batch of past) {
      const verdicts = world.batch(batch);
      for (const { draft, session } of verdicts.flatMap(happenedIn)) {
        if (draft.type !== "message" || draft.id === undefined || session === undefined) continue;
        assert(!used.has(`${session} ${draft.id}`));
        used.add(`${session} ${draft.id}`);
      }
      world.commit(verdicts);
      const all = world.state.members.all();
      for (const member of all) {
        assert(all.every((other) => other === member || other.name !== member.name));
        assertEquals(world.state.members.get(member.name), member);
      }
    }
  }));
});

Deno.test("Reducer: rooms and members know of each other, and events are of who is in the room", () => {
  fc.assert(fc.property(batches, (past) => {
    const world = new World();
    const { rooms, members } = world.state;
    const here = new Map<Room, Set<string>>();
    /** Rooms in which others could speak, too, at some time. */
    const open = new Set<Room>();
    for (const batch of past) {
      const verdicts = world.batch(batch);
      for (const verdict of verdicts) {
        if (verdict.type !== "done" || verdict.proposal.type !== "flags") continue;
        if (verdict.proposal.flags.isOpenToAll) open.add(verdict.proposal.room);
      }
      for (const { inRoom, draft } of verdicts.flatMap(happenedIn)) {
        const its = here.get(inRoom) ?? new Set();
        here.set(inRoom, its);
        if (draft.type === "join") its.add(draft.name);
        else if (draft.type === "leave") assert(its.delete(draft.name));
        else if (draft.type === "message") {
          assert(its.has(draft.from) || draft.erases !== undefined || open.has(inRoom));
        } else if (draft.type === "rename") {
          assert(its.delete(draft.from));
          its.add(draft.to);
        }
      }
      world.commit(verdicts);
      const all = [...rooms.all()];
      assert(all.length <= rooms.maxRooms + 1 && all.includes(rooms.lobby));
      for (const room of all) {
        for (const member of room.members) assert(member.rooms.has(room) && members.has(member));
        const names = [...room.members].map(({ name }) => name);
        assertEquals(names.toSorted(), [...here.get(room) ?? []].toSorted());
        assert(room.keeper === null || (room.members.has(room.keeper) && !room.isPermanent));
        assert(room.members.size > 0 || room.isPermanent || room.lastMessageMs !== null);
      }
      for (const member of members.all()) {
        for (const room of member.rooms) assert(room.members.has(member) && all.includes(room));
      }
    }
  }));
});

Deno.test("Reducer: who is muted takes no other name, and there is an end to how many are remembered", () => {
  const world = new World();
  world.commit(world.reduce([() => join("eve")]));
  const member = world.known[0]!;
  for (let atMs = 1; atMs <= 10_100; atMs++) {
    world.reducer.begin({ atMs, at: "" });
    world.reducer.reduce({ type: "mute", member, untilMs: atMs + 1 });
  }
  world.reducer.commit();
  assertEquals(world.state.mutes.size, 10_000);
  const refused = world.reducer.reduce({ type: "rename", member, to: "zoe" });
  assertEquals(["why" in refused && refused.why, member.name], ["muted", "eve"]);
});

Deno.test("Reducer: who has been taken up again is not let go by an older leave", () => {
  const world = new World();
  world.commit(world.reduce([() => join("ada", "session 0")]));
  const member = world.known[0]!;
  const { epoch } = member;
  const [back, late] = world.reduce([
    () => ({ type: "resume", session: "session 0", rooms: null }),
    () => ({ type: "leave", member, reason: "lost", epoch }),
  ]);
  assertEquals(back?.type, "joined");
  assertEquals(late?.type === "refused" && late.why, "gone");
  assert(world.state.members.has(member));
});

Deno.test("Reducer: an id is remembered however many others come and go", () => {
  const world = new World();
  const { state } = world;
  const { lobby: room } = state.rooms;
  const settle = (proposal: Proposal): Verdict => {
    const [verdict] = world.reduce([() => proposal]);
    world.reducer.commit();
    return verdict!;
  };
  const come = (name: string, session: string): Member => {
    const verdict = settle(join(name, session));
    assert(verdict.type === "joined");
    return verdict.member;
  };
  const say = (member: Member): Proposal => ({ type: "say", member, room, text: "hi", id: "x1" });
  const anna = come("anna", "anna");
  settle(say(anna));
  settle({ type: "leave", member: anna, reason: "lost" });
  for (let n = 0; n < 100_500; n++) {
    settle({ type: "leave", member: come("eve", `eve ${n}`), reason: "quit" });
  }
  assertEquals(state.sessions.size, 100_000);
  const proposal = say(come("anna", "anna"));
  const repeats = { room: room.id, seq: 2 };
  assertEquals(settle(proposal), { type: "refused", why: "repeated", proposal, repeats });
});

Deno.test("Reducer: a session is remembered for 24 hours after it has left, however long it was here", () => {
  const { state, reducer } = new World();
  const hash = hashSecret("secret");
  const dayMs = 24 * 60 * 60 * 1000;
  reducer.begin({ atMs: 0, at: "" });
  const joined = reducer.reduce(join("bot", hash));
  reducer.commit();
  assert(joined.type === "joined");
  reducer.begin({ atMs: 2 * dayMs, at: "" });
  reducer.reduce({ type: "leave", member: joined.member, reason: "lost" });
  reducer.commit();
  assertEquals(state.sessions.find("secret", 3 * dayMs - 1)?.hash, hash);
  assertEquals(state.sessions.find("secret", 3 * dayMs + 1), undefined);
});
