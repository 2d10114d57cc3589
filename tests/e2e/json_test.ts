/**
 * JSON that is wrong in every way, and the requests that are right.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { ErrorCode } from "../../src/protocol/messages.ts";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { startServer } from "../helpers/program.ts";

const DEEP = `{"type":"say","text":"x","deep":${"[".repeat(30_000)}${"]".repeat(30_000)}}`;

/** Lines after a good hello, and the codes that may answer them. */
const WRONG: readonly (readonly [what: string, line: string, codes: readonly ErrorCode[]])[] = [
  ["Broken JSON", `{"type":"say","text":"x"`, ["bad_json"]],
  ["Text that is not JSON", "hello there", ["bad_json"]],
  ["An array", `[{"type":"say","text":"x"}]`, ["bad_json", "bad_request"]],
  ["A number", "1e999", ["bad_json", "bad_request"]],
  ["null", "null", ["bad_json", "bad_request"]],
  ["An object without a type", "{}", ["bad_request", "unknown_type"]],
  ["A type that is no string", `{"type":["say"]}`, ["bad_request", "unknown_type"]],
  ["An unknown type", `{"type":"shout","text":"x"}`, ["unknown_type"]],
  ["A type of every object", `{"type":"constructor"}`, ["unknown_type"]],
  ["A type of every prototype", `{"type":"__proto__"}`, ["unknown_type"]],
  ["A say without a text", `{"type":"say"}`, ["bad_request"]],
  ["A text of the wrong type", `{"type":"say","text":5}`, ["bad_request"]],
  ["An id of the wrong type", `{"type":"say","text":"x","id":7}`, ["bad_request"]],
  ["An empty id", `{"type":"say","text":"x","id":""}`, ["bad_request"]],
  ["An id with a space", `{"type":"say","text":"x","id":"a b"}`, ["bad_request"]],
  ["An id of 65 characters", `{"type":"say","text":"x","id":"${"i".repeat(65)}"}`, ["bad_request"]],
  ["A limit over 500", `{"type":"history","limit":501}`, ["bad_request"]],
  ["A limit of the wrong type", `{"type":"history","limit":"all"}`, ["bad_request"]],
  ["A limit below one", `{"type":"history","limit":-1}`, ["bad_request"]],
  ["A seq that is no whole number", `{"type":"history","before":1.5}`, ["bad_request"]],
  ["A search without a query", `{"type":"search"}`, ["bad_request"]],
  ["A second hello", `{"type":"hello","protocol":1,"name":"x"}`, ["bad_request", "not_allowed"]],
  ["A direct message to nobody", `{"type":"direct","to":"zoe","text":"x"}`, ["no_such_person"]],
];

for (const [what, line, codes] of WRONG) {
  Deno.test(`${what} gets an error, and the next request is heard`, async () => {
    await using server = await startServer();
    const { client: robot } = await JsonClient.join(server.port, "robot");
    await using _robot = robot;
    await robot.wire.say(line);
    const error = await robot.next("error");
    assert(codes.includes(error.code), `${error.code}: ${error.text}`);
    assert(error.text.length > 5 && !error.text.includes("\n"));
    await robot.say("still here");
    await robot.message("still here");
  });
}

Deno.test("JSON that is 30,000 arrays deep harms nobody", async () => {
  await using server = await startServer(["--rate", "0"]);
  const { client: robot } = await JsonClient.join(server.port, "robot");
  await using _robot = robot;
  await robot.wire.say(DEEP);
  await robot.say("still here");
  await robot.message("still here");
});

/** First lines that start with `{` and are no hello. */
const NO_HELLO: readonly (readonly [line: string, codes: readonly ErrorCode[]])[] = [
  [`{"type":"hello"`, ["bad_json"]],
  [`{}`, ["bad_request", "unknown_type"]],
  [`{"type":"say","text":"x"}`, ["bad_request", "not_allowed"]],
  [`{"type":"hello","protocol":2,"name":"x"}`, ["unsupported_protocol"]],
  [`{"type":"hello","name":"x"}`, ["bad_request", "unsupported_protocol"]],
  [`{"type":"hello","protocol":1}`, ["bad_request", "name_invalid"]],
  [`{"type":"hello","protocol":1,"name":["x"]}`, ["bad_request"]],
  [`{"type":"hello","protocol":1,"name":"x","rooms":{"ops":{"history":"all"}}}`, ["bad_request"]],
  [`{"type":"hello","protocol":1,"name":"x","rooms":{"ops":{"after":-1}}}`, ["bad_request"]],
];

