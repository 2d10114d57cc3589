import { assert, assertEquals } from "@std/assert";
import { hashSecret, Sessions } from "../../src/room/sessions.ts";
import { Members } from "../../src/room/members.ts";
import type { Session } from "../../src/room/room.ts";
import { SESSION_IDS, SESSION_KEPT_MS } from "../../src/store/stored_sessions.ts";

Deno.test("Sessions finds a session by its secret, and keeps only a hash", () => {
  const sessions = new Sessions();
  const session = sessions.open(hashSecret("secret"), 0);
  assertEquals(sessions.find("secret", 1), session);
  assertEquals(sessions.find("secretx", 1), undefined);
  assert(!session.hash.includes("secret"));
});

Deno.test("Sessions forgets after 24 hours, but not one that is in the room", () => {
  const sessions = new Sessions();
  sessions.open(hashSecret("gone"), 0);
  const here = sessions.open(hashSecret("here"), 0);
  here.member = new Members().add("ada", here);
  assertEquals(sessions.find("gone", SESSION_KEPT_MS + 1), undefined);
  assertEquals(sessions.find("here", SESSION_KEPT_MS + 1), here);
});

Deno.test("Sessions keeps the newest ids of a session", () => {
  const sessions = new Sessions();
  const session = sessions.open("h", 0);
  for (let seq = 1; seq <= SESSION_IDS + 5; seq++) sessions.note(session, `i${seq}`, seq);
  sessions.trim(0);
  assertEquals(session.ids.size, SESSION_IDS);
  assertEquals(session.ids.has("i5"), false);
  assertEquals(session.ids.get("i6"), 6);
});

Deno.test("Sessions begins with what a database knows", () => {
  const hash = hashSecret("secret");
  const again = new Sessions([{
    hash,
    name: "ada",
    seenMs: 5,
    ids: [{ id: "a", room: 0, outcome: 7, atMs: 5 }],
  }]);
  assertEquals(again.find("secret", 10)?.ids.get("a"), 7);
});

/** Bounds that are soon reached. */
const BOUNDS = { sessions: 10, ids: 20 };

/** Comes, and has used so many ids. */
function visit(sessions: Sessions, hash: string, ids: number, nowMs: number): Session {
  const session = sessions.get(hash) ?? sessions.open(hash, nowMs);
  for (let n = 0; n < ids; n++) sessions.note(session, `${hash} ${nowMs} ${n}`, nowMs);
  sessions.trim(nowMs);
  return session;
}

Deno.test("Sessions without ids go first, the longest gone first, and nobody who is here", () => {
  const sessions = new Sessions([], BOUNDS);
  const here = visit(sessions, "here", 0, 0);
  here.member = new Members().add("ada", here);
  visit(sessions, "with", 1, 1);
  for (let n = 0; n < 9; n++) visit(sessions, `idle ${n}`, 0, 2);
  assertEquals(sessions.get("idle 0"), undefined);
  sessions.seen(sessions.get("idle 1")!, 3);
  for (let n = 10; n < 17; n++) visit(sessions, `idle ${n}`, 0, 4);
  assertEquals([sessions.size, sessions.get("with")?.ids.size, sessions.get("here")], [
    10,
    1,
    here,
  ]);
  assertEquals([sessions.get("idle 1")?.hash, sessions.get("idle 2")], ["idle 1", undefined]);
});

Deno.test("Sessions are as many as their ids, and beyond the bound the oldest ids go", () => {
  const sessions = new Sessions([], BOUNDS);
  const often = visit(sessions, "often", 1, 0);
  for (let n = 1; n <= 19; n++) visit(sessions, `once ${n}`, 1, n);
  assertEquals(sessions.size, 20);
  visit(sessions, "often", 2, 20);
  // The oldest of all was its own.
  assertEquals([...often.ids.values()], [20, 20]);
  assertEquals([sessions.get("once 1")?.ids.size, sessions.get("once 2")?.ids.size], [
    undefined,
    1,
  ]);
});

