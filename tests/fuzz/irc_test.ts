/**
 * IRC: whatever a client sends, nobody else is harmed by it; whatever is said arrives whole.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { CAPABILITIES } from "../../src/protocol/irc/capabilities.ts";
import { spokenIn } from "../../src/protocol/irc/formatting.ts";
import { MAX_IRC_LINE_BYTES, parseIrcLine } from "../../src/protocol/irc/message.ts";
import { ircFormat, renderMessage, sourceOf } from "../../src/protocol/irc/render.ts";
import { utf8Bytes } from "../../src/protocol/limits.ts";
import { Secret } from "../../src/server/admission/secret.ts";
import { IRC_COMMANDS } from "../../src/server/irc/commands.ts";
import { Harness } from "../server/harness.ts";
import type { MemoryConnection } from "../server/memory_connection.ts";
import { anyText, logEvent, validName, validText } from "./arbitraries.ts";
import { assertLines, fuzz } from "./fuzz.ts";

/** Lines of IRC: no control characters but those around an action. */
function assertIrcLines(text: string): readonly string[] {
  if (text === "") return [];
  assert(text.endsWith("\r\n"), JSON.stringify(text.slice(-100)));
  return assertLines(text.replaceAll("\r\n", "\n").replaceAll("\x01", ""));
}

/** What somebody with an IRC client was sent. */
function readLines(conn: MemoryConnection): readonly string[] {
  return assertIrcLines(conn.received().map((line) => `${line}\n`).join(""));
}

fuzz(
  "What anybody says arrives in lines of at most 512 bytes that are its text",
  fc.property(validName, validName, validText, fc.boolean(), (from, room, text, action) => {
    const said = action ? { from, text, action: true as const } : { from, text };
    const rendered = renderMessage(said, `#${room}`, [["time", "t"], ["msgid", "x-1"]]);
    assertIrcLines(rendered);
    const lines = rendered.split("\r\n").slice(0, -1);
    let joined = "";
    for (const [i, line] of lines.entries()) {
      const message = parseIrcLine(line.replace(/^@\S+ :\S+ /, ""));
      assert(message !== null && message !== "too_long", line);
      const bare = line.replace(/^@\S+ /, "");
      const own = utf8Bytes(bare) - utf8Bytes(`:${sourceOf(from)} `);
      assert(own + "\r\n".length <= MAX_IRC_LINE_BYTES, `${own}`);
      assertEquals([message.command, message.params[0]], ["PRIVMSG", `#${room}`]);
      assertEquals(line.includes("msgid="), i === 0);
      const spoken = spokenIn(message.params[1]!);
      assert(spoken.kind !== "other");
      assertEquals(spoken.kind === "action", action);
      joined += spoken.text;
    }
    assertEquals(joined, text.replaceAll("\n", ""));
  }),
);

/** A text, and places in it where its sender's client has cut a line. */
const cutText = validText.chain((text) =>
  fc.uniqueArray(fc.integer({ min: 1, max: text.length }), { maxLength: 5 }).map((places) => ({
    text,
    // Not before or behind a newline, nor within a character.
    cuts: places.sort((a, b) => a - b).filter((at) => {
      const around = text.slice(at - 1, at + 1);
      return around.length === 2 && !around.includes("\n") && !/^[\uD800-\uDBFF]/.test(around);
    }),
  }))
);

fuzz(
  "A message of several lines is a batch whose lines joined again are its text, cuts and all",
  fc.property(validName, validName, cutText, (from, room, { text, cuts }) => {
    const rendered = renderMessage({ from, text, cuts }, `#${room}`, [["msgid", "x-1"]], "b");
    const lines = assertIrcLines(rendered);
    if (lines.length === 1) {
      assertEquals([cuts.length, text.includes("\n")], [0, false]);
      return;
    }
    assert(/^@msgid=x-1 :\S+ BATCH \+b draft\/multiline /.test(lines[0]!), lines[0]);
    assert(/ BATCH -b$/.test(lines.at(-1)!), lines.at(-1));
    let joined: string | null = null;
    for (const line of lines.slice(1, -1)) {
      const [, tags = "", said = ""] = /^@(\S+) :\S+ PRIVMSG \S+ :(.*)$/su.exec(line) ?? [];
      assert(tags.split(";").includes("batch=b"), line);
      if (joined === null) joined = said;
      else joined += tags.includes("draft/multiline-concat") ? said : `\n${said}`;
    }
    assertEquals(joined, text);
  }),
);

