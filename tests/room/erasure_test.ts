import { assert, assertEquals } from "@std/assert";
import type { LogFormat } from "../../src/protocol/dialect.ts";
import { ircFormat } from "../../src/protocol/irc/render.ts";
import { json } from "../../src/protocol/json.ts";
import type { LogEvent, Message } from "../../src/protocol/messages.ts";
import { plain } from "../../src/protocol/plain.ts";
import { Erasure } from "../../src/room/erasure.ts";
import { Log } from "../../src/room/log.ts";

const AT = "2026-11-21T10:00:00.000Z";

const TEXTS = ["a", "ab", "the secret", "se\ncr\net", "wörter ".repeat(500), "last"];

function irc(options: { readonly multiline?: boolean } = {}): LogFormat {
  const none = { time: true, msgid: true, extendedJoin: false };
  return ircFormat({ ...none, realnameOf: (name) => name, isBot: () => false, ...options });
}

const FORMATS: readonly (readonly [string, LogFormat])[] = [
  ["json", json.format],
  ["plain", plain.format],
  ["IRC", irc()],
  ["IRC with messages of several lines", irc({ multiline: true })],
];

function messageOf(seq: number, text: string): Message {
  return { type: "message", seq, at: AT, from: "ada", text };
}

function linesOf(log: Log): string {
  let text = "";
  for (let segment = log.oldest; segment !== null; segment = segment.next!) {
    text += new TextDecoder().decode(segment.bytes.subarray(0, segment.end));
  }
  return text;
}

for (const [name, format] of FORMATS) {
  Deno.test(`an erased message has as many bytes in a log of ${name}, and no word of it`, () => {
    const render = (event: LogEvent) => format.renderLog(event, "lobby", "log");
    for (const [index, text] of TEXTS.entries()) {
      const log = new Log(1);
      TEXTS.forEach((text, n) => log.append(render(messageOf(n + 1, text))));
      const { end } = log;
      const before = log.newest.bytes;
      const was = before.slice();
      const rest = TEXTS.map((text, n) => [n, render(messageOf(n + 1, text))] as const)
        .filter(([n]) => n !== index);
      new Erasure("lobby", "log").erase(log, format, messageOf(index + 1, "(erased)"));
      assertEquals(log.end, end);
      assertEquals(before, was, "a write that is under way has its own bytes");
      const lines = linesOf(log);
      for (const [, line] of rest) assert(lines.includes(line), `${name}: ${line}`);
      const left = rest.reduce((all, [, line]) => all.replace(line, () => ""), lines);
      if (text.length > 4) assert(!/secret|cr|et\r|wörter/.test(left), JSON.stringify(left));
      assert(/\(erased\)|-/.test(left), JSON.stringify(left));
      if (name === "json") {
        const { seq, text } = JSON.parse(left);
        assertEquals([seq, text], [index + 1, TEXTS[index]!.length < 8 ? "-" : "(erased)"]);
      }
      if (name.startsWith("IRC")) {
        for (const line of left.split("\r\n")) {
          assert(line.length < 1_024, "a line that is too long");
        }
      }
    }
  });
}

Deno.test("what is not in the window of a log is not looked for", () => {
  const log = new Log(5);
  log.append("ada: hi\n");
  for (const seq of [1, 4, 6]) {
    new Erasure("lobby", "log").erase(log, plain.format, messageOf(seq, "(erased)"));
  }
  assertEquals(linesOf(log), "ada: hi\n");
});
