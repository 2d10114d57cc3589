/**
 * No command of a document stands there untried: for each section with commands, the test that runs
 * them is named here, and a new section without one fails.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { SCENARIOS } from "../../bench/scenarios/all.ts";
import { blocksOf, readDocument, ROOT } from "./fenced.ts";

/** For every section of a document that is named in no other way. */
const ALL = "*";

const SQLITE = "tests/store/sqlite/operations_test.ts";
const SYSTEMD = "tests/packaging/systemd_test.ts";
const TLS = "tests/docs/operations_tls_test.ts";

/** Who runs the shell blocks: by document, then by heading. */
const RUN_BY: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "README.md": { [ALL]: "tests/docs/readme_test.ts" },
  "docs/install.md": {
    "For all users": SYSTEMD,
    "Without internet": SYSTEMD,
    "By hand": "tests/docs/readme_test.ts",
    "With Deno or Node": "tests/docs/readme_test.ts",
  },
  "docs/cluster.md": { "Start": "tests/docs/cluster_test.ts" },
  "docs/operations.md": {
    "Running as a systemd service": SYSTEMD,
    "A password and TLS": SYSTEMD,
    "Socket activation": SYSTEMD,
    "Upgrade, backup, removal": SYSTEMD,
    "Ready queries": SQLITE,
    "Export over the network": "tests/docs/operations_test.ts",
    "Behind a proxy": "tests/docs/operations_test.ts",
    "A class behind one address": "tests/docs/operations_test.ts",
    "Backup": SQLITE,
    "Keeping less": SQLITE,
    "When something goes wrong": SQLITE,
    "TLS on a lab network": TLS,
    "With a certificate of your own": TLS,
  },
  "docs/performance.md": { [ALL]: "tests/docs/performance_test.ts" },
  "docs/scripting.md": { [ALL]: "tests/docs/scripting_test.ts" },
  "docs/survivors.md": { [ALL]: "tests/docs/survivors_test.ts" },
  "docs/terminal.md": { [ALL]: "tests/docs/terminal_test.ts" },
};

function documents(): string[] {
  const names = [...Deno.readDirSync(new URL("docs/", ROOT))].map(({ name }) => name);
  return [
    "README.md",
    "CONTRIBUTING.md",
    ...names.filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`),
  ];
}

Deno.test("Every section with commands has a test that runs them", () => {
  const untried: string[] = [];
  for (const document of documents()) {
    const known = RUN_BY[document] ?? {};
    for (const { heading, language, text } of blocksOf(readDocument(document))) {
      // What is a conversation, a screen, a list or a setting says so; a block that says nothing
      // hides.
      assert(language !== "", `${document}, ${heading}: a block without a language: ${text}`);
      if (["text", "ini", "ts"].includes(language)) continue;
      if (known[heading] === undefined && known[ALL] === undefined) {
        untried.push(`${document}, ${heading}: ${text}`);
      }
    }
  }
  assertEquals(untried, []);
});

Deno.test("Each test that is named for a document reads it", () => {
  for (const [document, tests] of Object.entries(RUN_BY)) {
    for (const path of Object.values(tests)) {
      assertStringIncludes(readDocument(path), document, `${path} does not read ${document}`);
    }
    const headings = blocksOf(readDocument(document)).map(({ heading }) => heading);
    for (const heading of Object.keys(tests)) {
      assert(heading === ALL || headings.includes(heading), `${document} has no ${heading}`);
    }
  }
});

Deno.test("Every task of deno.json that a document names exists", () => {
  const { tasks } = JSON.parse(readDocument("deno.json")) as {
    readonly tasks: Readonly<Record<string, unknown>>;
  };
  for (const document of documents()) {
    for (const [, task] of readDocument(document).matchAll(/deno(?:@[\d.]+)? task (\w[\w:-]*)/g)) {
      assert(tasks[task ?? ""] !== undefined, `${document} names the task ${task}`);
    }
  }
});

Deno.test("Every scenario of the bench that a document names exists", () => {
  const known = SCENARIOS.map(({ name }) => name);
  for (const document of documents()) {
    for (const [, scenario] of readDocument(document).matchAll(/deno task bench ([a-z][\w-]*)/g)) {
      assert(known.includes(scenario ?? ""), `${document} names the scenario ${scenario}`);
    }
  }
});
