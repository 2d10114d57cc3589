/**
 * What every store promises, tested against each of them.
 *
 * @module
 */

import { before, search } from "../helpers/lobby.ts";
import { assertEquals, assertMatch } from "@std/assert";
import type { Draft, LogEvent } from "../../src/protocol/messages.ts";
import type { Fits } from "../../src/protocol/limits.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { type OpenDatabase, openDatabase } from "../../src/store/sqlite/schema.ts";
import { SqliteStore, type SqliteStoreParts } from "../../src/store/sqlite/store.ts";
import { type Entry, type Store } from "../../src/store/store.ts";
import { finish } from "../../src/store/room_store.ts";

const AT = "2026-03-01T12:00:00.000Z";

function say(text: string, from = "ada"): Entry {
  return { room: 0, draft: { type: "message", from, text } };
}

function seqs(events: readonly LogEvent[]): number[] {
  return events.map((event) => event.seq);
}

function texts(events: readonly LogEvent[]): string[] {
  return events.map((event) => event.type === "message" ? event.text : event.type);
}

/** Acts of each actor that are kept here: each is a transaction. */
const MAX_ACTS = 20;

interface Subject {
  readonly name: string;
  readonly run: (test: (store: Store) => void) => void;
}

function withMemory(test: (store: Store) => void): void {
  const store = new MemoryStore({ maxActs: MAX_ACTS });
  test(store);
  store.close();
}

function withSqlite(
  Kind: new (database: OpenDatabase, parts: SqliteStoreParts) => SqliteStore,
  test: (store: Store) => void,
): void {
  const directory = Deno.makeTempDirSync();
  const store = new Kind(openDatabase(`${directory}/room.db`, "process"), { maxActs: MAX_ACTS });
  try {
    test(store);
  } finally {
    store.close();
    Deno.removeSync(directory, { recursive: true });
  }
}

/** Brings the index up to date after each append, so that searches use it and nothing else. */
class AlwaysIndexed extends SqliteStore {
  constructor(database: OpenDatabase, parts: SqliteStoreParts) {
    super(database, { ...parts, scanFirstRows: { long: 0, short: 0 } });
  }

  override append(...parameters: Parameters<Store["append"]>): LogEvent[] {
    const events = super.append(...parameters);
    while (this.maintain(Date.parse(AT), 1));
    return events;
  }
}

const SUBJECTS: readonly Subject[] = [
  { name: "MemoryStore", run: withMemory },
  { name: "SqliteStore", run: (test) => withSqlite(SqliteStore, test) },
  { name: "SqliteStore with all indexed", run: (test) => withSqlite(AlwaysIndexed, test) },
];

function contract(promise: string, test: (store: Store) => void): void {
  for (const { name, run } of SUBJECTS) Deno.test(`${name} ${promise}`, () => run(test));
}

contract("begins empty, with an id of its own", (store) => {
  assertEquals(store.room(0).lastSeq, 0);
  assertMatch(store.room(0).logId, /^[0-9a-f]{32}$/);
  assertEquals(before(store.room(0), Infinity, 10), { events: [], more: false });
  assertEquals(finish(search(store, "hello", 10)), { events: [], more: false });
  assertEquals([...store.sessions(0, { sessions: 10, ids: 10 })], []);
});

contract("gives each kind of event its seq and at, and keeps it as it was", (store) => {
  const drafts: Draft[] = [
    { type: "join", name: "ada" },
    { type: "message", from: "ada", text: "hi\nthere" },
    { type: "message", from: "ada", text: "with id", id: "k.1" },
    { type: "message", from: "ada", text: "waves", action: true },
    { type: "message", from: "ada", text: "beep", notice: true },
    { type: "message", from: "ada", text: "ＷＡＶＥＳ 🌊", id: "k.2", action: true },
    { type: "rename", from: "ada", to: "eve" },
    { type: "leave", name: "eve", reason: "lost" },
  ];
  const appended = store.append(drafts.map((draft) => ({ room: 0, draft })), AT);
  const expected = drafts.map((draft, i) => {
    const { type, ...rest } = draft;
    return { type, seq: i + 1, at: AT, ...rest } as LogEvent;
  });
  assertEquals(appended, expected);
  assertEquals(before(store.room(0), Infinity, 100), { events: expected, more: false });
  // The dialects write the keys in this order.
  const lines = expected.map((event) => JSON.stringify(event));
  assertEquals(appended.map((event) => JSON.stringify(event)), lines);
  assertEquals(
    before(store.room(0), Infinity, 9).events.map((event) => JSON.stringify(event)),
    lines,
  );
});

