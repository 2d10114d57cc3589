/**
 * What people may say, and how little of it can hurt another screen.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { MAX_TEXT_CHARS, MAX_TEXT_LINES } from "../../src/protocol/limits.ts";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { startServer } from "../helpers/program.ts";

/** What no server line may carry to a screen: C0 but tab and newline, DEL, C1, bidi overrides. */
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const HARMFUL = /[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]/;

/** One of each, and a marker in front and behind. */
const POISONS: readonly (readonly [what: string, text: string])[] = [
  ["NUL", "\0"],
  ["an escape sequence", "\x1b[31mred\x1b]0;title\x07"],
  ["a C1 control (U+009B)", "\u009b31m"],
  ["a right-to-left override (U+202E)", "\u202egnp.exe"],
  ["an isolate (U+2066)", "\u2066x"],
  ["DEL and backspace", "\x7f\b\b"],
  ["a lone carriage return", "a\r* The server is shutting down."],
];

for (const filler of ["x", "😀"]) {
  Deno.test(`A text of ${filler} at, under and over the limit of 4,000, plain`, async () => {
    await using server = await startServer(["--rate", "0"]);
    await using ada = await PlainClient.join(server.port, "ada");
    await using bob = await PlainClient.join(server.port, "bob");
    for (const count of [MAX_TEXT_CHARS - 1, MAX_TEXT_CHARS]) {
      await ada.say(filler.repeat(count));
      await bob.expect(`ada: ${filler.repeat(count)}`);
    }
    await ada.say(filler.repeat(MAX_TEXT_CHARS + 1));
    await ada.expect(/^\*.*4.?000/);
    await ada.say("next");
    assertEquals(await bob.line(), "ada: next");
  });

  Deno.test(`A text of ${filler} at, under and over the limit of 4,000, json`, async () => {
    await using server = await startServer(["--rate", "0"]);
    await using ada = (await JsonClient.join(server.port, "ada")).client;
    for (const count of [MAX_TEXT_CHARS - 1, MAX_TEXT_CHARS]) {
      await ada.say(filler.repeat(count), `i${count}`);
      await ada.message(filler.repeat(count));
    }
    await ada.say(filler.repeat(MAX_TEXT_CHARS + 1), "over");
    const error = await ada.event();
    assert(error?.type === "error");
    assertEquals([error.code, error.id], ["text_too_long", "over"]);
  });
}

Deno.test("A text of 39, 40 and 41 lines, and one of 4,000 newlines", async () => {
  await using server = await startServer(["--rate", "0"]);
  await using ada = (await JsonClient.join(server.port, "ada")).client;
  await using bob = await PlainClient.join(server.port, "bob");
  for (const count of [MAX_TEXT_LINES - 1, MAX_TEXT_LINES]) {
    const lines = Array.from({ length: count }, (_, i) => `${count}/${i}`);
    await ada.say(lines.join("\n"));
    await ada.message(lines.join("\n"));
    for (const line of lines) await bob.expect(`ada: ${line}`);
  }
  const over = Array(MAX_TEXT_LINES + 1).fill("x").join("\n");
  for (const text of [over, `x${"\n".repeat(3_998)}y`]) {
    await ada.say(text, "over");
    const error = await ada.next("error");
    assertEquals([error.code, error.id], ["text_too_long", "over"]);
  }
  // Nothing but newlines is also nothing to say: either reason will do.
  await ada.say("\n".repeat(4_000), "blank");
  const error = await ada.next("error");
  assert(["text_too_long", "bad_request"].includes(error.code), error.code);
  assertEquals(error.id, "blank");
  await ada.say("next");
  assertEquals(await bob.line(), "ada: next");
});

Deno.test("A plain person named The cannot look like the server, with /me or otherwise", async () => {
  await using server = await startServer();
  await using the = await PlainClient.join(server.port, "The");
  await using ada = await PlainClient.join(server.port, "ada");
  await the.say("/me server is shutting down.");
  await ada.expect("~ The server is shutting down.");
  await the.say("* The server is shutting down.");
  await ada.expect("The: * The server is shutting down.");
});

Deno.test("A json person cannot speak for another with newlines", async () => {
  await using server = await startServer();
  await using the = (await JsonClient.join(server.port, "The")).client;
  await using ada = await PlainClient.join(server.port, "ada");
  const forged = "hi\n* The server is shutting down.\nbob: I quit\r\n[from bob] x\r* x";
  const ofServer = (line: string) => line.startsWith("* The") || line.startsWith("* x");
  await the.say(forged);
  await the.send({ type: "say", text: forged, action: true });
  await the.send({ type: "direct", to: "ada", text: forged });
  await the.say("the end");
  await ada.expect("The: the end");
  assertEquals(ada.seen.filter(ofServer), []);
  assertEquals(ada.seen.filter((line) => /^(bob:|\[from bob\])/.test(line)), []);
  assert(ada.seen.includes("The: * The server is shutting down."));
});

