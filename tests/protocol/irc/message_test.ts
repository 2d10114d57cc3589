import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { utf8Bytes } from "../../../src/protocol/limits.ts";
import {
  formatIrcLine,
  type IrcMessage,
  ircWord,
  parseIrcLine,
} from "../../../src/protocol/irc/message.ts";
import { anyText } from "../../fuzz/arbitraries.ts";
import { CASES, SEED } from "../../fuzz/fuzz.ts";

function parsed(line: string): IrcMessage {
  const message = parseIrcLine(line);
  assert(message !== null && message !== "too_long", line);
  return message;
}

/** The line without CR and LF. */
function written(...line: Parameters<typeof formatIrcLine>): string {
  const text = formatIrcLine(...line);
  assert(text.endsWith("\r\n"), text);
  return text.slice(0, -2);
}

const LINES: readonly [line: string, command: string, params: readonly string[]][] = [
  ["NICK ada", "NICK", ["ada"]],
  ["nick ada", "NICK", ["ada"]],
  ["QUIT", "QUIT", []],
  ["JOIN :", "JOIN", [""]],
  ["PRIVMSG #lobby :hi there", "PRIVMSG", ["#lobby", "hi there"]],
  ["PRIVMSG #lobby :", "PRIVMSG", ["#lobby", ""]],
  ["PRIVMSG #lobby ::-) :x", "PRIVMSG", ["#lobby", ":-) :x"]],
  ["PRIVMSG  #lobby   :  hi ", "PRIVMSG", ["#lobby", "  hi "]],
  ["USER a 0 * :Ada L", "USER", ["a", "0", "*", "Ada L"]],
  ["MODE #a:b +k x:y ", "MODE", ["#a:b", "+k", "x:y"]],
  [" PING x", "PING", ["x"]],
  [":ada!u@h PING x", "PING", ["x"]],
  ["@a=b :ada PING x", "PING", ["x"]],
];

for (const [line, command, params] of LINES) {
  Deno.test(`${JSON.stringify(line)} is ${command} with ${params.length} parameters`, () => {
    const message = parsed(line);
    assertEquals([message.command, message.params], [command, params]);
  });
}

for (const line of ["", "   ", ":ada", ":ada ", "@a=b", "@a=b :ada ", ":"]) {
  Deno.test(`${JSON.stringify(line)} is no message`, () => assertEquals(parseIrcLine(line), null));
}

Deno.test("Tags are unescaped, and the last of two with the same key counts", () => {
  const { tags } = parsed("@a=1;b;c=;+d=x\\:\\s\\\\\\r\\n\\y\\;a=2;;=z PING x");
  assertEquals([...tags], [["a", "2"], ["b", ""], ["c", ""], ["+d", "x; \\\r\ny"]]);
});

Deno.test("A source is read", () => {
  assertEquals(parsed("@a :ada!u@h PING").source, "ada!u@h");
  assertEquals(parsed("PING").source, undefined);
});

Deno.test("510 bytes and 4,096 bytes of tags are allowed, and one more is not", () => {
  const body = (bytes: number) => "PRIVMSG é :".padEnd(bytes - 1, "x");
  const tags = (bytes: number) => `@é=${"y".repeat(bytes - 5)} `;
  assertEquals([utf8Bytes(body(510)), utf8Bytes(tags(4_096))], [510, 4_096]);
  for (const line of [body(510), tags(4_096) + body(510), `    ${body(510)}`]) parsed(line);
  for (const line of [body(511), tags(4_097) + "PING x", tags(4_096) + body(511)]) {
    assertEquals(parseIrcLine(line), "too_long");
  }
});

Deno.test("A line is written with its tags, source, words and text", () => {
  assertEquals(
    formatIrcLine({
      tags: [["time", "2026-11-21T00:00:00.000Z"], ["+x", "a b;\\"], ["bot", ""]],
      source: "ada!u@chat",
      command: "PRIVMSG",
      words: ["#lobby"],
      text: "hi there",
    }),
    "@time=2026-11-21T00:00:00.000Z;+x=a\\sb\\:\\\\;bot :ada!u@chat PRIVMSG #lobby :hi there\r\n",
  );
  assertEquals(formatIrcLine({ command: "PING", text: "" }), "PING :\r\n");
  assertEquals(written({ command: "433", words: ["*", "a b", ":c", ""] }), "433 * a * *");
});

Deno.test("A line that is too long loses the end of its text, in whole characters", () => {
  const line = written({
    source: "chat",
    command: "NOTICE",
    words: ["ada"],
    text: "é".repeat(400),
  });
  assert(utf8Bytes(line) >= 509 && utf8Bytes(line) <= 510, `${utf8Bytes(line)}`);
  assert(line.endsWith("é"));
  assertEquals(written({ command: "NOTICE", text: "💩💩" }, 14), "NOTICE :💩");
});

const runs = { numRuns: CASES, seed: SEED };

Deno.test("Any line gives a message, or null, or is too long; its words hold no space", () => {
  fc.assert(
    fc.property(anyText, (line) => {
      const message = parseIrcLine(line);
      if (message === null || message === "too_long") return;
      assert(message.command !== "" && !message.command.includes(" "));
      for (const word of message.params.slice(0, -1)) {
        assert(word !== "" && !word.includes(" ") && !word.startsWith(":"));
      }
    }),
    runs,
  );
});

Deno.test("What is written is one line within its bounds, whatever stands in it", () => {
  const tags = fc.array(fc.tuple(fc.constantFrom("time", "msgid", "+x"), anyText));
  fc.assert(
    fc.property(tags, anyText, fc.array(anyText), anyText, (tags, source, words, text) => {
      const line = written({ tags, source, command: "NOTICE", words, text });
      const body = tags.length > 0 ? line.slice(line.indexOf(" ") + 1) : line;
      assert(utf8Bytes(body) <= 510);
      assert(!/[[\p{Cc}--[\t]]\u202e]/v.test(body.replaceAll("\x01", "")), JSON.stringify(body));
      assert(!/[\0\r\n]/.test(line), JSON.stringify(line));
    }),
    runs,
  );
});

Deno.test("What is written reads back as it was", () => {
  const value = anyText.map((text) => text.slice(0, 40).replaceAll("\0", "").toWellFormed());
  const word = anyText.map((text) => ircWord(text.slice(0, 20)));
  const text = fc.string({ unit: "grapheme-ascii", maxLength: 60 });
  fc.assert(
    fc.property(value, fc.array(word, { maxLength: 4 }), text, (value, words, text) => {
      const message = parsed(
        written({ tags: [["+x", value]], source: "ada", command: "TOPIC", words, text }),
      );
      assertEquals(message, {
        tags: new Map([["+x", value]]),
        source: "ada",
        command: "TOPIC",
        params: [...words, text],
      });
    }),
    runs,
  );
});
