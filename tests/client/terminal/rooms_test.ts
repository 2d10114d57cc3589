/**
 * Several rooms on one terminal, with a server that does what a test says.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Message, RoomEvent } from "../../../src/protocol/messages.ts";
import { AT, type FakePeer } from "../core/fake_server.ts";
import { ENTER, Stay, TAB, UP } from "./stay.ts";

const [ALT_1, ALT_2, ALT_A] = ["\x1b1", "\x1b2", "\x1ba"];
const [ALT_LEFT, ALT_RIGHT] = ["\x1b[1;3D", "\x1b[1;3C"];

/** What bob says in a room; `seq` counts in each room. */
function said(room: string, seq: number, text: string): Message & { room: string } {
  return { type: "message", room, seq, at: AT, from: "bob", text };
}

function came(room: string, name: string, seq = 1): RoomEvent {
  return { type: "join", room, seq, at: AT, name };
}

/** Ada is in the lobby and has asked to come into ops; the server lets her in. */
async function enterOps(stay: Stay, peer: FakePeer): Promise<void> {
  stay.terminal.press(`/join #Ops${ENTER}`);
  assertEquals((await peer.next("join")).room, "ops");
  await peer.enter("ops", { names: ["ada", "bob"], count: 2 });
  await peer.send(came("ops", "ada"));
  await stay.terminal.shows(/#ops · 2 here/);
}

/** The rows from one that matches on, without the footer. */
function since(stay: Stay, wanted: RegExp): string[] {
  const rows = stay.terminal.lines;
  return rows.slice(rows.findLastIndex((row) => wanted.test(row)), -2)
    .filter((row) => !/^── \w+,/.test(row))
    .map((row) => row.replace(/^\d\d:\d\d +/, ""));
}

Deno.test("A second room has a line of its own, and the first one waits with what is new", async () => {
  await using stay = new Stay();
  const peer = await stay.admit();
  stay.terminal.press("half a thought");
  stay.terminal.press("\x15");
  await enterOps(stay, peer);
  assertEquals(await stay.end(2), ["1 #lobby · #ops · 2 here", "> |"]);
  stay.terminal.press(`restart it${ENTER}typing`);
  const { room, text, id } = await peer.next("say");
  assertEquals([room, text], ["ops", "restart it"]);
  await stay.terminal.shows(/^… restart it/);
  await peer.send(came("lobby", "eve", 2));
  await peer.send(said("lobby", 3, "anyone?"), said("lobby", 4, "ada?"));
  await stay.terminal.shows(/1 #lobby \(2!\) · #ops/);
  stay.terminal.press(ALT_A);
  await stay.terminal.shows(/bob +ada\?/);
  assertEquals(since(stay, /^── #lobby/), [
    "── #lobby · 2 new ──",
    "*  eve joined",
    "bob  anyone?",
    "bob  ada?",
  ]);
  assertEquals(await stay.end(2), ["#lobby · 2 #ops · 3 here · 1 not delivered yet", "> |"]);
  await peer.send({ ...said("ops", 2, "restart it"), from: "ada", id: id! });
  stay.terminal.press(ALT_2);
  await stay.terminal.shows(/ada +restart it/);
  assertEquals(await stay.end(1), ["> typing|"]);
  assertEquals(since(stay, /^── #ops/), ["── #ops ──", "ada  restart it"]);
});

Deno.test("The title of the window tells of other rooms, and is what it was in the end", async () => {
  const { terminal, ended } = await (async () => {
    await using stay = new Stay();
    const peer = await stay.admit();
    assertEquals(stay.terminal.written.includes("\x1b]2;"), false);
    await enterOps(stay, peer);
    await peer.send(said("lobby", 2, "ada?"));
    await stay.terminal.shows(/1 #lobby \(1!\)/);
    return stay;
  })();
  await ended;
  // deno-lint-ignore no-control-regex -- escape sequences are what is meant
  const titles = terminal.written.match(/\x1b\]2;[^\x07]*|\x1b\[2[23];2t/g) ?? [];
  assertEquals(titles.map((one) => one.slice(2)), [
    "22;2t",
    "2;#ops · chat",
    "2;(1!) #ops · chat",
    "23;2t",
  ]);
});

Deno.test("Alt with arrows goes through the rooms, and moves by words where there is one", async () => {
  await using stay = new Stay();
  const peer = await stay.admit();
  stay.terminal.press(`one two${ALT_LEFT}`);
  assertEquals(await stay.end(1), ["> one |two"]);
  stay.terminal.press("\x15\x0b");
  await enterOps(stay, peer);
  for (const key of [ALT_RIGHT, "\x1b\x1b[D", ALT_LEFT, ALT_1, ALT_2]) {
    stay.terminal.press(key);
  }
  await stay.terminal.settled();
  assertEquals(
    stay.terminal.lines.filter((row) => row.startsWith("──")),
    ["── #ops ──", "── #lobby ──", "── #ops ──", "── #lobby ──", "── #ops ──"],
  );
});

Deno.test("What is typed right after /join is for that room, or comes back", async () => {
  await using stay = new Stay();
  const peer = await stay.admit();
  stay.terminal.press(`/join ops${ENTER}secret plan${ENTER}`);
  await peer.next("join");
  await stay.terminal.shows(/^1 #lobby · #ops …/);
  await peer.send({ type: "error", code: "kept_out", room: "ops", text: "Kept out of #ops." });
  await stay.terminal.shows(/Kept out of #ops/);
  const { id } = await peer.next("say");
  await peer.send({
    type: "error",
    code: "not_in_room",
    room: "ops",
    text: "Not in #ops.",
    id: id!,
  });
  await stay.terminal.shows(/Press Up to get your text back/);
  assertEquals(await stay.end(2), ["room:5001 · 2 here", "> |"]);
  // It is said nowhere else, and Up has it.
  stay.terminal.press(UP);
  assertEquals(await stay.end(1), ["> secret plan|"]);
  stay.terminal.press(`\x15/who${ENTER}`);
  assertEquals((await peer.next("command")).room, "lobby");
});

Deno.test("The key of a private room is asked for in secret, and again when it is wrong", async () => {
  await using stay = new Stay();
  const peer = await stay.admit();
  stay.terminal.press(`/join ops${ENTER}`);
  await peer.next("join");
  const refusal = {
    type: "error",
    code: "room_key",
    room: "ops",
    text: "#ops is private.",
  } as const;
  await peer.send(refusal);
  await stay.terminal.shows(/^Key of #ops:/);
  stay.terminal.press("wrong");
  assertEquals(await stay.end(1), ["Key of #ops: •••••|"]);
  stay.terminal.press(ENTER);
  assertEquals((await peer.next("join")).key, "wrong");
  await peer.send(refusal);
  await stay.terminal.shows(/That is not the key of #ops\. An empty line goes back\./);
  assertEquals(await stay.end(1), ["Key of #ops: |"]);
  stay.terminal.press(`sesame${ENTER}`);
  assertEquals((await peer.next("join")).key, "sesame");
  await peer.enter("ops");
  await peer.send(came("ops", "ada"));
  await stay.terminal.shows(/^1 #lobby · #ops · 1 here/);
  assertEquals(stay.terminal.written.includes("sesame"), false);
  assertEquals(stay.terminal.written.includes("is private"), false);
});

Deno.test("A key may be a word with which people leave elsewhere; /quit leaves", async () => {
  for (const answer of ["quit", "{quit}", "/quit"]) {
    await using stay = new Stay();
    const peer = await stay.admit();
    stay.terminal.press(`/join ops${ENTER}`);
    await peer.next("join");
    await peer.send({ type: "error", code: "room_key", room: "ops", text: "#ops is private." });
    await stay.terminal.shows(/^Key of #ops:/);
    stay.terminal.press(answer + ENTER);
    if (answer === "/quit") await peer.next("quit");
    else assertEquals((await peer.next("join")).key, answer);
  }
});

Deno.test("Esc and an empty line answer no key, and one is back where one was", async () => {
  for (const key of ["\x1b", ENTER]) {
    await using stay = new Stay();
    const peer = await stay.admit();
    stay.terminal.press(`/join ops${ENTER}`);
    await peer.next("join");
    await peer.send({ type: "error", code: "room_key", room: "ops", text: "#ops is private." });
    await stay.terminal.shows(/^Key of #ops:/);
    stay.terminal.press(key);
    await stay.terminal.shows(/^room:5001 · 2 here/);
    assertEquals(await stay.end(1), ["> |"]);
  }
});

Deno.test("Somebody without the key of the only room goes to the lobby", async () => {
  await using stay = new Stay({ name: "ada", rooms: [{ room: "#Ops", key: "old" }] });
  const peer = await stay.server.peer();
  assertEquals((await peer.welcome()).rooms?.ops?.key, "old");
  await peer.send({ type: "error", code: "room_key", room: "ops", text: "#ops is private." });
  await stay.terminal.shows(/That is not the key of #ops\./);
  await stay.terminal.shows(/^Key of #ops:/);
  stay.terminal.press("\x1b");
  assertEquals((await peer.next("join")).room, "lobby");
  await peer.enter("lobby", { names: ["ada", "bob"], count: 2 });
  await stay.terminal.shows(/^room:5001 · 2 here/);
});

Deno.test("What is typed for a room that is closed is said nowhere", async () => {
  await using stay = new Stay();
  const peer = await stay.admit();
  await enterOps(stay, peer);
  stay.terminal.press("the password is hun");
  await peer.send({ type: "parted", room: "ops", reason: "closed", text: "bob closed #ops." });
  await stay.terminal.shows(/bob closed #ops\./);
  await stay.terminal.shows(/1 #lobby · #ops \(gone\)/);
  stay.terminal.press(`ter2${ENTER}`);
  await stay.terminal.shows(/Not sent: You are not in #ops any more/);
  assertEquals(await stay.end(1), ["> |"]);
  stay.terminal.press(ALT_1);
  assertEquals(await stay.end(2), ["room:5001 · 2 here", "> |"]);
  stay.terminal.press(UP);
  assertEquals(await stay.end(1), ["> the password is hunter2|"]);
});

Deno.test("Who is removed from the lobby, the only room, sees that, and can go on or come back", async () => {
  await using stay = new Stay();
  const peer = await stay.admit();
  const text = "bob removed you from #lobby for 5s.";
  await peer.send({ type: "parted", room: "lobby", reason: "kicked", text });
  await stay.terminal.shows(/back here, when you may: \/join lobby\./);
  assertEquals(await stay.end(2), ["#lobby (gone)", "> |"]);
  stay.terminal.press(`hello${ENTER}`);
  await stay.terminal.shows(/Not sent: You are not in #lobby any more/);
  stay.terminal.press(`/join lobby${ENTER}`);
  assertEquals((await peer.next("join")).room, "lobby");
  await peer.enter("lobby", { names: ["ada", "bob"], count: 2 });
  await stay.terminal.shows(/^room:5001 · 2 here/);
  stay.terminal.press(`${UP}${UP}`);
  assertEquals(await stay.end(1), ["> hello|"]);
});

Deno.test("A kick from a room that is not shown is told, with what was never shown", async () => {
  await using stay = new Stay();
  const peer = await stay.admit();
  await enterOps(stay, peer);
  stay.terminal.press(ALT_1);
  await peer.send(
    said("ops", 2, "bye"),
    { type: "parted", room: "ops", reason: "kicked", text: "bob removed you from #ops." },
  );
  await stay.terminal.shows(/bob removed you from #ops\. 1 message there was/);
  assertEquals(await stay.end(2), ["room:5001 · 2 here", "> |"]);
});

Deno.test("/leave goes back to the room before, and the last room is not left", async () => {
  await using stay = new Stay();
  const peer = await stay.admit();
  await enterOps(stay, peer);
  stay.terminal.press(`/leave${ENTER}in the lobby${ENTER}`);
  assertEquals((await peer.next("part")).room, "ops");
  const { room, text } = await peer.next("say");
  assertEquals([room, text], ["lobby", "in the lobby"]);
  await peer.send(
    { type: "parted", room: "ops", reason: "part" },
    said("lobby", 2, "welcome back"),
  );
  await stay.terminal.shows(/welcome back/);
  assertEquals(since(stay, /You left/).slice(0, 2), ["*  You left #ops.", "── #lobby ──"]);
  assertEquals(stay.terminal.lines.filter((row) => /You left/.test(row)).length, 1);
  stay.terminal.press(`/leave${ENTER}`);
  await stay.terminal.shows(/! {2}This is your only room\. \/quit leaves the chat\./);
  assertEquals(await stay.end(1), ["> |"]);
});

Deno.test("Tab behind /join asks which rooms there are, once a line, and shows no list", async () => {
  await using stay = new Stay();
  const peer = await stay.admit();
  stay.terminal.press(`/join z${TAB}${TAB}`);
  await peer.next("rooms");
  const zoo = { room: "zoo", count: 11, topic: "animals" };
  await peer.send({ type: "rooms", rooms: [zoo, { room: "zen", count: 1 }], more: false });
  await stay.terminal.shows(/^#zoo +#zen/);
  stay.terminal.press(`o${TAB}`);
  assertEquals(await stay.end(1), ["> /join #zoo |"]);
  stay.terminal.press(`\x15/join q${TAB}x${ENTER}`);
  // It is not asked for again.
  assertEquals((await peer.next("join")).room, "qx");
  assertEquals(stay.terminal.lines.some((row) => /animals/.test(row)), false);
});

Deno.test("Tab behind /join asks on where the first page of the list does not reach so far", async () => {
  await using stay = new Stay();
  const peer = await stay.admit();
  stay.terminal.press(`/join zo${TAB}`);
  assertEquals((await peer.next("rooms")).after, undefined);
  await peer.send({ type: "rooms", rooms: [{ room: "abc", count: 1 }], more: true });
  const { after = "" } = await peer.next("rooms");
  assertEquals([after < "zo", after > "zn"], [true, true]);
  await peer.send({ type: "rooms", rooms: [{ room: "zoo", count: 11 }], more: false });
  await stay.terminal.shows(/> \/join #zoo/);
  assertEquals(await stay.end(1), ["> /join #zoo |"]);
  assertEquals(stay.terminal.lines.some((row) => /abc/.test(row)), false);
});

Deno.test("Tab behind /join completes what is known where the server does not tell more", async () => {
  await using stay = new Stay();
  const peer = await stay.admit();
  stay.terminal.press(`/join lo${TAB}`);
  await peer.next("rooms");
  await peer.send({ type: "error", code: "unavailable", text: "Not now." });
  await stay.terminal.shows(/> \/join #lobby/);
  assertEquals(await stay.end(1), ["> /join #lobby |"]);
});

Deno.test("Tab completes names of rooms, those of the last list too", async () => {
  await using stay = new Stay();
  const peer = await stay.admit();
  stay.terminal.press(`/rooms${ENTER}`);
  assertEquals((await peer.next("command")).line, "/rooms");
  await peer.send({
    type: "rooms",
    rooms: [
      { room: "lobby", count: 2, joined: true },
      { room: "zoo", count: 11, topic: "animals" },
    ],
    more: false,
  });
  await stay.terminal.shows(/#zoo/);
  assertEquals(
    stay.terminal.lines.filter((row) => /#(lobby|zoo)/.test(row)).map((row) => row.trim()),
    ["#lobby:   2 here, you are in it", "#zoo:    11 here  animals"],
  );
  stay.terminal.press(`/join z${TAB}`);
  assertEquals(await stay.end(1), ["> /join #zoo |"]);
});

Deno.test("More than can be kept of a room is told, and the newest are shown", async () => {
  await using stay = new Stay();
  const peer = await stay.admit();
  await enterOps(stay, peer);
  const events = Array.from({ length: 250 }, (_, i) => said("lobby", i + 2, `number ${i}`));
  await peer.send(...events);
  await stay.terminal.shows(/1 #lobby \(250\)/);
  stay.terminal.press(ALT_1);
  await stay.terminal.shows(/number 249/);
  const rows = since(stay, /^── #lobby/);
  assertEquals(rows[0], "── #lobby · 250 new ──");
  assertEquals(rows[1], "*  50 older messages are left out: /history 250 shows them.");
  assertEquals(rows[2], "bob  number 50");
  assertEquals(rows.length, 202);
});

Deno.test("After a lost connection each room goes on where it was", async () => {
  await using stay = new Stay();
  const first = await stay.admit();
  await enterOps(stay, first);
  await first.send(said("lobby", 2, "before"));
  await stay.terminal.shows(/1 #lobby \(1\)/);
  first.close();
  const again = await stay.server.peer();
  const { rooms } = await again.welcome();
  assertEquals([rooms?.lobby?.after, rooms?.ops?.after], [2, 1]);
  for (const room of ["lobby", "ops"]) {
    const seq = room === "lobby" ? 3 : 2;
    await again.enter(room, { seq, names: ["ada", "bob"], count: 2, resumed: true });
    await again.send(said(room, seq, `meanwhile in ${room}`));
  }
  await stay.terminal.shows(/meanwhile in ops/);
  await stay.terminal.shows(/1 #lobby \(2\) · #ops/);
  stay.terminal.press(ALT_1);
  await stay.terminal.shows(/meanwhile in lobby/);
  assertEquals(since(stay, /^── #lobby/), [
    "── #lobby · 2 new ──",
    "bob  before",
    "bob  meanwhile in lobby",
  ]);
});