contract("counts seq on over many appends of every size", (store) => {
  let expected = 0;
  for (let size = 0; size < 40; size++) {
    const entries = [];
    for (let i = 0; i < size; i++) {
      const isJoin = (size + i) % 5 === 0;
      entries.push(
        isJoin ? { room: 0, draft: { type: "join", name: `n${i}` } as const } : say(`t${i}`),
      );
    }
    for (const event of store.append(entries, AT)) assertEquals(event.seq, ++expected);
    assertEquals(store.room(0).lastSeq, expected);
  }
  const all = before(store.room(0), Infinity, 10_000).events;
  assertEquals(seqs(all), Array.from({ length: expected }, (_, i) => i + 1));
});

contract("pages back, rising by seq", (store) => {
  store.append(Array.from({ length: 25 }, (_, i) => say(`t${i + 1}`)), AT);
  const newest = before(store.room(0), Infinity, 10);
  assertEquals([seqs(newest.events)[0], newest.events.length, newest.more], [16, 10, true]);
  const middle = before(store.room(0), 16, 10);
  assertEquals([seqs(middle.events)[0], middle.events.length, middle.more], [6, 10, true]);
  const oldest = before(store.room(0), 6, 10);
  assertEquals([seqs(oldest.events), oldest.more], [[1, 2, 3, 4, 5], false]);
  assertEquals(before(store.room(0), 1, 10), { events: [], more: false });
  assertEquals(before(store.room(0), 0, 10), { events: [], more: false });
  assertEquals(before(store.room(0), 999, 1).events.length, 1);
  assertEquals(before(store.room(0), 11, 10).more, false);
  assertEquals(before(store.room(0), 12, 10).more, true);
});

contract("finds the newest messages first and says whether there are more", (store) => {
  store.append([say("apple one"), say("pear"), say("apple two"), say("apple three")], AT);
  assertEquals(texts(finish(search(store, "apple", 10)).events), [
    "apple three",
    "apple two",
    "apple one",
  ]);
  assertEquals(finish(search(store, "apple", 3)).more, false);
  const page = finish(search(store, "apple", 2));
  assertEquals([texts(page.events), page.more], [["apple three", "apple two"], true]);
});

contract("finds only what holds all words, anywhere and in any order", (store) => {
  store.append(
    [say("the quick brown fox"), say("the slow fox"), say("brownish foxes quickly")],
    AT,
  );
  assertEquals(texts(finish(search(store, "fox quick", 10)).events), [
    "brownish foxes quickly",
    "the quick brown fox",
  ]);
  assertEquals(texts(finish(search(store, "  slow\tFOX ", 10)).events), ["the slow fox"]);
  assertEquals(finish(search(store, "quick slow", 10)).events, []);
  assertEquals(finish(search(store, " \t ", 10)), { events: [], more: false });
});

contract("compares without case and width, beyond ASCII too", (store) => {
  store.append(
    [say("ÄRGER im Büro"), say("ＦＵＬＬ width"), say("plain ASCII"), say("Привет"), say("ΟΔΟΣ")],
    AT,
  );
  assertEquals(texts(finish(search(store, "ärger", 10)).events), ["ÄRGER im Büro"]);
  assertEquals(texts(finish(search(store, "BÜRO", 10)).events), ["ÄRGER im Büro"]);
  assertEquals(texts(finish(search(store, "full", 10)).events), ["ＦＵＬＬ width"]);
  assertEquals(texts(finish(search(store, "ａｓｃｉｉ", 10)).events), ["plain ASCII"]);
  assertEquals(texts(finish(search(store, "ПРИ", 10)).events), ["Привет"]);
  assertEquals(texts(finish(search(store, "οδοσ", 10)).events), ["ΟΔΟΣ"]);
  assertEquals(texts(finish(search(store, "ος", 10)).events), ["ΟΔΟΣ"]);
});

