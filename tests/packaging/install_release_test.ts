/**
 * `install.sh` with what the tasks of a release make: the names in the archive, the sums, and a
 * program that runs.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { writeArchive } from "../../packaging/archive.ts";
import { writeSums } from "../../packaging/checksums.ts";
import { writeExtras } from "../../packaging/extras.ts";
import { TARGETS } from "../../packaging/targets.ts";
import { VERSION } from "../../src/version.ts";
import { Program, run } from "../helpers/program.ts";
import { needs } from "../helpers/proc.ts";
import { INSTALL_SH, PLACES, TARGET, Visitor } from "./stand_in.ts";

const target = TARGETS.find((one) => one === TARGET);

Deno.test({
  name: "install.sh installs what the tasks of a release make, and it runs",
  ignore: target === undefined || !await needs("unix", "tar", "gzip", "mktemp"),
  async fn() {
    await using visitor = await Visitor.come();
    const { directory } = visitor;
    // The bundle stands in for the executable, which cannot be made everywhere: it needs a deno.
    const bin = await visitor.toolsBut({ deno: `exec '${Deno.execPath()}' "$@"` });
    const env = { PATH: `${bin}:${Deno.env.get("PATH")}`, DENO_DIR: `${directory}/deno` };
    await run([Deno.execPath(), "task", "bundle", `${directory}/chat`]);
    await writeExtras(`${directory}/extras`);
    const release = `${directory}/release`;
    await writeArchive(
      target!,
      { executable: `${directory}/chat`, extras: `${directory}/extras` },
      release,
    );
    await Deno.copyFile(INSTALL_SH, `${release}/install.sh`);
    await writeSums(release);

    const script = `${release}/install.sh`;
    const { code, stdout, stderr } = await visitor.run([], { from: release, script, env });
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, new RegExp(`^Installed chat ${VERSION}: `));
    const files = await visitor.files();
    assertEquals(Object.keys(files), PLACES);
    assertEquals(
      files[".local/share/man/man1/chat.1"],
      await Deno.readTextFile(`${directory}/extras/chat.1`),
    );
    await using installed = new Program([visitor.program, "--version"], { stdin: false, env });
    assertEquals((await installed.outcome()).stdout, `chat ${VERSION}\n`);
  },
});
