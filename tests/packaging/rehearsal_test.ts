/**
 * A release from the tag to the publishing, with the scripts that stand in the workflow. Only the
 * service, its signature and the runtime base are stood in for: what is called an executable here
 * is this system's `true` with our modules in it, and is not tried.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { archiveName, type Target } from "../../packaging/targets.ts";
import { needs } from "../helpers/proc.ts";
import { run } from "../helpers/program.ts";
import { Runner } from "./runner.ts";
import { type Job, readWorkflow } from "./workflow.ts";

const TARGET = Deno.build.target as Target;
const BASE = "/bin/true";
const VERSION = "7.8.9";

const { jobs } = readWorkflow("release.yml");

function job(name: string): Job {
  const found = jobs[name];
  if (found === undefined) throw new Error(`release.yml has no job ${name}`);
  return found;
}

/** Makes the copy a version of its own, by the task with which somebody does who releases. */
async function prepare(repository: string): Promise<void> {
  const { code, stderr } = await run([
    ...[Deno.execPath(), "run", "--no-prompt", "--allow-read", "--allow-write"],
    ...[`${repository}/packaging/release_version.ts`, VERSION],
  ]);
  assertEquals(code, 0, stderr);
}

const ignore = !await needs("linux", "git", "bash");

Deno.test("The workflow's own scripts make a release from a tag", { ignore }, async () => {
  const tag = `v${VERSION}`;
  await using runner = await Runner.open({
    GITHUB_REF_NAME: tag,
    GITHUB_REPOSITORY: "ada/chat",
    GITHUB_SERVER_URL: "https://example.org",
    DENORT_BIN: BASE,
  }, prepare);
  await runner.do(job("notes"));
  assertMatch(await Deno.readTextFile(`${runner.artifact("notes")}/notes.md`), /^### Added/);

  // What is called an executable does not run as one; payload_test.ts tries what is in it.
  const skip = /deno task (smoke|test-exe|probe-reading)|deno install/;
  await runner.do(job("executable"), { matrix: { target: TARGET }, skip });
  await runner.do(job("bundle"), { skip: /deno install/ });
  await runner.do(job("sums"));
  await runner.do(job("attest"));
  await runner.do(job("publish"));

  const archive = archiveName(VERSION, TARGET);
  const sbom = `chat-${VERSION}.cdx.json`;
  const release = runner.artifact("release");
  const names = await Array.fromAsync(Deno.readDir(release), ({ name }) => name);
  assertEquals(names.toSorted(), [archive, sbom, "SHA256SUMS", "chat.js", "install.sh"].toSorted());
  assertStringIncludes(
    await Deno.readTextFile(`${release}/install.sh`),
    "\nRELEASES='https://example.org/ada/chat/releases'\n",
  );
  const { stdout } = await run(["tar", "-tzf", `${release}/${archive}`]);
  for (const name of ["chat", "man/chat.1", "completions/_chat", "LICENSE"]) {
    assert(stdout.includes(`/${name}\n`), stdout);
  }
  assertMatch(
    (await Deno.readTextFile(runner.calls)).trim(),
    new RegExp(
      `^release create ${tag} --repo ada/chat --verify-tag --title chat ${VERSION} ` +
        `--notes-file notes/notes.md release/SHA256SUMS release/${archive} .*install\\.sh$`,
    ),
  );
});

Deno.test("A tag that is not the version ends a release in its first job", { ignore }, async () => {
  await using runner = await Runner.open({ GITHUB_REF_NAME: "v0.0.1" });
  await assertRejects(() => runner.do(job("notes")), Error, 'The tag is "v0.0.1"');
});