contract(
  "compares without diacritics, and Latin letters as they are spelt without them",
  (store) => {
    const said = [
      ...["Crème brûlée", "Cre\u0300me", "STRASSE", "Straße", "Łódź", "smørrebrød", "œuvre"],
      ...["Ёлка", "ώρα", "がっこう", "かっこう", "한국어", "हिन्दी"],
    ];
    store.append(said.map((text) => say(text)), AT);
    const found = (query: string) => texts(finish(search(store, query, 10)).events).reverse();
    assertEquals(found("creme"), ["Crème brûlée", "Cre\u0300me"]);
    assertEquals(found("CRÈME"), ["Crème brûlée", "Cre\u0300me"]);
    assertEquals(found("strasse"), ["STRASSE", "Straße"]);
    assertEquals(found("straße"), ["STRASSE", "Straße"]);
    assertEquals(found("lodz"), ["Łódź"]);
    assertEquals(found("smorrebrod"), ["smørrebrød"]);
    assertEquals(found("Oeuvre"), ["œuvre"]);
    assertEquals(found("елка"), ["Ёлка"]);
    assertEquals(found("ωρα"), ["ώρα"]);
    // Marks of other scripts tell words apart.
    assertEquals(found("かっこう"), ["かっこう"]);
    assertEquals(found("한국"), ["한국어"]);
    assertEquals(found("हिन्दी"), ["हिन्दी"]);
    assertEquals(found("हन्द"), []);
  },
);

contract("finds text without spaces, and short words wherever they stand", (store) => {
  store.append(
    [say("私は東京に住んでいます"), say("東京"), say("京都"), say("go ok"), say("こ")],
    AT,
  );
  assertEquals(texts(finish(search(store, "東京", 10)).events), ["東京", "私は東京に住んでいます"]);
  assertEquals(texts(finish(search(store, "京", 10)).events), [
    "京都",
    "東京",
    "私は東京に住んでいます",
  ]);
  assertEquals(texts(finish(search(store, "東京に", 10)).events), ["私は東京に住んでいます"]);
  assertEquals(texts(finish(search(store, "住んで 京", 10)).events), ["私は東京に住んでいます"]);
  assertEquals(texts(finish(search(store, "ok", 10)).events), ["go ok"]);
  assertEquals(texts(finish(search(store, "k", 10)).events), ["go ok"]);
  assertEquals(texts(finish(search(store, "こ", 10)).events), ["こ"]);
  assertEquals(finish(search(store, "大阪", 10)), { events: [], more: false });
});

contract("takes what people type literally, never as query syntax", (store) => {
  const odd = ['say "hi"', "a*b*c", "-minus", "cats AND dogs", "NEAR(x y)", "text:colon", "100%_x"];
  store.append(
    [...odd, "^caret", "a(b)c", "back\\slash", "it's", "x+y", "{a b}"].map((t) => say(t)),
    AT,
  );
  for (const query of ['"hi"', '"', "a*b", "*", "-min", "-", "cats AND", "NEAR(x", "text:col"]) {
    for (const text of texts(finish(search(store, query, 50)).events)) {
      for (const word of query.split(" ")) {
        assertEquals(text.toLowerCase().includes(word.toLowerCase()), true, `${query} in ${text}`);
      }
    }
    assertEquals(finish(search(store, query, 50)).events.length > 0, true, query);
  }
  assertEquals(texts(finish(search(store, "%", 10)).events), ["100%_x"]);
  assertEquals(texts(finish(search(store, "0%_", 10)).events), ["100%_x"]);
  assertEquals(texts(finish(search(store, "_", 10)).events), ["100%_x"]);
  assertEquals(texts(finish(search(store, "k\\s", 10)).events), ["back\\slash"]);
  assertEquals(texts(finish(search(store, "cats OR", 10)).events), []);
  assertEquals(texts(finish(search(store, "hel*", 10)).events), []);
  assertEquals(texts(finish(search(store, "NOT", 10)).events), []);
  assertEquals(texts(finish(search(store, "t'", 10)).events), ["it's"]);
});

