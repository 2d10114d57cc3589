/**
 * The bundle, made as for a release and tried as people use it.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { saySkipped } from "../helpers/proc.ts";
import { writeBundle } from "../../packaging/bundle.ts";
import { bundleInOne } from "../../packaging/modules.ts";
import { smoke } from "../../packaging/smoke.ts";
import { openStage, readVersion } from "../../packaging/stage.ts";
import { Failure } from "../../src/failure.ts";
import { run } from "../helpers/program.ts";

/** Whether the bundler is there; says loudly when it is not, since then nothing is tested. */
async function bundled(make: () => Promise<void>): Promise<boolean> {
  try {
    await make();
    return true;
  } catch (error) {
    if (!(error instanceof Failure) || !/esbuild/.test(error.message)) throw error;
    saySkipped("esbuild");
    return false;
  }
}

Deno.test("The bundle passes every check that a release must pass", async () => {
  const directory = await Deno.makeTempDir({ prefix: "chat-bundle-" });
  try {
    const file = `${directory}/chat.js`;
    const commit = "0123456789".repeat(4);
    if (!await bundled(() => writeBundle(file, commit))) return;
    const version = await readVersion();
    const lines: string[] = [];
    const failed = await smoke({ file, version, commit }, (line) => lines.push(line));
    assertEquals(failed, [], lines.join("\n"));
    assertEquals(await Array.fromAsync(Deno.readDir(directory), ({ name }) => name), ["chat.js"]);
    if (Deno.build.os === "windows") return;
    // Its first line makes it a program.
    const path = `PATH='${Deno.execPath().replace(/\/[^/]*$/, "")}':"$PATH"`;
    const { stdout } = await run(["sh", "-c", `${path} '${file}' --version`]);
    assertEquals(stdout.trim(), `chat ${version}`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("A bundle holds the program alone, and nothing of the machine that made it", async () => {
  const texts: string[] = [];
  const make = async () => {
    for (let time = 0; time < 2; time++) {
      await using stage = await openStage("0123456789".repeat(4));
      texts.push(await bundleInOne(stage));
    }
  };
  if (!await bundled(make)) return;
  const [one = "", two = ""] = texts;
  assert(one === two, "two bundles of the same source differ");
  assertMatch(one, /COMMIT = "0123456789012345678901234567890123456789"/);
  for (const name of ["playwright", "axe-core", "fast-check", "@xterm"]) {
    assert(!one.includes(`/${name}`), `${name} is in the bundle`);
  }
  for (const line of one.split("\n")) {
    if (!/^\/\/ .*\.(ts|js|json|html|css|svg)$/.test(line)) continue;
    assertMatch(line, /^\/\/ (main\.ts|deno\.json|text:|src\/|node_modules\/|deno:)/, line);
  }
});
