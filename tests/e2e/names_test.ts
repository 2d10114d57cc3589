/**
 * Names that are refused, and why; names that are not.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { ErrorCode } from "../../src/protocol/messages.ts";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { startServer } from "../helpers/program.ts";

/** With `alice` and `bob` in the room. */
const REFUSED: readonly (readonly [what: string, name: string, code: ErrorCode])[] = [
  ["An empty name", "", "name_invalid"],
  ["A name of spaces", "   ", "name_invalid"],
  ["A name of 33 characters", "x".repeat(33), "name_invalid"],
  ["A taken name", "alice", "name_taken"],
  ["A taken name in another case", "ALICE", "name_taken"],
  ["A taken name in full-width letters", "ａｌｉｃｅ", "name_taken"],
  ["A name that looks like a taken one (0 for o)", "b0b", "name_taken"],
  ["A name that looks like a taken one (1 for l)", "a1ice", "name_taken"],
  ["A name that looks like a taken one (I for l)", "aIice", "name_taken"],
  ["A name that looks like a taken one (Cyrillic вов)", "ВОВ", "name_taken"],
  ["A name of two scripts (Cyrillic а)", "аlice", "name_invalid"],
  ["A name that looks like a command", "/who", "name_invalid"],
  ["A name that looks like the server", "* server", "name_invalid"],
  ["A name that looks like an action", "~alice", "name_invalid"],
  ["A name that looks like JSON", "{alice", "name_invalid"],
  ["A name that looks like a direct message", "[from", "name_invalid"],
  ["A name with a zero-width space", "al\u200bice", "name_invalid"],
  ["A name with a bidi override", "al\u202eice", "name_invalid"],
  ["A name with a control character", "al\u001bice", "name_invalid"],
  ["A name with a newline", "alice\n* alice", "name_invalid"],
  ["A name with a space inside", "alice smith", "name_invalid"],
];

for (const [what, name, code] of REFUSED) {
  Deno.test(`${what} is refused, json and plain`, async () => {
    await using server = await startServer();
    await using _alice = await PlainClient.join(server.port, "alice");
    await using _bob = await PlainClient.join(server.port, "bob");

    await using robot = await JsonClient.connect(server.port);
    await robot.hello(name);
    const error = await robot.next("error");
    assertEquals(error.code, code, error.text);
    assert(error.text.length > 10 && !/[\r\n]/.test(error.text), error.text);

    if (!name.includes("\n") && name.trim() !== "" && !name.startsWith("{")) {
      await using client = await PlainClient.connect(server.port);
      await client.line();
      await client.say(name);
      const answer = await client.line() ?? "";
      assert(answer !== "" && !answer.startsWith("Welcome, "), answer);
      await client.say("carol");
      await client.expectWelcome("carol");
    }
  });
}

Deno.test("A blank line at the prompt is no name, and does no harm", async () => {
  await using server = await startServer();
  await using client = await PlainClient.connect(server.port);
  await client.say("");
  await client.say("   ");
  await client.say("carol");
  await client.expectWelcome("carol");
});

for (
  const name of [
    "x".repeat(32),
    "Ada.Lovelace-2_o'k",
    "Åsa",
    "José",
    "Ольга",
    "田中さん",
    "김철수",
    "नमिता",
    "1984",
  ]
) {
  Deno.test(`${name} is a fine name, plain and json`, async () => {
    await using server = await startServer();
    {
      await using client = await PlainClient.join(server.port, name);
      await client.say("quit");
      await client.rest();
    }
    const { client, welcome } = await JsonClient.join(server.port, name);
    await using _client = client;
    assertEquals(welcome.name, name.normalize("NFC"));
  });
}

Deno.test("/nick takes a free name, refuses a taken one, and everybody sees it", async () => {
  await using server = await startServer();
  await using ada = await PlainClient.join(server.port, "ada");
  const { client: robot } = await JsonClient.join(server.port, "robot");
  await using _robot = robot;
  await ada.say("/nick robot");
  await ada.expect(/^\*.*robot/);
  await ada.say("/nick lovelace");
  const rename = await robot.next("rename");
  assertEquals([rename.from, rename.to], ["ada", "lovelace"]);
  await ada.say("it is me");
  assertEquals((await robot.message("it is me")).from, "lovelace");
  await using _ada2 = await PlainClient.join(server.port, "ada");
});
