/**
 * The line being typed, key by key, on a terminal without a window.
 *
 * @module
 */

import { assert, assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import { Editor } from "../../../src/client/terminal/editor.ts";
import { PLAIN_STYLE } from "../../../src/client/view/style.ts";
import { FakeTerminal, type FakeTerminalOptions } from "./screen.ts";

const [UP, DOWN, RIGHT, LEFT] = ["\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"];
const [ENTER, TAB, BACKSPACE] = ["\r", "\t", "\x7f"];
const ctrl = (letter: string) => String.fromCharCode(letter.charCodeAt(0) - 96);

/** An editor at work. */
class Desk extends FakeTerminal {
  /** What was submitted. */
  readonly lines_: string[] = [];
  readonly editor: Editor;
  names: string[] = [];
  /** Keys that the line does not get. */
  taken: string[] = [];
  left = 0;
  refuses = false;

  constructor(options: FakeTerminalOptions = {}) {
    super(options);
    this.editor = new Editor({
      onLine: (text) => {
        if (this.refuses) return false;
        this.lines_.push(text);
        return true;
      },
      onLeave: () => this.left++,
      onSuspend: () => this.editor.suspend(),
      onKey: (name) => this.taken.includes(name),
    }, {
      tty: this,
      style: PLAIN_STYLE,
      footer: () => ({ above: ["status"], prompt: "> " }),
      words: () => ({ names: this.names }),
    });
    this.editor.refresh();
  }

  /** The screen after these keys. */
  async after(keys: string): Promise<string[]> {
    this.press(keys);
    await this.settled();
    return this.picture;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.editor.close();
  }
}

for (const columns of [20, 80, 200]) {
  for (
    const [script, text] of [
      ["Latin", "The quick brown fox jumps over the lazy dog, twice at least. "],
      ["Japanese", "色は匂へど散りぬるを我が世誰ぞ常ならむ"],
      ["emoji", "👋🏽 hi 👨‍👩‍👧 ok 🇩🇪 "],
    ] as const
  ) {
    for (const wideEmoji of [true, false]) {
      Deno.test(
        `${script} text wraps at ${columns} columns, messages go above it ` +
          `(emoji ${wideEmoji ? "wide" : "narrow"})`,
        async () => {
          await using desk = new Desk({ columns, wideEmoji });
          const typed = text.repeat(5);
          await desk.after(typed);
          const rows = desk.lines;
          assertEquals(rows[0], "status");
          assertEquals(rows.slice(1).join("").replace(/ /g, ""), `> ${typed}`.replace(/ /g, ""));
          desk.editor.print(["one", "two"]);
          await desk.settled();
          assertEquals(desk.lines, ["one", "two", ...rows]);
          desk.press(ENTER);
          await desk.settled();
          assertEquals(desk.picture, ["one", "two", "status", "> |"]);
          assertEquals(desk.lines_, [typed]);
        },
      );
    }
  }
}

Deno.test("A wrapped line and its cursor stand exactly where they should", async () => {
  await using desk = new Desk({ columns: 20 });
  assertEquals(await desk.after("abcdefghijklmnopq"), ["status", "> abcdefghijklmnopq|"]);
  assertEquals(await desk.after("rs"), ["status", "> abcdefghijklmnopq", "rs|"]);
  assertEquals(await desk.after(LEFT + LEFT), ["status", "> abcdefghijklmnopq", "|rs"]);
  assertEquals(await desk.after(LEFT), ["status", "> abcdefghijklmnop|q", "rs"]);
  assertEquals(await desk.after(ctrl("a") + "日"), ["status", "> 日|abcdefghijklmno", "pqrs"]);
  assertEquals(await desk.after(ctrl("e") + ctrl("u")), ["status", "> |"]);
});

for (
  const [what, keys, line] of [
    ["Backspace and Delete take whole characters", `a👨‍👩‍👧e\u0301${BACKSPACE}${BACKSPACE}x`, "ax|"],
    ["the arrows step over whole characters", `a👨‍👩‍👧b${LEFT}${LEFT}-`, "a-|👨‍👩‍👧b"],
    ["words are jumped over", `one two${"\x1b"}b-`, "one -|two"],
    [
      "Ctrl-W and Ctrl-Y cut and put back",
      `one two${ctrl("w")}${ctrl("a")}${ctrl("y")}`,
      "two|one ",
    ],
    ["Ctrl-K cuts to the end", `one two${"\x1b"}b${ctrl("k")}`, "one |"],
    ["Ctrl-T exchanges two", `ab${ctrl("t")}`, "ba|"],
    ["Ctrl-D takes the next one", `ab${ctrl("a")}${ctrl("d")}`, "|b"],
    ["Home and End go to the ends", `ab\x1b[Hx\x1b[Fy`, "xaby|"],
    ["an accent typed later joins its letter", `e\u0301${LEFT}x`, "x|e\u0301"],
    ["control characters that are no keys are left out", "a\x00\x1f\x1cb", "ab|"],
  ] as const
) {
  Deno.test(`In the line being typed ${what}`, async () => {
    await using desk = new Desk({ wideEmoji: false });
    assertEquals((await desk.after(keys)).at(-1), `> ${line}`);
  });
}

Deno.test("The arrow keys bring back one's own lines, and what was being typed", async () => {
  await using desk = new Desk();
  await desk.after(`one${ENTER}two${ENTER}half`);
  assertEquals((await desk.after(UP)).at(-1), "> two|");
  assertEquals((await desk.after(UP + UP)).at(-1), "> one|");
  assertEquals((await desk.after(DOWN + DOWN)).at(-1), "> half|");
  assertEquals((await desk.after(DOWN)).at(-1), "> half|");
});

Deno.test("Ctrl-R searches; Enter takes the line and sends nothing", async () => {
  await using desk = new Desk();
  await desk.after(`the cat${ENTER}a dog${ENTER}the cow${ENTER}half`);
  assertEquals((await desk.after(`${ctrl("r")}THE`)).at(-1), 'search "THE": the cow|');
  assertEquals((await desk.after(ctrl("r"))).at(-1), 'search "THE": the cat|');
  assertEquals((await desk.after(`x`)).at(-1), 'search "THEx" (none): half|');
  assertEquals((await desk.after(`${BACKSPACE} ca`)).at(-1), 'search "THE ca": the cat|');
  assertEquals((await desk.after(ENTER)).at(-1), "> the cat|");
  assertEquals(desk.lines_.length, 3);
  assertEquals((await desk.after(`${ctrl("u")}half${ctrl("r")}dog${ctrl("g")}`)).at(-1), "> half|");
});

Deno.test("Tab completes what is meant, and cycles when several are", async () => {
  await using desk = new Desk();
  desk.names = ["ada", "Adam", "bob"];
  assertEquals((await desk.after(`b${TAB}`)).at(-1), "> bob: |");
  assertEquals((await desk.after(`ask @b${TAB}or bo${TAB}`)).at(-1), "> bob: ask @bob or bob |");
  await desk.after(ENTER);
  assertEquals(await desk.after(`a${TAB}`), ["status", "> ada|", "ada  Adam"]);
  assertEquals(await desk.after(TAB), ["status", "> ada: |", "[ada]  Adam"]);
  assertEquals(await desk.after(TAB), ["status", "> Adam: |", "ada  [Adam]"]);
  assertEquals(await desk.after("\x1b[Z"), ["status", "> ada: |", "[ada]  Adam"]);
  assertEquals(await desk.after("hi"), ["status", "> ada: hi|"]);
  await desk.after(ctrl("u"));
  assertEquals((await desk.after(`/ms${TAB}b${TAB}psst`)).at(-1), "> /msg bob psst|");
  await desk.after(ctrl("u"));
  assertEquals((await desk.after(`/q${TAB}`)).slice(1), ["> /qui|", "/quiet  /quit"]);
  await desk.after(ctrl("u"));
  assertEquals((await desk.after(`nobody${TAB}`)).at(-1), "> nobody|");
});

Deno.test("A paste of several lines is a count until Enter sends it whole", async () => {
  await using desk = new Desk();
  desk.press("see ");
  desk.paste("one\r\ntwo\tx\rthree\n");
  assertEquals((await desk.after(" ok")).at(-1), "> see [paste: 3 lines] ok|");
  assertEquals(desk.lines_, []);
  await desk.after(ENTER);
  assertEquals(desk.lines_, ["see one\ntwo\tx\nthree ok"]);
  assertEquals((await desk.after(UP)).at(-1), "> see [paste: 3 lines] ok|");
  assertEquals((await desk.after(BACKSPACE.repeat(4))).at(-1), "> see |");
});

Deno.test("Over four lines are sent only after a question", async () => {
  await using desk = new Desk();
  desk.paste("1\n2\n3\n4\n5");
  assertEquals(await desk.after(ENTER), [
    "status",
    "> [paste: 5 lines]|",
    "Send these 5 lines? Enter sends them, Esc goes back to the line.",
  ]);
  assertEquals((await desk.after("!")).at(-1), "> [paste: 5 lines]!|");
  assertEquals(desk.lines_, []);
  await desk.after(ENTER + ENTER);
  assertEquals(desk.lines_, ["1\n2\n3\n4\n5!"]);
});

Deno.test("A paste sends nothing and obeys nothing, whatever is in it", async () => {
  await using desk = new Desk();
  desk.paste("\x03\x1b[31mred\x1b[A");
  assertEquals((await desk.after("")).at(-1), "> [31mred[A|");
  assertEquals([desk.left, desk.lines_.length], [0, 0]);
});

Deno.test("A counter appears from 90 percent of the limit", async () => {
  await using desk = new Desk({ columns: 60 });
  desk.paste("x".repeat(3_599));
  assertEquals((await desk.after("")).at(-1)?.endsWith("|"), true);
  assertEquals((await desk.after("y")).at(-1), "3600 of 4000 characters");
  assertEquals((await desk.after(ctrl("u"))).at(-1), "> |");
  desk.paste("x\n".repeat(35) + "x");
  assertEquals((await desk.after("")).at(-1), "36 of 40 lines");
});

Deno.test("A text that is not taken stays in the line", async () => {
  await using desk = new Desk();
  desk.refuses = true;
  assertEquals((await desk.after(`too long${ENTER}`)).at(-1), "> too long|");
  desk.refuses = false;
  await desk.after(ENTER);
  assertEquals(desk.lines_, ["too long"]);
});

Deno.test("A question puts the line aside and gives it back", async () => {
  await using desk = new Desk();
  await desk.after("half a line");
  desk.editor.beginAnswer();
  assertEquals((await desk.after(`ada${UP}`)).at(-1), "> ada|");
  await desk.after(ENTER);
  desk.editor.endAnswer();
  assertEquals((await desk.after("!")).at(-1), "> half a line!|");
  assertEquals((await desk.after(ctrl("u") + UP)).at(-1), "> |");
});

Deno.test("A text given back does not overwrite what is being typed", async () => {
  await using desk = new Desk();
  const { presses } = desk.editor;
  assertEquals(desk.editor.giveBack("lost\nfound", presses), true);
  assertEquals((await desk.after("")).at(-1), "> [paste: 2 lines]|");
  assertEquals(desk.editor.giveBack("other", presses), false);
  assertEquals((await desk.after("")).at(-1), "> [paste: 2 lines]|");
});

Deno.test("A text higher than the screen shows the part around the cursor", async () => {
  await using desk = new Desk({ columns: 20, rows: 6 });
  desk.editor.print(["before"]);
  const numbers = Array.from({ length: 60 }, (_, i) => String(i).padStart(3, " ")).join("");
  await desk.after(numbers);
  assertEquals(desk.lines.length <= 7, true, desk.lines.join("\n"));
  assertEquals(desk.picture.at(-1)?.endsWith("59|"), true);
  assertEquals((await desk.after(ctrl("a")))[2], "> |  0  1  2  3  4  ");
  await desk.after(ENTER);
  assertEquals(desk.picture, ["before", "status", "> |"]);
  assertEquals(desk.lines_, [numbers]);
});

Deno.test("A resize in mid-line leaves one line and nothing stale", async () => {
  await using desk = new Desk({ columns: 60, rows: 10 });
  desk.editor.print(["a message"]);
  const typed = "the quick brown fox jumps over the lazy dog and is not seen again by it";
  await desk.after(typed);
  for (const columns of [40, 25, 80, 20, 60]) {
    desk.resize(columns, 10);
    await desk.settled();
    const text = desk.lines.join("").replace(/ /g, "");
    assertEquals(text, `amessagestatus> ${typed}`.replace(/ /g, ""), `at ${columns} columns`);
  }
});

Deno.test("Ten thousand messages take few writes, and keys are shown between them", async () => {
  await using desk = new Desk();
  await desk.settled();
  const before = desk.writes;
  const lines = Array.from({ length: 10_000 }, (_, i) => `message ${i} ${"x".repeat(40)}`);
  const printed = desk.editor.print(lines);
  desk.press("typed meanwhile");
  await desk.settled();
  await printed;
  const writes = desk.writes - before;
  assertLess(writes, 40);
  const first = desk.written.indexOf("typed meanwhile");
  assert(
    first > 0 && first < desk.written.indexOf("message 2000 "),
    "The key waited for the flood",
  );
  assertEquals(desk.lines.slice(0, 10_000), lines);
  assertEquals(desk.picture.at(-1), "> typed meanwhile|");
});

Deno.test("One message is one write, and nothing is written when nothing changes", async () => {
  await using desk = new Desk();
  await desk.settled();
  const before = desk.writes;
  desk.editor.print(["one"]);
  desk.editor.print(["two", "three"]);
  desk.editor.refresh();
  await desk.settled();
  assertEquals(desk.writes - before, 1);
  desk.editor.refresh();
  await desk.settled();
  assertEquals(desk.writes - before, 1);
});

Deno.test("Ctrl-C, Ctrl-D in an empty line and a terminal that goes leave", async () => {
  await using desk = new Desk();
  await desk.after(ctrl("c") + ctrl("d"));
  assertEquals(desk.left, 2);
  desk.vanish();
  desk.vanish();
  assertEquals(desk.left, 3);
});

Deno.test("Closing takes the footer off the screen and keeps what was printed", async () => {
  const desk = new Desk();
  desk.editor.print(["one", "two"]);
  desk.press("half");
  await desk.editor.close();
  assertEquals(desk.picture, ["one", "two", "|"]);
  assert(desk.written.endsWith("\x1b[?2004l"));
});

/** What can happen at a keyboard, and what it makes of a line, told in the obvious way. */
const KEYS: Readonly<Record<string, (pieces: string[], at: number) => [string[], number]>> = {
  [LEFT!]: (pieces, at) => [pieces, Math.max(0, at - 1)],
  [RIGHT!]: (pieces, at) => [pieces, Math.min(pieces.length, at + 1)],
  [BACKSPACE!]: (
    pieces,
    at,
  ) => [pieces.toSpliced(Math.max(0, at - 1), Math.min(1, at)), Math.max(0, at - 1)],
  [ctrl("a")]: (pieces) => [pieces, 0],
  [ctrl("e")]: (pieces) => [pieces, pieces.length],
  [ctrl("k")]: (pieces, at) => [pieces.slice(0, at), at],
  [ctrl("d")]: (pieces, at) => [pieces.toSpliced(at, 1), at],
};

/** Characters that never join their neighbours. */
const CHARACTERS = ["a", "Z", "9", " ", ".", "ä", "日", "本", "語", "👋", "🎉", "é"];

Deno.test("Whatever is typed and arrives: the line is the one typed, no message is lost", async () => {
  const action = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom(...CHARACTERS).map((text) => ({ type: "text" as const, text })),
    },
    {
      weight: 3,
      arbitrary: fc.constantFrom(...Object.keys(KEYS)).map((key) => ({
        type: "key" as const,
        key,
      })),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom("1\n2", "x\ny\nz").map((text) => ({
        type: "paste" as const,
        text,
      })),
    },
    {
      weight: 2,
      arbitrary: fc.integer({ min: 1, max: 4 }).map((count) => ({
        type: "arrive" as const,
        count,
      })),
    },
    { weight: 1, arbitrary: fc.constant({ type: "pause" as const }) },
    { weight: 1, arbitrary: fc.constant({ type: "enter" as const }) },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 60 }),
      fc.constantFrom(20, 80, 200),
      fc.boolean(),
      async (actions, columns, wideEmoji) => {
        const desk = new Desk({ columns, rows: 12, wideEmoji });
        let [pieces, at]: [string[], number] = [[], 0];
        const sent: string[] = [];
        const arrived: string[] = [];
        const send = () => {
          const text = pieces.join("");
          sent.push(text);
          desk.press(ENTER + (text.split("\n").length > 4 ? ENTER : ""));
          [pieces, at] = [[], 0];
        };
        for (const act of actions) {
          if (act.type === "text") {
            desk.press(act.text);
            [pieces, at] = [pieces.toSpliced(at, 0, act.text), at + 1];
          } else if (act.type === "paste") {
            desk.paste(act.text);
            [pieces, at] = [pieces.toSpliced(at, 0, act.text), at + 1];
          } else if (act.type === "key") {
            desk.press(act.key);
            if (act.key !== ctrl("d") || pieces.length > 0) {
              [pieces, at] = KEYS[act.key]!(pieces, at);
            }
          } else if (act.type === "arrive") {
            for (let i = 0; i < act.count; i++) {
              arrived.push(`m${arrived.length} ${"日本 ab".slice(0, arrived.length % 6)}`.trim());
              desk.editor.print(arrived.slice(-1));
            }
          } else if (act.type === "pause") {
            await desk.settled();
          } else {
            send();
          }
        }
        await desk.settled();
        const shown = desk.lines;
        assertEquals(shown.slice(0, arrived.length), arrived);
        assertEquals(shown[arrived.length], "status");
        const line = pieces.map((piece) =>
          piece.includes("\n") ? `[paste: ${piece.split("\n").length} lines]` : piece
        );
        if (line.join("").length < columns * 4) {
          assertEquals(
            shown.slice(arrived.length + 1).join("").replaceAll(" ", ""),
            `> ${line.join("")}`.replaceAll(" ", ""),
          );
        }
        send();
        assertEquals(desk.lines_, sent);
        await desk.editor.close();
        assertEquals(desk.lines, arrived);
      },
    ),
    { numRuns: 150 },
  );
});

Deno.test("A key that means something else does not change the line", async () => {
  await using desk = new Desk();
  desk.taken = ["alt-left"];
  assertEquals((await desk.after("one two\x1b[1;3D!")).at(-1), "> one two!|");
  desk.taken = [];
  assertEquals((await desk.after("\x1b[1;3D")).at(-1), "> one |two!");
});

Deno.test("Another room has another line", async () => {
  await using desk = new Desk();
  desk.editor.turnTo("lobby");
  await desk.after("half a thought");
  desk.editor.turnTo("ops");
  assertEquals((await desk.after("")).at(-1), "> |");
  desk.editor.turnTo("lobby");
  assertEquals((await desk.after("")).at(-1), "> half a thought|");
});
