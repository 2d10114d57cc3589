/**
 * What the operator sees: the banner and the log.
 *
 * @module
 */

import { VERSION } from "../../src/version.ts";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { PlainClient } from "../helpers/plain_client.ts";
import { startServer } from "../helpers/program.ts";
import { until } from "../helpers/wait.ts";

Deno.test("The banner says where the server listens and how to join it", async () => {
  await using server = await startServer();
  assertEquals(server.stdout.seen[0], `chat ${VERSION} is listening on 127.0.0.1:${server.port}`);
  await until(
    () => {
      const said = server.stdout.text + server.log.text;
      return said.includes(`chat join 127.0.0.1:${server.port}`) &&
        said.includes(`nc 127.0.0.1 ${server.port}`);
    },
    "both ways to join in the banner",
  );
});

Deno.test("The log has connections, joins, leaves and refusals, and never a message", async () => {
  await using server = await startServer();
  await using eve = await PlainClient.join(server.port, "eve");
  await using ada = await PlainClient.join(server.port, "ada");
  await using twin = await PlainClient.connect(server.port);
  await twin.say("ada");
  await twin.line();
  await ada.say("between us");
  await eve.expect("ada: between us");
  await ada.say("/msg eve a secret");
  await eve.expect("[from ada] a secret");
  await ada.say("/quit");
  await ada.rest();
  await server.log.expect(/127\.0\.0\.1/);
  await server.log.holds(/eve/);
  await server.log.holds(/ada.*quit|quit.*ada/);
  assertMatch(server.log.text, /^.*\d\d:\d\d:\d\d.*info.*$/im);
  assert(!/between us|a secret/.test(server.log.text));
});

Deno.test("--log-format json logs one object a line", async () => {
  await using server = await startServer(["--log-format", "json"]);
  await using ada = await PlainClient.join(server.port, "ada");
  await ada.say("/quit");
  await ada.rest();
  await server.log.holds(/quit/);
  server.signal(Deno.build.os === "windows" ? "SIGKILL" : "SIGTERM");
  const { stderr } = await server.outcome();
  for (const line of stderr.split("\n").filter((line) => line !== "")) {
    const record = JSON.parse(line) as Record<string, unknown>;
    assertEquals(typeof record["time"], "string", line);
    assertEquals(typeof record["level"], "string", line);
  }
});