contract("searches messages only, not names or joins", (store) => {
  store.append([{ room: 0, draft: { type: "join", name: "banana" } }, say("hello", "banana")], AT);
  assertEquals(finish(search(store, "banana", 10)).events, []);
  assertEquals(texts(finish(search(store, "hello", 10)).events), ["hello"]);
});

contract("bears queries that are very long or hold very many words", (store) => {
  const long = "word".repeat(1000);
  store.append([say(long), say("word wo")], AT);
  assertEquals(texts(finish(search(store, long, 10)).events), [long]);
  assertEquals(finish(search(store, `${long}x`, 10)).events, []);
  assertEquals(finish(search(store, "a".repeat(65_000), 10)).events, []);
  const many = Array.from({ length: 15_000 }, (_, i) => `w${i}`).join(" ");
  assertEquals(finish(search(store, many, 10)).events, []);
  assertEquals(finish(search(store, "\u0000 \ud83d \u{10ffff}", 10)).events, []);
});

contract("gives pages in both directions, and no more than fits", (store) => {
  store.append(Array.from({ length: 25 }, (_, i) => say(`t${i + 1}`)), AT);
  for (const seq of [Infinity, 999, 26, 12, 11, 2, 1, 0]) {
    const newest = store.room(0).newestBefore(seq);
    assertEquals(newest === undefined ? [] : [newest], before(store.room(0), seq, 1).events);
    assertEquals(newest?.seq ?? 0, Math.max(0, Math.min(seq - 1, 25)));
  }
  const up = finish(store.room(0).pageAfter(0, 10));
  assertEquals([seqs(up.events)[0], up.events.length, up.more], [1, 10, true]);
  const last = finish(store.room(0).pageAfter(15, 10));
  assertEquals([seqs(last.events)[0], last.events.length, last.more], [16, 10, false]);
  assertEquals(finish(store.room(0).pageAfter(25, 10)), { events: [], more: false });
  const asked: number[] = [];
  const fits = ({ seq }: LogEvent) => asked.push(seq) <= 3;
  const cut = finish(store.room(0).page(21, 10, fits));
  assertEquals([seqs(cut.events), cut.more, asked], [[18, 19, 20], true, [20, 19, 18, 17]]);
  asked.length = 0;
  const found = finish(search(store, "t", 10, { fits }));
  assertEquals([seqs(found.events), found.more, asked], [[25, 24, 23], true, [25, 24, 23, 22]]);
  asked.length = 0;
  assertEquals(seqs(finish(store.room(0).pageAfter(5, 10, fits)).events), [6, 7, 8]);
});

contract("gives the talk: so many messages and the newest of what lies between", (store) => {
  const join = { room: 0, draft: { type: "join", name: "eve" } as const };
  const joins = Array.from({ length: 20 }, () => join);
  store.append([join, say("one"), say("two"), ...joins, say("three"), join, join], AT);
  const talk = (before: number, messages: number, moves: number, fits?: Fits) => {
    const { events, more } = finish(store.room(0).talk(before, { messages, moves }, fits));
    return [...seqs(events), more];
  };
  assertEquals(talk(Infinity, 1, 0), [24, true]);
  assertEquals(talk(Infinity, 1, 1), [24, 26, true]);
  assertEquals(talk(Infinity, 1, 100), [24, 25, 26, true]);
  assertEquals(talk(Infinity, 2, 3), [3, 23, 24, 25, 26, true]);
  assertEquals(talk(24, 2, 0), [2, 3, true]);
  assertEquals(talk(24, 9, 2), [2, 3, 22, 23, false]);
  assertEquals(talk(4, 9, 9), [1, 2, 3, false]);
  assertEquals(talk(4, 2, 9), [2, 3, true]);
  assertEquals(talk(2, 5, 5), [1, false]);
  assertEquals(talk(1, 5, 5), [false]);
  assertEquals(talk(Infinity, 9, 4, ({ seq }) => seq > 2), [3, 22, 23, 24, 25, 26, true]);
});

