/**
 * The conversations in docs/protocol.md go as they are written, with the real server.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { PlainClient } from "../helpers/plain_client.ts";
import { startServer } from "../helpers/program.ts";
import { blocksOf, readDocument } from "./fenced.ts";

/** One line of a conversation: who sends it, and what. */
interface Turn {
  readonly from: "C" | "S";
  readonly line: string;
}

/** The only conversation under a heading that begins so. */
function conversation(heading: string): Turn[] {
  const [block, ...others] = blocksOf(readDocument("docs/protocol.md"))
    .filter((block) => block.heading.startsWith(heading));
  assert(block !== undefined && others.length === 0, heading);
  return block.text.trimEnd().split("\n").map((text) => {
    const [, from, line] = /^([CS]): (.*)$/.exec(text) ?? [];
    assert(from === "C" || from === "S", text);
    return { from, line: line ?? "" };
  });
}

Deno.test("docs/protocol.md: the conversation in plain goes as it is written", async () => {
  const turns = conversation("plain");
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  await using eve = await PlainClient.join(server.port, "eve");
  await using ada = await PlainClient.connect(server.port);
  for (const { from, line } of turns) {
    if (from === "C") await ada.say(line);
    // What the others do comes about when it is told.
    if (line.startsWith("bob: ")) await bob.say(line.slice("bob: ".length));
    if (line === "* eve left (quit)") {
      await bob.expect("ada: hi bob");
      await eve.say("/quit");
    }
    if (from === "S") assertEquals(await ada.line(), line);
  }
});

Deno.test("docs/protocol.md: the conversation in json goes as it is written", async () => {
  const turns = conversation("json");
  await using server = await startServer();
  await using bob = await PlainClient.join(server.port, "bob");
  // The join was number 1; the last one stands in the conversation.
  for (let seq = 2; seq <= 6; seq++) await bob.say(`${seq}`);
  await bob.say("anybody here?");
  // Who comes once all has been said.
  await using ada = await PlainClient.connect(server.port);
  assertMatch(await ada.line() ?? "", /^Welcome to chat\./);
  await bob.say("/who");
  await bob.expect(/^\* .*bob/);
  for (const { from, line } of turns) {
    if (from === "C") await ada.say(line);
    else assertSame(await nextShown(ada, line), line);
  }
  assertEquals(await ada.line(), null);
});

/**
 * The next line; where the conversation begins later than the log, the first one that is in both.
 */
async function nextShown(client: PlainClient, wanted: string): Promise<string> {
  const { seq } = JSON.parse(wanted) as { readonly seq?: number };
  for (;;) {
    const line = await client.line();
    assert(line !== null, `the end instead of ${wanted}`);
    const event = JSON.parse(line) as { readonly type: string; readonly seq?: number };
    const isEarlier = event.type !== "welcome" && (event.seq ?? Infinity) < (seq ?? 0);
    if (!isEarlier) return line;
  }
}

/** The same fields with the same values; `…` is any text, and times are any times. */
function assertSame(actual: string, expected: string): void {
  const shown = JSON.parse(expected) as Record<string, unknown>;
  const real = JSON.parse(actual) as Record<string, unknown>;
  for (const [name, value] of Object.entries(shown)) {
    if (value === "…" && typeof real[name] === "string") real[name] = value;
    if (name !== "at") continue;
    for (const at of [value, real[name]]) assertMatch(String(at), /^\d{4}-.*T[\d:]+\.\d{3}Z$/);
    real[name] = value;
  }
  // In the order in which they are written, too.
  assertEquals(JSON.stringify(real), expected);
}
