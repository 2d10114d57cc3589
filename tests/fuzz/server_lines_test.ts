/** Whatever is typed, by an operator too: no line of the server is longer than 60 KiB. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { MAX_LINE_CHARS, MAX_SERVER_LINE_BYTES, textThatFits } from "../../src/protocol/limits.ts";
import { commandsFor } from "../../src/protocol/commands.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import type { Ban } from "../../src/store/store.ts";
import { Secret } from "../../src/server/admission/secret.ts";
import { Harness } from "../server/harness.ts";
import type { MemoryConnection } from "../server/memory_connection.ts";
import { anyText } from "./arbitraries.ts";
import { assertLines, fuzz } from "./fuzz.ts";

const NAMES = commandsFor("everyone", "keepers", "operators").map(({ name }) => name).filter((
  name,
) => name !== "quit");

/** A database of today's server may hold bans of any length. */
class OldBans extends MemoryStore {
  override bans(): Ban[] {
    return Array.from({ length: 130 }, (_, i) => ({
      key: `name:${i}`,
      shown: ["小".repeat(20_000), "x\u202e".repeat(999), "eve", '"'.repeat(30_000)][i % 4]!,
      by: "💩".repeat(i % 40),
      reason: ["", "\u{10FFFF}".repeat(30_000), "\x1b[2J", "\\".repeat(60_000)][i % 4]!,
      atMs: i,
      untilMs: i % 3 === 0 ? null : 1e15,
    }));
  }
}

function fitting(text: string): string {
  return text.slice(0, MAX_LINE_CHARS - 100);
}

/** Anything, from nothing to a whole line. */
const words = fc.oneof(
  anyText,
  fc.tuple(fc.constantFrom("x", "小", "💩", '"', "\\", "\x07", "\u0301", "a ", "\u00ad"), fc.nat(9))
    .map(([unit, size]) => unit.repeat(size * 7_000)),
  fc.constantFrom("ada", "bob", "ada 30m", "10.0.0.9", "1", "2", "7", "500", "nobody at all"),
).map(fitting);

const line = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...NAMES, "nothing"), words, words) },
  { weight: 1, arbitrary: fc.tuple(words, words, words) },
).map(([name, one, two]) => fitting(`/${name} ${one} ${two}`).replaceAll(/[\r\n]/g, " "));

async function operator(conn: MemoryConnection): Promise<void> {
  await conn.send("root\n/op\nboss\n");
}

fuzz(
  "No answer to a command is longer than a line of the server may be, in either dialect",
  fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 6 }), async (lines) => {
    const operatorPassword = new Secret("boss");
    const store = new OldBans();
    await using room = new Harness({ operatorPassword, rate: 0, renamesPerMinute: 0, store });
    const root = await room.connect();
    await operator(root);
    const { conn: bot } = await room.json("bot");
    await bot.request({ type: "command", line: "/op boss" });
    const { conn: ada } = await room.json("ada");
    for (const line of lines) {
      await root.send(`${line}\n/bans\n`);
      // A prompt that a command has left must not take the next one.
      await bot.request({ type: "command", line });
      await bot.request({ type: "direct", to: line.slice(0, 256), text: "hello" });
      await bot.request({ type: "search", query: line.slice(0, 1_000) });
    }
    for (const conn of [root, bot, ada]) {
      for (const answer of conn.received()) {
        const { length } = new TextEncoder().encode(answer);
        assert(length < MAX_SERVER_LINE_BYTES, `${length} bytes: ${answer.slice(0, 100)}`);
        assertLines(`${answer}\n`);
      }
    }
    assertEquals(room.entries("session failed"), []);
  }),
  { share: 0.2 },
);

fuzz(
  "textThatFits leaves what fits as it is, and cuts the rest between characters",
  fc.property(words, fc.integer({ min: 1, max: 4 }), (part, times) => {
    const text = part.repeat(times).toWellFormed();
    const kept = textThatFits(text);
    assert(kept.isWellFormed());
    const { length } = new TextEncoder().encode(JSON.stringify(kept));
    assert(length < MAX_SERVER_LINE_BYTES - 4_096);
    if (kept !== text) assert(text.length > 4_000 && text.startsWith(kept.slice(0, -1)));
  }),
);