contract("finds the messages before very many comings and goings", (store) => {
  store.append([say("one"), say("two")], AT);
  const join = { room: 0, draft: { type: "join", name: "eve" } as const };
  store.append(Array.from({ length: 25_000 }, () => join), AT);
  store.append([say("three"), join], AT);
  const { events, more } = finish(store.room(0).talk(Infinity, { messages: 3, moves: 2 }));
  assertEquals([...seqs(events), more], [1, 2, 25_002, 25_003, 25_004, false]);
  const few = finish(store.room(0).talk(25_003, { messages: 1, moves: 0 }));
  assertEquals([...seqs(few.events), few.more], [2, true]);
});

contract("gives a log its tail: so many messages and what lies between, within bounds", (store) => {
  const join = { room: 0, draft: { type: "join", name: "eve" } as const };
  store.append(
    [say("one"), say("two"), say("three"), ...Array.from({ length: 20 }, () => join)],
    AT,
  );
  store.append([say("four")], AT);
  const tail = (messages: number, events: number, bytes = 1_000) =>
    seqs(store.room(0).tail({ messages, events, bytes }));
  const from = (first: number) => Array.from({ length: 25 - first }, (_, i) => first + i);
  assertEquals(tail(1, 100), [24]);
  assertEquals(tail(2, 100), from(3));
  assertEquals(tail(100, 100), from(1));
  assertEquals(tail(2, 10), from(23));
  assertEquals(tail(30, 10), from(15));
  assertEquals(tail(4, 100, 10), from(2));
  assertEquals(store.room(0).places(2), [{ seq: 3, at: AT }, { seq: 24, at: AT }]);
  assertEquals(store.room(0).places(100).map(({ seq }) => seq), [1, 2, 3, 24]);
});

contract("does a lookup in steps, which may be dropped after any of them", (store) => {
  store.append(Array.from({ length: 300 }, (_, i) => say(`word ${i} ${"x".repeat(100)}`)), AT);
  for (const lookup of [store.room(0).page(Infinity, 300), search(store, "word", 300)]) {
    assertEquals(lookup.next().done !== undefined, true);
    lookup.return({ events: [], more: false });
  }
  store.append([say("afterwards")], AT);
  assertEquals(before(store.room(0), Infinity, 1).events[0]?.seq, 301);
});

contract(
  "takes what a message erases out of tails and searches, and its number stays",
  (store) => {
    store.append([say("the secret"), say("kept"), say("ß", "bob")], AT);
    const erases = [1, 3];
    const draft = { type: "message", from: "root", text: "erases", action: true, erases } as const;
    const [event] = store.append([{ room: 0, draft }], AT);
    assertEquals(event, { seq: 4, at: AT, ...draft });
    const room = store.room(0);
    const tail = room.tail({ messages: 10, events: 10, bytes: 1_000 });
    assertEquals(seqs(tail), [1, 2, 3, 4]);
    assertEquals(texts(tail), ["(erased)", "kept", "(erased)", "erases"]);
    assertEquals(tail[3], event);
    assertEquals(finish(search(store, "secret", 10)).events, []);
    assertEquals(seqs(finish(search(store, "erased", 10)).events), [3, 1]);
  },
);

contract("keeps acts, newest first, a page at a time", ({ audit }) => {
  const act = (n: number) => ({ atMs: n, by: "root", act: "banned", target: `t${n}`, details: "" });
  for (let n = 0; n < MAX_ACTS + 2; n++) audit.add(act(n), "operator");
  assertEquals(audit.page(0, 1), { acts: [{ ...act(MAX_ACTS + 1) }], more: true });
  const last = audit.page(MAX_ACTS - 2, 5);
  assertEquals(last.acts.map(({ target }) => target), ["t3", "t2"]);
  assertEquals(last.more, false);
});

contract("keeps what operators did, however much keepers do", ({ audit }) => {
  const act = { atMs: 0, by: "", act: "listed room", target: "", details: "" };
  audit.add({ ...act, by: "first" }, "operator");
  for (let n = 0; n < MAX_ACTS + 2; n++) audit.add({ ...act, by: `eve${n}` }, "keeper");
  audit.add({ ...act, by: "last" }, "operator");
  const who = (skip: number) => audit.page(skip, 2).acts.map(({ by }) => by);
  assertEquals([who(0), who(MAX_ACTS)], [["last", `eve${MAX_ACTS + 1}`], ["eve2", "first"]]);
});
