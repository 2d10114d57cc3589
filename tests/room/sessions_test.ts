import { assert, assertEquals } from "@std/assert";
import { hashSecret, Sessions } from "../../src/room/sessions.ts";
import { Members } from "../../src/room/members.ts";
import { SESSION_IDS, SESSION_KEPT_MS } from "../../src/store/store.ts";

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
  sessions.trim();
  assertEquals(session.ids.size, SESSION_IDS);
  assertEquals(session.ids.has("i5"), false);
  assertEquals(session.ids.get("i6"), 6);
});

Deno.test("Sessions begins with what a database knows", () => {
  const hash = hashSecret("secret");
  const again = new Sessions([{ hash, name: "ada", seenMs: 5, ids: [["a", 7]] }]);
  assertEquals(again.find("secret", 10)?.ids.get("a"), 7);
});