fuzz(
  "Every event of a log is lines that are safe, in every format",
  fc.property(logEvent, fc.boolean(), fc.boolean(), (event, time, extendedJoin) => {
    const format = ircFormat({
      time,
      msgid: time,
      extendedJoin,
      realnameOf: (name) => name,
      isBot: () => time,
    });
    for (const line of assertIrcLines(format.renderLog(event, "lobby", "0a1b"))) {
      assertEquals(line.startsWith("@time="), time);
    }
  }),
);

const COMMANDS = [...IRC_COMMANDS.keys(), "FOO", "001"];

/** What stands behind a command. */
const word = fc.oneof(
  fc.constantFrom("#lobby", "#ops", "#", "#lobby,#ops", "ada", "bob", "ada,bob,eve", "*", "0"),
  fc.constantFrom("+b", "-b", "+o", "+k-k+s", "+B", "LATEST", "LS", "REQ", "END", "+x", "-x"),
  fc.constantFrom("draft/multiline", "chathistory", "timestamp=2026-11-21T00:00:00.000Z", "50"),
  fc.constantFrom("bob!*@*", "boss", "%tcuhsnfdlaor,1", "PLAIN", "msgid=x-1", "\x01ACTION x\x01"),
  anyText,
);

const tags = fc.constantFrom("", "", "@label=1 ", "@batch=x ", "@+typing=active;label=\\: ", "@");

const line = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(tags, fc.constantFrom(...COMMANDS), fc.array(word)) },
  { weight: 1, arbitrary: fc.tuple(tags, anyText, fc.array(word)) },
).map(([tags, command, words]) => {
  const params = words.map((word, i) => (i === words.length - 1 ? ` :${word}` : ` ${word}`));
  return `${tags}${command}${params.join("")}`.replaceAll(/[\r\n]+/g, " ");
});

const caps = fc.subarray(CAPABILITIES.map(({ name }) => name));

/** Somebody with an IRC client, who is in the lobby. */
async function guest(
  room: Harness,
  name: string,
  wanted: readonly string[],
): Promise<MemoryConnection> {
  const conn = await room.connect();
  await conn.send(`CAP REQ :${wanted.join(" ")}\r\nNICK ${name}\r\nUSER u 0 * :${name}\r\n`);
  await conn.send("CAP END\r\nJOIN #lobby\r\n");
  return conn;
}

fuzz(
  "Whatever an IRC client sends, nothing fails, and all others are sent safe lines and answered",
  fc.asyncProperty(
    fc.array(line, { minLength: 1, maxLength: 12 }),
    caps,
    caps,
    async (lines, ownCaps, othersCaps) => {
      const operatorPassword = new Secret("boss");
      await using room = new Harness({ operatorPassword, rate: 0, renamesPerMinute: 0 });
      const stranger = await guest(room, "eve", ownCaps);
      const ada = await guest(room, "ada", othersCaps);
      const bob = await room.plain("bob");
      const { conn: bot } = await room.json("bot");
      for (const line of lines) await stranger.send(`${line}\r\n`);
      await ada.send("PING :still there\r\n");
      await bot.request({ type: "ping", id: "last" });
      await room.clock.advance(1_000);
      assertEquals(room.entries("session failed"), []);
      readLines(stranger);
      const adaSaw = readLines(ada);
      assert(adaSaw.some((line) => / 001 ada /.test(line)));
      // Whoever knows the password of operators may have removed them.
      if (!ada.closed) assert(adaSaw.some((line) => / PONG .*still there$/.test(line)));
      for (const line of bob.received()) assertLines(`${line}\n`);
      const events = bot.events();
      if (!bot.closed) assertEquals(events.findLast(({ type }) => type === "pong")?.id, "last");
    },
  ),
);