for (const [line, codes] of NO_HELLO) {
  Deno.test(`A first line ${line} gets an error and joins nobody`, async () => {
    await using server = await startServer();
    await using eve = await PlainClient.join(server.port, "eve");
    await using robot = await JsonClient.connect(server.port);
    await robot.wire.say(line);
    const error = await robot.next("error");
    assert(codes.includes(error.code), `${error.code}: ${error.text}`);
    await using _ada = await PlainClient.join(server.port, "ada");
    await eve.expect(/^\* ada .*join/);
    assertEquals(eve.seen.filter((line) => line.startsWith("* x ")), []);
  });
}

Deno.test("Unknown fields are ignored", async () => {
  await using server = await startServer();
  await using robot = await JsonClient.connect(server.port);
  await robot.send({ type: "hello", protocol: 1, name: "robot", colour: "red", x: { y: [1] } });
  assertEquals((await robot.next("welcome")).name, "robot");
  await robot.send({ type: "say", text: "hi", font: null });
  await robot.message("hi");
});

Deno.test("who, ping, history, search, direct, action, command and quit are answered", async () => {
  await using server = await startServer();
  const { client: robot, welcome } = await JsonClient.join(server.port, "robot");
  await using _robot = robot;
  assertEquals([welcome.protocol, welcome.count, welcome.resumed], [1, 1, false]);
  assertEquals(welcome.members, ["robot"]);
  await using ada = await PlainClient.join(server.port, "ada");
  await robot.send({ type: "who" });
  const members = await robot.next("members");
  assertEquals([[...members.names].sort(), members.count, members.more], [
    ["ada", "robot"],
    2,
    false,
  ]);
  await robot.send({ type: "ping", id: "p1" });
  assertEquals((await robot.next("pong")).id, "p1");
  await robot.send({ type: "say", text: "waves", action: true });
  await ada.expect("~ robot waves");
  await robot.send({ type: "direct", to: "ada", text: "psst", id: "d1" });
  await ada.expect("[from robot] psst");
  const direct = await robot.next("direct");
  assertEquals([direct.from, direct.to, direct.text, direct.id], ["robot", "ada", "psst", "d1"]);
  await ada.say("/msg robot hm?");
  assertEquals((await robot.next("direct")).from, "ada");
  await ada.expect("[to robot] hm?");
  await ada.say("/me nods");
  assertEquals((await robot.message("nods")).action, true);
  await robot.send({ type: "history", limit: 2 });
  const history = await robot.next("history");
  assertEquals(history.events.map((event) => event.type), ["message", "message"]);
  assertEquals(history.more, true);
  await robot.send({ type: "search", query: "NODS" });
  assertEquals((await robot.next("results")).events.length, 1);
  await robot.send({ type: "command", line: "/help" });
  await robot.next("notice");
  await robot.send({ type: "quit" });
  const events = await robot.rest();
  const last = events.at(-1);
  assertEquals(last?.type === "bye" ? last.reason : last, "quit");
  await ada.expect("* robot left (quit)");
});

Deno.test("seq counts without gaps, and history pages backwards over all of it", async () => {
  await using server = await startServer(["--rate", "0"]);
  const { client: robot } = await JsonClient.join(server.port, "robot", { history: 0 });
  await using _robot = robot;
  for (let i = 0; i < 40; i++) await robot.say(`m${i}`);
  const last = await robot.message("m39");
  const seqs: number[] = [];
  let before = last.seq + 1;
  for (let more = true; more;) {
    await robot.send({ type: "history", before, limit: 7 });
    const page = await robot.next("history");
    seqs.unshift(...page.events.map((event) => event.seq));
    before = seqs[0] ?? 0;
    more = page.more;
  }
  assertEquals(seqs, Array.from({ length: last.seq }, (_, i) => i + 1));
});
