import { assertEquals, assertThrows } from "@std/assert";
import { withVersion } from "../../packaging/release_version.ts";
import { ROOT, TaskUsageError } from "../../packaging/task.ts";
import { Failure } from "../../src/failure.ts";
import { VERSION, VERSION_DATE } from "../../src/version.ts";

const read = (path: string) => Deno.readTextFileSync(new URL(path, ROOT));

/** The files of this repository, before a release. */
const FILES = {
  config: read("deno.json"),
  source: read("src/version.ts"),
  changelog: read("CHANGELOG.md").replace(/^## \d.*$/m, "## Unreleased"),
};

Deno.test("release-version changes the version and its date in their three places, and nothing else", () => {
  const { config, source, changelog } = withVersion(FILES, "7.8.9", "2031-02-03");
  assertEquals(JSON.parse(config).version, "7.8.9");
  assertEquals(config.replace("7.8.9", VERSION), FILES.config);
  assertEquals(source.replace("2031-02-03", VERSION_DATE), FILES.source);
  assertEquals(changelog.replace("## 7.8.9 - 2031-02-03", "## Unreleased"), FILES.changelog);
});

Deno.test("release-version refuses what is no version, no date, and a changelog that says nothing", () => {
  for (const version of ["v1.2.3", "1.2", "1.2.3+build", "01.2.3", ""]) {
    assertThrows(() => withVersion(FILES, version, "2031-02-03"), TaskUsageError, `"${version}"`);
  }
  for (const date of ["today", "2031-13-40", "3.2.2031"]) {
    assertThrows(() => withVersion(FILES, "1.2.3", date), TaskUsageError, `"${date}"`);
  }
  const released = { ...FILES, changelog: "# Changelog\n\n## 1.0.0\n\n- one\n" };
  assertThrows(() => withVersion(released, "1.2.3", "2031-02-03"), Failure, "Unreleased");
  const empty = { ...FILES, changelog: "# Changelog\n\n## Unreleased\n\n## 1.0.0\n" };
  assertThrows(() => withVersion(empty, "1.2.3", "2031-02-03"), Failure, "is empty");
});
