/**
 * What the screen shows of what happens: exact rows.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { COLOUR_STYLE, MONO_STYLE, PLAIN_STYLE } from "../../../src/client/view/style.ts";
import { parseServerLine } from "../../../src/client/core/validate.ts";
import { FakeTerminal } from "../terminal/screen.ts";
import { connected, entered } from "./entering.ts";
import { does, NOON, Reading, says } from "./screen_renderer_harness.ts";

const TALK = [
  says("bob", "hello ada, this is a rather long text in Latin letters that wraps"),
  says("東京太郎", "これは日本語の長いテキストです。折り返されます。"),
  does("bob", "waves 👋🏽👨‍👩‍👧‍👦🇯🇵"),
  { type: "direct", from: "bob", to: "ada", text: "psst\n\n\tcode" },
] as const;

Deno.test("At 80 columns names stand in a column, and texts wrap under themselves", () => {
  assertEquals(new Reading(80, { bell: false }).read(...TALK), [
    "14:02      bob  hello ada, this is a rather long text in Latin letters that",
    "                wraps",
    "14:02 東京太郎  これは日本語の長いテキストです。折り返されます。",
    "14:02        ~  bob waves 👋🏽👨‍👩‍👧‍👦🇯🇵",
    "14:02 [from bob]  psst",
    "",
    "                        code",
  ]);
});

Deno.test("At 200 columns all of it fits", () => {
  assertEquals(new Reading(200, { bell: false }).read(...TALK), [
    "14:02      bob  hello ada, this is a rather long text in Latin letters that wraps",
    "14:02 東京太郎  これは日本語の長いテキストです。折り返されます。",
    "14:02        ~  bob waves 👋🏽👨‍👩‍👧‍👦🇯🇵",
    "14:02 [from bob]  psst",
    "",
    "                        code",
  ]);
});

Deno.test("At 20 columns names stand before their texts", () => {
  assertEquals(new Reading(20, { bell: false }).read(...TALK), [
    "14:02 bob: hello",
    "  ada, this is a",
    "  rather long text",
    "  in Latin letters",
    "  that wraps",
    "14:02 東京太郎: これ",
    "  は日本語の長いテキ",
    "  ストです。折り返さ",
    "  れます。",
    "14:02 ~ bob waves 👋🏽",
    "  👨‍👩‍👧‍👦🇯🇵",
    "14:02 [from bob]",
    "  psst",
    "",
    "          code",
  ]);
});

Deno.test("A name longer than its column is cut, a URL that does not fit is not", () => {
  const url = "https://example.com/a/path/that/fits/into/no/row/of/this/screen?and=more#of-it";
  assertEquals(new Reading(80).read(says("margaret-elizabeth", `see ${url} please`)), [
    "14:02 margaret…izabeth  see",
    url,
    "                        please",
  ]);
});

Deno.test("All that is the client's and the server's own has its place in the column", () => {
  const reading = new Reading(80);
  assertEquals(
    [
      ...reading.read({ type: "rename", from: "bob", to: "rob" }),
      ...reading.read({
        type: "direct",
        from: "ada",
        to: "rob",
        text: "hi",
        waits: true,
      }),
      ...reading.read({ type: "direct", from: "ada", to: "ada", text: "ho", n: 1 }),
      ...reading.read({ type: "error", code: "bad_request", text: "No such command." }),
      ...reading.read({ type: "bye", reason: "shutdown", text: "The server is shutting down." }),
      ...reading.take([{ type: "missed", room: "lobby", from: 3, to: 4 }]),
      ...reading.renderer.note("Ctrl-Z cannot stop chat here."),
    ],
    [
      "14:02    *  bob is now rob",
      "14:02 [to rob]  hi",
      "14:02    *  rob is away: your message waits for rob's program to connect again,",
      "            for 24 hours at most; one that is started anew may miss it.",
      "\x0714:02 [from ada]  ho",
      "14:02    !  No such command.",
      "14:02    *  The server is shutting down.",
      "14:02    *  2 events were missed here.",
      "14:02    *  Ctrl-Z cannot stop chat here.",
    ],
  );
});

Deno.test("The past comes first, then the welcome, in place of the own join", () => {
  const reading = new Reading(80);
  const { welcome } = connected();
  const { joined } = entered({ seq: 1 });
  const names = ["ada", "bob", "eve"];
  const earlier = reading.told(says("bob", "hi ada"), true);
  assertEquals(
    reading.take([
      { ...connected(), welcome: { ...welcome, motd: "Be kind.\nAlways." } },
      { ...entered(), joined: { ...joined, names, count: 30 } },
      earlier,
      reading.told({ type: "join", name: "ada" }),
    ]),
    [
      "14:02  bob  hi ada",
      "14:02    *  Be kind.",
      "            Always.",
      "14:02    *  Welcome, ada! Here now: bob, eve, and 27 more. /help lists the",
      "            commands, /quit leaves.",
    ],
  );
});

Deno.test("A line says where the day changes, in words where they fit", () => {
  for (
    const [columns, line] of [[80, "── Sunday, 22 November 2026 ──"], [
      20,
      "── 2026-11-22 ──",
    ]] as const
  ) {
    const reading = new Reading(columns);
    assertEquals(reading.read(says("bob", "late")).length, 1);
    reading.wait(12 * 60 * 60 * 1000);
    assertEquals(reading.read(says("bob", "early"))[0], line);
    assertEquals(reading.read(says("bob", "later")).length, 1);
  }
});

Deno.test("A page of the past has its days, and does not change that of today", () => {
  const reading = new Reading(80);
  const at = new Date(2026, 10, 20, 9, 0).toISOString();
  const page = [{
    type: "message" as const,
    room: "lobby",
    seq: 1,
    at,
    from: "bob",
    text: "old ada",
  }];
  assertEquals(reading.read({ type: "history", events: page, more: true }), [
    "14:02    *  The past:",
    "── Friday, 20 November 2026 ──",
    "09:00  bob  old ada",
    "── now ──",
  ]);
  assertEquals(reading.read(says("bob", "new")), ["14:02  bob  new"]);
  assertEquals(reading.read({ type: "results", events: page, more: true }), [
    "14:02    *  Found, newest first:",
    "── Friday, 20 November 2026 ──",
    "09:00  bob  old ada",
    "── now ──",
    "14:02    *  More matches exist; add words to narrow the search.",
  ]);
  assertEquals(reading.read({ type: "history", events: [], more: false }), [
    "14:02    *  Nothing yet.",
  ]);
});

Deno.test("An operator sees the numbers of messages in the past and in what was found", () => {
  const reading = new Reading(80);
  const at = new Date(2026, 10, 21, 14, 2).toISOString();
  const events = [{
    type: "message" as const,
    room: "lobby",
    seq: 17,
    at,
    from: "bob",
    text: "hm",
  }];
  const rows = () =>
    [
      ...reading.read({ type: "history", events, more: false }),
      ...reading.read({ type: "results", events, more: false }),
    ].filter((row) => row.includes("bob"));
  assertEquals(rows(), ["14:02  bob  hm", "14:02  bob  hm"]);
  reading.read({ type: "notice", text: "You are an operator now.", operator: true });
  assertEquals(rows(), ["14:02  bob  [17] hm", "14:02  bob  [17] hm"]);
});

Deno.test("What was said while the connection was lost stands under a line, and rings", () => {
  const reading = new Reading(80);
  assertEquals(reading.reconnect(says("ada", "mine"), says("bob", "ada?"), says("bob", "gone?")), [
    "\x0714:02    !  Not connected: the connection was lost. Trying to reconnect …",
    "14:02    *  Connected again.",
    "14:02  ada  mine",
    "── new since you left ──",
    "14:02  bob  ada?",
    "14:02  bob  gone?",
  ]);
  assertEquals(reading.read(says("bob", "there")), ["14:02  bob  there"]);
  assertEquals(reading.reconnect().length, 2);
  assertEquals(reading.read(says("bob", "nothing missed")), ["14:02  bob  nothing missed"]);
});

Deno.test("Who did not speak lately comes and goes in one line, a moment later", () => {
  const reading = new Reading(80);
  assertEquals(
    reading.read(
      { type: "join", name: "bob" },
      { type: "leave", name: "dan", reason: "lost" },
      { type: "join", name: "eve" },
    ),
    [],
  );
  reading.wait(2_999);
  assertEquals(reading.renderer.due(), []);
  reading.wait(1);
  assertEquals(reading.renderer.due(), ["14:02    *  bob, eve joined · dan left"]);
  assertEquals(reading.renderer.due(), []);
});

Deno.test("Who comes and goes within a moment, as an export does, is not told of", () => {
  const reading = new Reading(80);
  reading.read({ type: "join", name: "export" }, { type: "leave", name: "export", reason: "quit" });
  reading.wait(3_000);
  assertEquals(reading.renderer.due(), []);
});

Deno.test("A clock that is a day off draws no line of a day but that of the messages", () => {
  const reading = new Reading(80);
  reading.renderer.note("Hello.");
  reading.wait(24 * 60 * 60 * 1000);
  const said = reading.read(says("bob", "one"));
  assertEquals(said.filter((row) => row.includes("──")).length, 1);
  reading.wait(-24 * 60 * 60 * 1000);
  const rows = [
    ...reading.renderer.note("Hm.", { alarm: true }),
    ...reading.read({ type: "notice", text: "Well." }),
    ...reading.read({ type: "members", names: ["ada"], count: 1, more: false }),
  ];
  assertEquals(rows.filter((row) => row.includes("──")), []);
});

Deno.test("A fold is shown before what comes after it", () => {
  const reading = new Reading(80);
  assertEquals(reading.read({ type: "leave", name: "dan", reason: "quit" }, says("bob", "hi")), [
    "14:02    *  dan left",
    "14:02  bob  hi",
  ]);
});

Deno.test("Who is in the conversation, or is thrown out, comes and goes in a line of one's own", () => {
  const reading = new Reading(80);
  reading.read(says("bob", "hi"));
  assertEquals(reading.read({ type: "leave", name: "bob", reason: "lost" }), [
    "14:02    *  bob left (the connection was lost)",
  ]);
  assertEquals(reading.read({ type: "join", name: "bob" }), ["14:02    *  bob joined"]);
  assertEquals(reading.read({ type: "leave", name: "dan", reason: "kicked" }), [
    "14:02    *  dan was removed",
  ]);
});

Deno.test("Silent people of the past and the own coming and going are no news", () => {
  const reading = new Reading(80);
  assertEquals(
    reading.take([
      connected(),
      entered(),
      reading.told({ type: "join", name: "dan" }, true),
      reading.told(says("bob", "bye"), true),
      reading.told({ type: "leave", name: "bob", reason: "quit" }, true),
    ]),
    ["14:02  bob  bye", "14:02    *  bob left"],
  );
  reading.read({ type: "join", name: "ada" });
  reading.read(says("ada", "me"));
  assertEquals(
    reading.read(
      { type: "leave", name: "ada", reason: "lost" },
      { type: "join", name: "ada" },
      { type: "leave", name: "ada", reason: "kicked" },
    ),
    [],
  );
});

Deno.test("/ignore hides what somebody says, in other rooms and under another name, too", () => {
  const reading = new Reading(80, { bell: true });
  reading.rooms.add("ops");
  reading.renderer.take([entered({ room: "ops" })]);
  assertEquals(reading.renderer.command("/ignore BOB"), [
    "14:02    *  What BOB says is hidden from you now. /ignore BOB shows it again.",
  ]);
  assertEquals(reading.read(says("bob", "hello ada"), says("eve", "hi"), TALK[3]), [
    "14:02  eve  hi",
  ]);
  assertEquals(reading.renderer.rings(), false);
  const direct = { type: "direct", from: "rob", to: "ada", text: "still me" } as const;
  // What is for one person may come before the new name.
  const rows = reading.read(
    ...[direct, { type: "rename", from: "bob", to: "rob" } as const, says("rob", "still me")],
  );
  assert(!rows.join("\n").includes("still me"), rows.join("\n"));
  const there = { ...says("rob", "ada, here"), room: "ops" };
  reading.read(there);
  assertEquals(reading.renderer.turnTo("ops").filter((row) => row.includes("here")), []);
  reading.renderer.command("/ignore rob");
  assertEquals(reading.read(there).at(-1), "14:02  rob  ada, here");
});

Deno.test("/quiet hides who comes and goes, and shows it again; the help tells so", () => {
  const reading = new Reading(80);
  reading.read(says("bob", "hi"));
  reading.read({ type: "join", name: "eve" });
  assertEquals(reading.renderer.command("/quiet"), [
    "14:02    *  eve joined",
    "14:02    *  Who comes and goes is hidden now. /quiet shows it again.",
  ]);
  assertEquals(reading.read({ type: "leave", name: "bob", reason: "quit" }), []);
  assertEquals(reading.renderer.command(" /QUIET "), [
    "14:02    *  Who comes and goes is shown again.",
  ]);
  const help = { type: "notice" as const, text: "/help     lists\n/who      tells" };
  assertEquals(reading.read(help).length, 2);
  assertEquals(reading.renderer.command("/help"), undefined);
  assertEquals(reading.read({ type: "notice", text: "Tea!" }, help), [
    "14:02    *  Tea!",
    "14:02 *  /help     lists",
    "         /who      tells",
    "         /quiet    hides or shows joins and leaves",
    "         Alt-1…9   goes to a room by its number, Alt-A to the next one with news",
  ]);
});

Deno.test("/who says who is a program", () => {
  const names = ["ada", "echo", "eve"];
  const members = { type: "members" as const, names, bots: ["echo"], count: 3, more: false };
  assertEquals(new Reading(80).read(members), [
    "14:02 *  3 here:",
    "         ada  echo (bot)  eve",
  ]);
});

Deno.test("/who answers in columns by width", () => {
  const names = ["ada", "bob", "東京太郎", "eve", "dan", "margaret"];
  const members = { type: "members" as const, names, count: 7, more: true };
  assertEquals(new Reading(80).read(members), [
    "14:02 *  7 here:",
    "         ada  bob  東京太郎  eve  dan  margaret",
    "         and 1 more",
  ]);
  assertEquals(new Reading(40).read(members), [
    "14:02 *  7 here:",
    "         ada  東京太郎  dan",
    "         bob  eve       margaret",
    "         and 1 more",
  ]);
  assertEquals(new Reading(20).read(members), [
    "14:02 * 7 here:",
    "  ada       eve",
    "  bob       dan",
    "  東京太郎  margaret",
    "  and 1 more",
  ]);
});

Deno.test("A long list of names ends after twenty rows", () => {
  const names = Array.from({ length: 1_000 }, (_, i) => `user${i}`);
  const rows = new Reading(80).read({ type: "members", names, count: 20_000, more: true });
  assertEquals(rows.length, 22);
  assertMatch(rows.at(-1) ?? "", /^ {9}and 19\d\d\d more$/);
});

Deno.test("The own name and a direct message ring, once a batch and once a second", () => {
  const reading = new Reading(80);
  const rings = (rows: readonly string[]) => rows.join("\n").split("\x07").length - 1;
  assertEquals(rings(reading.read(says("bob", "hi"), says("bob", "Ada?"), says("eve", "ada!"))), 1);
  assertEquals(rings(reading.read(says("bob", "ada"))), 0);
  reading.wait(1_000);
  const direct = { type: "direct" as const, text: "psst" };
  assertEquals(rings(reading.read({ ...direct, from: "bob", to: "ada" })), 1);
  reading.wait(1_000);
  assertEquals(
    rings(reading.read({ ...direct, from: "ada", to: "bob" }, says("ada", "I, ada"))),
    0,
  );
  assertEquals(rings(reading.read({ type: "rename", from: "ada", to: "zoe" })), 0);
  assertEquals(rings(reading.read(says("bob", "ada"))), 0);
  assertEquals(rings(reading.read(does("bob", "greets zoe"))), 1);
  assertEquals(rings(new Reading(80, { bell: false }).read(says("bob", "ada"))), 0);
});

Deno.test("Names have colours, the own name is inverse; without colours only the latter", () => {
  const [bob, eve] = [COLOUR_STYLE.person("bob"), COLOUR_STYLE.person("eve")];
  assertEquals(
    new Reading(80, { style: COLOUR_STYLE, bell: false }).read(
      says("bob", "hi @ada"),
      does("eve", "sees ada"),
      { type: "error", code: "bad_request", text: "No." },
    ),
    [
      `\x1b[2m14:02\x1b[22m  ${bob}  hi \x1b[7m@ada\x1b[27m`,
      `\x1b[2m14:02\x1b[22m    ~  ${eve} sees \x1b[7mada\x1b[27m`,
      "\x1b[2m14:02\x1b[22m    \x1b[31m!\x1b[39m  \x1b[31mNo.\x1b[39m",
    ],
  );
  assertEquals(
    new Reading(80, { style: MONO_STYLE, bell: false }).read(says("bob", "hi ada")),
    ["\x1b[2m14:02\x1b[22m  bob  hi \x1b[7mada\x1b[27m"],
  );
});

Deno.test("A mention is highlighted in both rows when it is divided", () => {
  const name = "a".repeat(30);
  const style = { ...PLAIN_STYLE, mention: (part: string) => `<${part}>` };
  const reading = new Reading(20, { style, bell: false });
  reading.read({ type: "rename", from: "ada", to: name });
  assertEquals(reading.read(says("bob", name)), [
    `14:02 bob: <${"a".repeat(9)}>`,
    `  <${"a".repeat(18)}>`,
    `  <${"a".repeat(3)}>`,
  ]);
});

for (const columns of [20, 40, 80, 200]) {
  Deno.test(`A terminal of ${columns} columns wraps nothing but a long URL`, async () => {
    const url = `https://example.com/${"long/".repeat(60)}end`;
    const reading = new Reading(columns, { style: COLOUR_STYLE });
    const talk = [
      ...TALK.slice(0, 2),
      does("bob", "waves 👋 and waves 👋 and waves 👋 and waves 👋"),
      says("bob", "tere e\u0301e\u0301e\u0301e\u0301 한국어 한국어 한국어 한국어 ada"),
      says("bob", `look: ${url}, ada`),
    ];
    const rows = reading.read(...talk);
    const terminal = new FakeTerminal({ columns });
    await terminal.write(rows.map((row) => `${row}\r\n`).join(""));
    const bare = new Reading(columns, { bell: false }).read(...talk);
    const chunks = Array.from(
      { length: Math.ceil(url.length / columns) },
      (_, i) => url.slice(i * columns, (i + 1) * columns),
    );
    assertEquals(terminal.lines, bare.flatMap((row) => row === url ? chunks : [row]));
  });
}

Deno.test("A name with a newline in it, which no server of ours sends, stays in its line", () => {
  const reading = new Reading(80, { bell: false });
  const event = {
    type: "direct",
    at: NOON.toISOString(),
    from: "a\nb",
    to: "me",
    text: "x",
  } as const;
  assertEquals(reading.read(event), ["14:02 [from a\uFFFDb]  x"]);
});

Deno.test("Whatever the server sends, no control character reaches the screen", () => {
  const hostile = fc.string({ unit: "binary", maxLength: 60 });
  const event = fc.oneof(
    fc.record({ type: fc.constant("message"), from: hostile, text: hostile, action: fc.boolean() }),
    fc.record({ type: fc.constantFrom("join", "leave"), name: hostile, reason: hostile }),
    fc.record({ type: fc.constant("rename"), from: hostile, to: hostile }),
    fc.record({ type: fc.constant("direct"), from: hostile, to: hostile, text: hostile }),
    fc.record({ type: fc.constant("notice"), text: hostile }),
    fc.record({ type: fc.constant("error"), code: hostile, text: hostile }),
    fc.record({ type: fc.constant("bye"), reason: hostile, text: hostile }),
    fc.record({
      type: fc.constant("members"),
      names: fc.array(hostile),
      count: fc.nat(),
      more: fc.boolean(),
    }),
  );
  fc.assert(fc.property(fc.array(event), fc.integer({ min: 1, max: 200 }), (events, columns) => {
    const reading = new Reading(columns, { bell: false });
    for (const [i, sketch] of events.entries()) {
      const line = JSON.stringify({ seq: i + 1, at: NOON.toISOString(), ...sketch });
      const believed = parseServerLine(line);
      // What was not checked must not get through either.
      const told = believed ?? JSON.parse(line);
      for (const row of reading.take([{ type: "told", event: told, past: false }])) {
        assert(!/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u.test(row), JSON.stringify(row));
      }
    }
    reading.wait(10_000);
    assert(!/[\p{Cc}]/u.test(reading.renderer.due().join("")));
  }));
});
