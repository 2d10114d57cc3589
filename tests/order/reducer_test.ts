import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { nameKey } from "../../src/order/bans.ts";
import type { Proposal } from "../../src/order/order.ts";
import { type Outcome, Reducer } from "../../src/order/reducer.ts";
import { State } from "../../src/order/state.ts";
import type { Member } from "../../src/room/members.ts";
import { hashSecret } from "../../src/room/sessions.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import type { Ban } from "../../src/store/store.ts";

function banOf(name: string, untilMs: number): Ban {
  return { key: nameKey(name), shown: name, by: "root", reason: "", atMs: 0, untilMs };
}

/** What somebody wants, by numbers, so that any sequence makes sense whoever is here. */
interface Wish {
  readonly type: Proposal["type"];
  readonly who: number;
  readonly name: string;
  readonly id: string | undefined;
}

const names = fc.constantFrom("ada", "Ada", "bob", "eve", "m0l", "mol");
const wish: fc.Arbitrary<Wish> = fc.record({
  type: fc.constantFrom<Proposal["type"]>(
    "say",
    "direct",
    "delivery",
    "join",
    "resume",
    "leave",
    "rename",
    "mute",
    "unmute",
    "ban",
    "unban",
  ),
  who: fc.nat(5),
  name: names,
  id: fc.constantFrom(undefined, "a", "b"),
});

/** A state with a reducer, and everybody who has ever come in, so that those who left speak, too. */
class World {
  readonly state = new State(new MemoryStore(), 0);
  readonly reducer = new Reducer(this.state);
  readonly known: Member[] = [];
  atMs = 0;
  nextSeq = 1;

