/**
 * What goes into an executable, byte for byte as in a release: only the base that it is put into is
 * another program, which does not read it.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { GRANTS } from "../../packaging/grants.ts";
import { compileExecutable, IMPORT_HOSTS } from "../../packaging/executable.ts";
import { bundleInParts } from "../../packaging/modules.ts";
import { smoke } from "../../packaging/smoke.ts";
import { openStage, readVersion } from "../../packaging/stage.ts";
import { ROOT } from "../../packaging/task.ts";
import { Failure } from "../../src/failure.ts";
import { saySkipped } from "../helpers/proc.ts";
import { type Payload, readPayload } from "./payload.ts";

const COMMIT = "0123456789".repeat(4);

/** Any executable file will do. */
const BASE = "/bin/true";

/** The payload of an executable for Linux; null, loudly: the bundler cannot be had. */
async function compiled(directory: string): Promise<Payload | null> {
  await using stage = await openStage(COMMIT);
  const before = Deno.env.get("DENORT_BIN");
  try {
    const main = await bundleInParts(stage);
    const path = `${directory}/chat`;
    Deno.env.set("DENORT_BIN", BASE);
    await compileExecutable({ main, target: "x86_64-unknown-linux-gnu", path });
    const payload = readPayload(await Deno.readFile(path));
    assert(!payload.text.includes(stage.directory), "it names the stage that it was made in");
    return payload;
  } catch (error) {
    if (!(error instanceof Failure) || !/esbuild/.test(error.message)) throw error;
    saySkipped("esbuild");
    return null;
  } finally {
    if (before === undefined) Deno.env.delete("DENORT_BIN");
    else Deno.env.set("DENORT_BIN", before);
  }
}

/** What a flag grants: everything (`[]`), or what it names. */
function granted(kind: string): string[] | null {
  const flag = GRANTS.find(({ flag }) => flag.startsWith(`--allow-${kind}`))?.flag;
  return flag === undefined ? null : flag.split("=")[1]?.split(",") ?? [];
}

Deno.test({
  name: "An executable is given exactly the permissions of the program, its modules, and no more",
  ignore: Deno.build.os !== "linux",
  async fn(t) {
    const directory = await Deno.makeTempDir({ prefix: "chat-payload-" });
    try {
      const payload = await compiled(directory);
      if (payload === null) return;
      const { metadata, files } = payload;
      await t.step("permissions, and nobody is asked for more", () => {
        const { permissions } = metadata;
        for (const kind of ["env", "net", "ffi", "read", "run", "sys", "write"]) {
          assertEquals(permissions[`allow_${kind}`], granted(kind), kind);
        }
        assertEquals(permissions.prompt, false);
        // Deno allows some hosts by itself.
        const hosts = IMPORT_HOSTS.split(",").toSorted();
        assertEquals(permissions.deny_import.toSorted(), hosts);
        const left = permissions.allow_import.filter((host: string) => !hosts.includes(host));
        assertEquals(left, []);
      });
      await t.step("no cache of code, no package, no settings of the machine that made it", () => {
        assertEquals(metadata.code_cache_key, null);
        assertEquals(metadata.entrypoint_key, "main.js");
        assertEquals(metadata.node_modules, null);
        assertEquals(metadata.workspace_resolver.import_map, null);
        assertEquals(metadata.workspace_resolver.package_jsons, {});
        assertEquals(metadata.argv, []);
        assertEquals(metadata.env_vars_from_env_file, {});
        assertEquals(metadata.unsafely_ignore_certificate_errors, null);
        assertEquals(metadata.app_name, "chat");
        const root = new URL(".", ROOT).pathname;
        assert(!payload.text.includes(root), `it names ${root}`);
      });
      await t.step("its modules alone pass every check of a release", async () => {
        for (const [name, bytes] of files) {
          assert(/^[\w-]+\.js$/.test(name), name);
          await Deno.writeFile(`${directory}/${name}`, bytes);
        }
        const lines: string[] = [];
        const subject = {
          file: `${directory}/main.js`,
          version: await readVersion(),
          commit: COMMIT,
        };
        assertEquals(await smoke(subject, (line) => lines.push(line)), [], lines.join("\n"));
      });
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});
