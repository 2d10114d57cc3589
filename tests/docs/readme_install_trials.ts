/**
 * How the commands about installing, in README.md and docs/install.md, are tried.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { VERSION } from "../../src/version.ts";
import { needs } from "../helpers/proc.ts";
import { INSTALL_SH, ReleaseFolder, serveFolder, TARGET } from "../packaging/stand_in.ts";
import { IN_ROOT, type Place, type Trials, tryServing } from "./readme_trials.ts";

const curl = await needs("curl", "tar", "gzip");
const sha256sum = await needs("sha256sum", "tar", "gzip");

/** Runs a block as somebody whose home is the directory of the workshop; returns what it says. */
async function runAtHome(script: string, { workshop }: Place): Promise<string> {
  const home =
    `export HOME='${workshop.directory}' XDG_DATA_HOME= XDG_CONFIG_HOME= CHAT_INSTALL= CHAT_RELEASES=\n`;
  const { code, stdout, stderr } = await workshop.start(`${home}set -e\n${script}`).outcome();
  assertEquals(code, 0, stderr);
  return stdout;
}

/** Makes `dist/chat.js` in the directory of the workshop. */
async function bundle({ workshop }: Place): Promise<void> {
  const line = `deno task bundle '${workshop.directory}/dist/chat.js'`;
  assertEquals((await workshop.start(line, IN_ROOT).outcome()).code, 0);
}

/** See the module. */
export const INSTALL_TRIALS: Trials = [
  [/^curl \S+ https:\S+ \| sh\n$/, async (place) => {
    if (!curl) return;
    const site = `${place.workshop.directory}/site`;
    const latest = await ReleaseFolder.make(`${site}/releases/latest/download`, "9.8.7");
    await latest.copyTo(`${site}/releases/download/v9.8.7`);
    await using server = serveFolder(site);
    // As release.yml does it (rehearsal_test.ts).
    const installer = (await Deno.readTextFile(INSTALL_SH))
      .replace(/^RELEASES=''$/m, `RELEASES='${server.url}/releases'`);
    await Deno.writeTextFile(`${site}/releases/latest/download/install.sh`, installer);
    const script = place.script.replace(/https:\S+(?=\/releases)/, server.url);
    assertStringIncludes(await runAtHome(script, place), "Installed chat 9.8.7: ");
    const removed = await runAtHome(script.replace(/sh$/m, "sh -s -- --uninstall"), place);
    assertStringIncludes(removed, `Removed ${place.workshop.directory}/.local/bin/chat\n`);
  }],
  [/^sha256sum --check /, async (place) => {
    if (!sha256sum) return;
    const { directory } = place.workshop;
    const folder = await ReleaseFolder.make(directory, "9.8.7");
    const script = place.script.replaceAll("x86_64-unknown-linux-gnu", TARGET);
    const said = await runAtHome(`${script}~/.local/bin/chat --version`, place);
    assertEquals(said, `chat-9.8.7-${TARGET}.tar.gz: OK\nchat 9.8.7\n`);
    await folder.spoil();
    const spoilt = await place.workshop.start(`set -e\n${script}`).outcome();
    assertEquals(spoilt.code, 1);
  }],
  [/^deno task bundle\n$/, async ({ script, workshop }) => {
    const file = `${workshop.directory}/dist/chat.js`;
    const line = script.replace("\n", ` '${file}'\n`);
    assertEquals((await workshop.start(line, IN_ROOT).outcome()).code, 0);
    const { stdout } = await workshop.start("deno run ./dist/chat.js --version").outcome();
    assertEquals(stdout, `chat ${VERSION}\n`);
  }],
  [/^deno install --global --name chat /, async (place) => {
    const { directory } = place.workshop;
    await bundle(place);
    await runAtHome(`export DENO_INSTALL_ROOT='${directory}/deno'\n${place.script}`, place);
    await tryServing({ ...place, script: `PATH='${directory}/deno/bin':$PATH; chat serve\n` });
  }],
  [/^deno run \\\n.*chat\.js serve\n$/s, async (place) => {
    await bundle(place);
    await tryServing(place);
  }],
];