  batch(wishes: readonly Wish[]): Outcome[] {
    this.reducer.begin({ atMs: ++this.atMs, firstSeq: this.nextSeq });
    return wishes.map((wish) => this.reducer.reduce(this.#proposal(wish)));
  }

  commit(outcomes: readonly Outcome[]): void {
    this.reducer.commit();
    for (const outcome of outcomes) {
      if (!("draft" in outcome)) continue;
      this.nextSeq++;
      if (outcome.joined !== null) this.known.push(outcome.joined);
    }
  }

  #proposal({ type, who, name, id }: Wish): Proposal {
    const member = this.known.length === 0 ? null : this.known[who % this.known.length]!;
    const session = `session ${who}`;
    if (member === null || type === "join") {
      return {
        type: "join",
        name,
        session: who % 2 === 0 ? session : null,
        address: `10.0.0.${who % 2}`,
      };
    }
    switch (type) {
      case "resume":
        return { type, session };
      case "say":
      case "direct":
        return {
          type,
          member,
          text: "hi",
          ...(id === undefined ? {} : { id }),
        };
      case "delivery":
        return { type, member, id: id ?? "a", delivered: who % 2 === 0 };
      case "leave":
        return { type, member, reason: "quit", ...(id === "a" ? { epoch: 1 } : {}) };
      case "rename":
        return { type, member, to: name };
      case "mute":
        return { type, member, untilMs: this.atMs + who };
      case "unmute":
        return { type, name };
      case "ban":
        return { type, ban: banOf(name, this.atMs + who) };
      case "unban":
        return { type, keys: [nameKey(name)], ...(id === "a" ? { ranOut: true } : {}) };
    }
  }
}

/** All that there is in a state, to be compared. The order in which people came is no part of it. */
function shown({ state, known }: World): unknown {
  const sessionIds = [0, 2, 4].map((who) => state.sessions.get(`session ${who}`));
  return {
    members: state.members.all().map(({ name, epoch, session }) =>
      `${name} ${epoch} ${session?.hash}`
    ).sort(),
    sessions: sessionIds.map((session) =>
      session && [session.hash, [...session.ids], session.seenMs, session.member?.name]
    ),
    count: state.sessions.size,
    mutes: [...known.map(({ mute }) => mute?.untilMs), state.mutes.size],
    bans: state.bans.all(0).map(({ key, untilMs }) => `${key} ${untilMs}`).sort(),
    banned: ["ada", "eve", "m0l", "mol"].map((name) => state.bans.ofName(name, 0)?.shown),
    here: known.map((member) => state.members.has(member)),
  };
}

const batches = fc.array(fc.array(wish, { minLength: 1, maxLength: 12 }), { maxLength: 8 });

Deno.test("Reducer.undo() leaves the state as it was before the batch", () => {
  fc.assert(fc.property(batches, fc.array(wish, { maxLength: 20 }), (past, refused) => {
    const world = new World();
    for (const batch of past) world.commit(world.batch(batch));
    const before = structuredClone(shown(world));
    world.batch(refused);
    world.reducer.undo();
    assertEquals(shown(world), before);
  }));
});

Deno.test("Reducer makes the same of the same batches, whatever was undone between them", () => {
  fc.assert(fc.property(batches, fc.array(wish, { maxLength: 12 }), (past, refused) => {
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

Deno.test("Reducer never has a name twice, nor an id of a session twice in the log", () => {
  fc.assert(fc.property(batches, (past) => {
    const world = new World();
    const used = new Set<string>();
    for (const batch of past) {
      const outcomes = world.batch(batch);
      for (const outcome of outcomes) {
        if (!("draft" in outcome) || outcome.draft.type !== "message") continue;
        const { id } = outcome.draft;
        if (id === undefined || outcome.session === undefined) continue;
        assert(!used.has(`${outcome.session} ${id}`));
        used.add(`${outcome.session} ${id}`);
      }
      world.commit(outcomes);
      const all = world.state.members.all();
      for (const member of all) {
        assert(all.every((other) => other === member || other.name !== member.name));
        assertEquals(world.state.members.get(member.name), member);
      }
    }
  }));
});

Deno.test("Reducer: who is muted takes no other name, and there is an end to how many are remembered", () => {
  const world = new World();
  world.commit(world.batch([{ type: "join", who: 1, name: "eve", id: undefined }]));
  const member = world.known[0]!;
  world.reducer.begin({ atMs: 1, firstSeq: 2 });
  for (let atMs = 1; atMs <= 10_100; atMs++) {
    world.reducer.begin({ atMs, firstSeq: 2 });
    world.reducer.reduce({ type: "mute", member, untilMs: atMs + 1 });
  }
  world.reducer.commit();
  assertEquals(world.state.mutes.size, 10_000);
  const refused = world.reducer.reduce({ type: "rename", member, to: "zoe" });
  assertEquals(["why" in refused && refused.why, member.name], ["muted", "eve"]);
});

Deno.test("Reducer: who has been taken up again is not let go by an older leave", () => {
  const world = new World();
  world.commit(world.batch([{ type: "join", who: 0, name: "ada", id: undefined }]));
  const member = world.known[0]!;
  world.reducer.begin({ atMs: 1, firstSeq: 2 });
  const { epoch } = member;
  const back = world.reducer.reduce({ type: "resume", session: "session 0" });
  assertEquals("type" in back && back.type, "joined");
  const late = world.reducer.reduce({ type: "leave", member, reason: "lost", epoch });
  assertEquals("why" in late && late.why, "gone");
  assert(world.state.members.has(member));
});

Deno.test("Reducer: an id is remembered however many others come and go", () => {
  const world = new World();
  const { reducer, state } = world;
  const batch = (proposals: readonly Proposal[]): Outcome[] => {
    reducer.begin({ atMs: ++world.atMs, firstSeq: world.nextSeq });
    const outcomes = proposals.map((proposal) => reducer.reduce(proposal));
    world.commit(outcomes);
    return outcomes;
  };
  const [anna] = batch([{ type: "join", name: "anna", session: "anna", address: "10.0.0.1" }]);
  assert(anna !== undefined && "draft" in anna);
  const say = (member: Member): Proposal => ({ type: "say", member, text: "hi", id: "x1" });
  batch([say(anna.joined!)]);
  batch([{ type: "leave", member: anna.joined!, reason: "lost" }]);
  for (let n = 0; n < 100_500; n++) {
    const [joined] = batch([{
      type: "join",
      name: "eve",
      session: `eve ${n}`,
      address: "10.0.0.1",
    }]);
    assert(joined !== undefined && "draft" in joined);
    batch([{ type: "leave", member: joined.joined!, reason: "quit" }]);
  }
  assertEquals(state.sessions.size, 100_000);
  const [again] = batch([{ type: "join", name: "anna", session: "anna", address: "10.0.0.1" }]);
  assert(again !== undefined && "draft" in again);
  const [verdict] = batch([say(again.joined!)]);
  assertEquals(verdict, {
    type: "refused",
    why: "repeated",
    proposal: say(again.joined!),
    seq: 2,
  });
});

Deno.test("Reducer: a session is remembered for 24 hours after it has left, however long it was here", () => {
  const { state, reducer } = new World();
  const hash = hashSecret("secret");
  const dayMs = 24 * 60 * 60 * 1000;
  reducer.begin({ atMs: 0, firstSeq: 1 });
  const joined = reducer.reduce({ type: "join", name: "bot", session: hash, address: "10.0.0.1" });
  reducer.commit();
  assert("draft" in joined);
  reducer.begin({ atMs: 2 * dayMs, firstSeq: 2 });
  reducer.reduce({ type: "leave", member: joined.joined!, reason: "lost" });
  reducer.commit();
  assertEquals(state.sessions.find("secret", 3 * dayMs - 1)?.hash, hash);
  assertEquals(state.sessions.find("secret", 3 * dayMs + 1), undefined);
});
