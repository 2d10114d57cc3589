import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { SESSION_IDS, SESSION_KEPT_MS, Sessions } from "../../src/room/sessions.ts";

Deno.test("Sessions finds a session by its secret, and keeps only a hash", () => {
  const sessions = new Sessions();
  const { secret, session } = sessions.open(0);
  assertEquals(sessions.find(secret, 1), session);
  assertEquals(sessions.find(`${secret}x`, 1), undefined);
  assert(!session.hash.includes(secret));
  assertNotEquals(sessions.open(0).secret, secret);
});

Deno.test("Sessions forgets after 24 hours, but not one that is in the room", () => {
  const sessions = new Sessions();
  const gone = sessions.open(0);
  const here = sessions.open(0);
  here.session.member = { name: "ada", recipient: null };
  assertEquals(sessions.find(gone.secret, SESSION_KEPT_MS + 1), undefined);
  assertEquals(sessions.find(here.secret, SESSION_KEPT_MS + 1), here.session);
});

Deno.test("Sessions keeps the newest ids of a session", () => {
  const sessions = new Sessions();
  const { session } = sessions.open(0);
  for (let seq = 1; seq <= SESSION_IDS + 5; seq++) sessions.note(session, `i${seq}`, seq);
  assertEquals(session.ids.size, SESSION_IDS);
  assertEquals(session.ids.has("i5"), false);
  assertEquals(session.ids.get("i6"), 6);
});

Deno.test("Sessions begins with what a database knows", () => {
  const first = new Sessions();
  const { secret, session } = first.open(5);
  const again = new Sessions([{ hash: session.hash, name: "ada", seenMs: 5, ids: [["a", 7]] }]);
  assertEquals(again.find(secret, 10)?.ids.get("a"), 7);
});
