/**
 * The parts of the chaos suite that could be wrong without anybody noticing: an attack that does
 * nothing, or a count that counts nothing, passes every server.
 *
 * @module
 */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { ATTACKS } from "./attacks/all.ts";
import { marked } from "./attacks/marks.ts";
import { frame, OP } from "./attacks/web_peer.ts";
import { Blinker } from "./blinker.ts";
import { ServerLog } from "./server_log.ts";
import { StrangerCount } from "./strangers.ts";
import { dial } from "../dial.ts";
import { Random } from "../random.ts";
import { LineSocket } from "../../helpers/line_socket.ts";
import { within } from "../../helpers/wait.ts";
import { FrameDecoder } from "../../../src/web/frames.ts";

Deno.test("Every attack has a name of its own", () => {
  assertEquals(new Set(ATTACKS.map(({ name }) => name)).size, ATTACKS.length);
});

for (const length of [0, 125, 126, 65_535]) {
  Deno.test(`A frame of an attacker with ${length} bytes is one that a server reads`, () => {
    const frames = new FrameDecoder({ maxBytes: 65_535 }).push(frame(OP.text, "x".repeat(length)));
    assertEquals(frames, [{ type: "text", text: "x".repeat(length) }]);
  });
}

Deno.test("A letter with marks of an attacker is one that a normal form has to put into order", () => {
  const random = new Random(1);
  for (let i = 0; i < 100; i++) {
    const text = marked(random, 100);
    assertNotEquals(text.normalize("NFD"), text);
    assert(text.length > 80 && text.length <= 101, `${text.length} of 101`);
  }
});

Deno.test("Strangers are counted, and those who watch are not", () => {
  const count = new StrangerCount();
  count.see({ type: "message", from: "crowd7" }, 0);
  count.see({ type: "join", name: "visitor12" }, 0);
  count.see({ type: "join", name: "storm1x2" }, 0);
  count.see({ type: "message", from: "echo0" }, 3);
  count.see({ type: "rename", from: "alias1" }, -5);
  count.seeJoined('{"type":"joined","count":57}');
  assertEquals(count.take(), { messages: 4, joins: 1, renames: 1, members: 57 });
  assertEquals(count.take(), { messages: 0, joins: 0, renames: 0, members: 0 });
});

Deno.test("One whose link blinks is heard while it rests, or its place would be given away", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const pinged = Promise.withResolvers<void>();
  const server = listener.accept().then((conn) => {
    const socket = new LineSocket(conn, (line) => {
      const { type } = JSON.parse(line);
      if (type === "hello") {
        socket.send('{"type":"welcome","session":"s"}\n{"type":"joined","seq":1}\n');
      }
      if (type === "ping") pinged.resolve();
    });
    return socket;
  });
  const { port } = listener.addr;
  const blinker = await Blinker.enter({
    dial: () => Deno.connect({ hostname: "127.0.0.1", port }),
    random: new Random(1),
    pingMs: 1,
  });
  try {
    await within(pinged.promise, "a ping");
  } finally {
    (await server).close();
    await blinker[Symbol.asyncDispose]();
  }
  assertEquals(blinker.faults, []);
});

Deno.test("An attacker whose connections are never taken ends when it is over", async () => {
  // Nobody accepts: when the queue (511 of them in Deno) is full, others are not answered at all.
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { hostname: host, port } = listener.addr;
  const over = new AbortController();
  const peers = Array.from({ length: 600 }, () => dial({ host, port }, over.signal));
  const first = await Promise.race(peers);
  over.abort();
  first?.destroy();
  for (const peer of await within(Promise.all(peers), "the end of all")) peer?.destroy();
  assertEquals(await dial({ host, port }, over.signal), null);
});

Deno.test("Of a server's log the longest turn is kept, and what no healthy server says", () => {
  const log = new ServerLog();
  for (
    const line of [
      '{"level":"warn","event":"slow turn","ms":120}',
      '{"level":"warn","event":"slow turn","ms":2400}',
      '{"level":"warn","event":"slow turn","ms":300}',
      '{"level":"error","event":"fault"}',
      "error: Uncaught (in promise)",
      "",
    ]
  ) log.take(line);
  assertEquals(log.turnMs, 2_400);
  assertEquals(log.strange, ['{"level":"error","event":"fault"}', "error: Uncaught (in promise)"]);
});
