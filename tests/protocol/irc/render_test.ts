import { assert, assertEquals } from "@std/assert";
import { ircFormat, renderMessage } from "../../../src/protocol/irc/render.ts";
import type { Message } from "../../../src/protocol/messages.ts";

const quiet = { realnameOf: (name: string) => name, isBot: () => false };

function message(text: string): Message {
  return { type: "message", seq: 1, at: "2026-01-01T00:00:00.000Z", from: "ada", text };
}

Deno.test("A long message is cut once for all formats of a log", () => {
  const { segment } = Intl.Segmenter.prototype;
  let calls = 0;
  Intl.Segmenter.prototype.segment = function (text) {
    calls++;
    return segment.call(this, text);
  };
  try {
    const event = message("👩‍👩‍👧".repeat(200));
    const counts: number[] = [];
    for (const extendedJoin of [false, true]) {
      for (const multiline of [false, true]) {
        const options = { ...quiet, time: true, msgid: true, extendedJoin, multiline };
        assert(ircFormat(options).renderLog(event, "lobby", "log").split("\r\n").length > 8);
        counts.push(calls);
      }
    }
    assert(calls > 0);
    assertEquals(counts, counts.map(() => calls));
  } finally {
    Intl.Segmenter.prototype.segment = segment;
  }
});

Deno.test("A message for a target with another name is cut anew", () => {
  const event = message("x".repeat(1_000));
  for (const target of ["#a", `#${"b".repeat(30)}`, "#a"]) {
    const lines = renderMessage(event, target, []).trimEnd().split("\r\n");
    assertEquals(lines[0]!.length, 510);
    const texts = lines.map((line) => line.slice(line.indexOf(" :") + 2));
    assertEquals(texts.join(""), event.text);
  }
});