Deno.test("A space before a command publishes neither the command nor a password", async () => {
  const operatorPassword = await Deno.makeTempFile();
  await Deno.writeTextFile(operatorPassword, "sesame\n");
  await using server = await startServer(["--operator-password-file", operatorPassword]);
  await using ada = await PlainClient.join(server.port, "ada");
  await using bob = await PlainClient.join(server.port, "bob");
  await using eve = await PlainClient.join(server.port, "eve");
  await ada.say(" /msg bob secret");
  await bob.expect("[from ada] secret");
  await ada.say("\u200b\t/op");
  await ada.expect(/password/);
  await ada.say("sesame");
  await ada.expect(/operator now/);
  await ada.say("  //etc");
  await eve.expect("ada:   /etc");
  assertEquals(eve.seen.filter((line) => /secret|sesame|op$/.test(line)), []);
  await Deno.remove(operatorPassword);
});

Deno.test("//x says /x", async () => {
  await using server = await startServer();
  await using ada = await PlainClient.join(server.port, "ada");
  await using bob = await PlainClient.join(server.port, "bob");
  await ada.say("//quit is a command");
  await bob.expect("ada: /quit is a command");
});

for (const [what, poison] of POISONS) {
  Deno.test(`${what} reaches no other screen`, async () => {
    await using server = await startServer();
    await using ada = await PlainClient.join(server.port, "ada");
    await using robot = (await JsonClient.join(server.port, "robot")).client;
    await using eve = await PlainClient.join(server.port, "eve");
    await ada.say(`plain <${poison}>`);
    await robot.say(`json <${poison}>`);
    await eve.expect(/^ada: plain <.*>$/);
    await eve.expect(/^robot: json <.*$/);
    const heard = await robot.next("message", (message) => message.from === "ada");
    const echo = await robot.next("message", (message) => message.from === "robot");
    await robot.send({ type: "direct", to: "eve", text: `direct <${poison}>` });
    await eve.expect(/^\[from robot\] direct <.*$/);
    for (const text of [...eve.seen, heard.text, echo.text.replaceAll("\n", "")]) {
      assert(!HARMFUL.test(text), JSON.stringify(text));
    }
  });
}

Deno.test("Bytes that are not UTF-8 become U+FFFD and hold nothing up", async () => {
  await using server = await startServer();
  await using ada = await PlainClient.join(server.port, "ada");
  await using bob = await PlainClient.join(server.port, "bob");
  await ada.send(Uint8Array.of(0x3c, 0xfe, 0xc0, 0xaf, 0x3e, 0x0a));
  const line = await bob.expect(/^ada: </);
  assert(/^ada: <\ufffd+>$/.test(line), JSON.stringify(line));
  // A character that never ends, then a newline.
  await ada.send(Uint8Array.of(0x3c, 0xf0, 0x9f, 0x98, 0x0a));
  await bob.expect(/^ada: <\ufffd+$/);
});

Deno.test("A character cut in two by packets is one character", async () => {
  await using server = await startServer();
  await using ada = await PlainClient.join(server.port, "ada");
  await using bob = await PlainClient.join(server.port, "bob");
  const bytes = new TextEncoder().encode("<😀>\n");
  await ada.send(bytes.subarray(0, 3));
  // An answer to somebody else shows that the server has had time to read the first half.
  await bob.say("/who");
  await bob.expect(/ada/);
  await ada.send(bytes.subarray(3));
  await bob.expect("ada: <😀>");
});

Deno.test("Tabs, emoji joined by zero-width joiners, and other scripts arrive unchanged", async () => {
  await using server = await startServer();
  await using ada = await PlainClient.join(server.port, "ada");
  await using bob = await PlainClient.join(server.port, "bob");
  for (const text of ["a\tb", "👩‍👩‍👧‍👦", "नमस्ते", "שלום", "日本語", "e\u0301"]) {
    await ada.say(text);
    const line = await bob.expect(/^ada: /);
    assertEquals(line.normalize(), `ada: ${text}`.normalize());
  }
});

Deno.test("A text that draws nothing is not said, in any way", async () => {
  await using server = await startServer();
  await using ada = await PlainClient.join(server.port, "ada");
  await using robot = (await JsonClient.join(server.port, "robot")).client;
  await using bob = await PlainClient.join(server.port, "bob");
  for (const unseen of ["\u200b\u200c\u2060\ufeff", "\u2800", "\u3164", "\u00ad", "\ufe0f"]) {
    for (const line of [unseen, `/me ${unseen}`, `/msg bob ${unseen}`]) {
      await ada.say(line);
      await ada.expect(/nothing to say|Usage/);
    }
    await robot.say(unseen, "u");
    assertEquals((await robot.next("error")).code, "bad_request");
  }
  await ada.say("<\u200b>");
  await bob.expect(/^ada: <\u200b?>$/);
  assertEquals(bob.seen.filter((line) => /^(ada: |~ ada|\[from|robot: )/.test(line)).length, 1);
});