Deno.test("Sessions forgets nobody's ids for those of a session that has too many", () => {
  const sessions = new Sessions([], { sessions: 10, ids: SESSION_IDS + 1 });
  const quiet = visit(sessions, "quiet", 1, 0);
  for (let n = 1; n <= 60; n++) visit(sessions, "flood", SESSION_IDS / 2, n);
  assertEquals([quiet.ids.size, sessions.get("flood")?.ids.size], [1, SESSION_IDS]);
  visit(sessions, "third", 1, 61);
  assertEquals([quiet.ids.size, sessions.get("flood")?.ids.size], [0, SESSION_IDS]);
});

Deno.test("Sessions forgets the ids of who has been gone for 24 hours", () => {
  const sessions = new Sessions([], BOUNDS);
  visit(sessions, "gone", 3, 0);
  visit(sessions, "new", 1, SESSION_KEPT_MS + 1_000);
  assertEquals([sessions.size, sessions.get("gone")], [1, undefined]);
});

Deno.test("Sessions forgets who has been gone for 24 hours behind somebody who is here and says nothing", () => {
  const sessions = new Sessions([], BOUNDS);
  const here = sessions.open("here", 0);
  here.member = new Members().add("ada", here);
  for (let n = 1; n <= 5; n++) sessions.open(`gone ${n}`, n);
  sessions.trim(6);
  assertEquals(sessions.size, 6);
  sessions.trim(SESSION_KEPT_MS + 1_000);
  assertEquals([sessions.size, sessions.get("here")], [1, here]);
  // Its own time begins when it leaves.
  sessions.seen(here, SESSION_KEPT_MS + 1_000);
  here.member = null;
  sessions.trim(2 * SESSION_KEPT_MS);
  assertEquals(sessions.size, 1);
  sessions.trim(2 * SESSION_KEPT_MS + 2_000);
  assertEquals(sessions.size, 0);
});

Deno.test("Sessions forgets who has been gone for 24 hours behind ids of somebody who is here, and of one who came back", () => {
  const sessions = new Sessions([], BOUNDS);
  const here = visit(sessions, "here", 1, 0);
  here.member = new Members().add("ada", here);
  const back = visit(sessions, "back", 2, 1);
  for (let n = 2; n <= 6; n++) visit(sessions, `gone ${n}`, 2, n);
  sessions.seen(back, 1_007);
  sessions.trim(SESSION_KEPT_MS + 1_007);
  assertEquals([sessions.size, sessions.get("here"), sessions.get("back")], [2, here, back]);
  assertEquals([here.ids.size, back.ids.size], [1, 2]);
  // What stood for the ids that are gone is in nobody's way.
  for (let n = 1; n <= 10; n++) visit(sessions, `new ${n}`, 2, SESSION_KEPT_MS + 1_007);
  assertEquals([here.ids.size, back.ids.size, sessions.get("new 1")?.ids.size], [0, 0, 2]);
});

Deno.test("Sessions forgets in the order in which they were seen, also what a database knows", () => {
  const seen = (hash: string, seenMs: number, ids: number) => ({
    hash,
    name: hash,
    seenMs,
    ids: Array.from({ length: ids }, (_, n) => ({ id: `${n}`, room: 0, outcome: 1, atMs: 1 })),
  });
  const sessions = new Sessions([seen("new", 1_009, 1), seen("old", 5, 1), seen("none", 4, 0)]);
  sessions.trim(SESSION_KEPT_MS + 1_006);
  assertEquals([sessions.size, sessions.get("new")?.ids.size], [1, 1]);
});

Deno.test("Sessions begins with ids in the order of their times, whosever they are", () => {
  const id = (atMs: number) => ({ id: `${atMs}`, room: 0, outcome: atMs, atMs });
  const stored = (hash: string, ...times: number[]) => (
    { hash, name: hash, seenMs: 9, ids: times.map(id) }
  );
  const sessions = new Sessions([stored("a", 1, 4), stored("b", 2, 3), stored("c")], {
    sessions: 2,
    ids: 2,
  });
  sessions.trim(9);
  assertEquals([sessions.get("a")?.ids.size, sessions.get("b")?.ids.size, sessions.size], [
    1,
    1,
    2,
  ]);
});
