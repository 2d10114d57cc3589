/**
 * What can be said of the workflows without the service that runs them.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { executableName, TARGETS } from "../../packaging/targets.ts";
import { ROOT } from "../../packaging/task.ts";
import { allNeedsOf, allSteps, allWorkflows, readWorkflow } from "./workflow.ts";

const release = readWorkflow("release.yml");
const ci = readWorkflow("ci.yml");
const tasks = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT))).tasks;
const gate = Deno.readTextFileSync(new URL(".ci/run", ROOT));

Deno.test("Every action is pinned by commit, with its version behind it, and alike everywhere", () => {
  const pins = new Map<string, string>();
  for (const { file, text } of allWorkflows()) {
    for (const [line, used = ""] of text.matchAll(/^ *(?:- )?uses: *(.*)$/gm)) {
      if (used.startsWith("./")) {
        assert(Deno.statSync(new URL(used, ROOT)).isFile, `${file}: ${line}`);
        continue;
      }
      assertMatch(used, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, file);
      const [name = "", pin = ""] = used.split("@");
      assertEquals(pins.get(name) ?? pin, pin, `${file}: ${name}`);
      pins.set(name, pin);
    }
  }
  assert(pins.size >= 5);
});

Deno.test("Every job is bounded in time, and has no more rights than it says", () => {
  for (const { file, permissions, jobs } of allWorkflows()) {
    assert(permissions !== undefined, `${file} leaves rights to the settings`);
    assertEquals(Object.values(permissions).includes("write"), false, file);
    for (const [name, job] of Object.entries(jobs)) {
      const bounded = job.uses !== undefined || (job["timeout-minutes"] ?? Infinity) <= 20;
      assert(bounded, `${file}: ${name} may run for hours`);
    }
  }
});

Deno.test("Only the jobs that sign and publish may write, and they run nothing of the repository", () => {
  const writing = Object.entries(release.jobs).flatMap(([name, { permissions = {} }]) =>
    Object.entries(permissions).filter(([, right]) => right === "write")
      .map(([scope]) => `${name} ${scope}`)
  );
  assertEquals(writing, ["attest id-token", "attest attestations", "publish contents"]);
  for (const name of ["attest", "publish"]) {
    for (const { uses = "", run = "" } of release.jobs[name]?.steps ?? []) {
      assertEquals(/checkout|setup-deno/.test(uses), false, name);
      assertEquals(/\bdeno\b|\.sh\b/.test(run), false, name);
    }
  }
});

Deno.test("Checking out leaves no token behind", () => {
  for (const { where, step } of allSteps()) {
    if (!step.uses?.startsWith("actions/checkout@")) continue;
    assertEquals(String(step.with?.["persist-credentials"]), "false", where);
  }
});

Deno.test("No script has an expression in it, through which a name could become a command", () => {
  for (const { where, step } of allSteps()) {
    assertEquals(step.run?.includes("${{") ?? false, false, `${where}: ${step.run}`);
  }
});

Deno.test("Every task that a step runs exists", () => {
  for (const { where, step } of allSteps()) {
    for (const [, name = ""] of (step.run ?? "").matchAll(/\bdeno task ([\w-]+)/g)) {
      assert(tasks[name] !== undefined, `${where}: ${name}`);
    }
  }
});

Deno.test("Jobs wait for jobs that exist; nothing is published before the gate and every trial", () => {
  for (const workflow of allWorkflows()) {
    for (const name of Object.keys(workflow.jobs)) allNeedsOf(workflow, name);
  }
  assertEquals(
    allNeedsOf(release, "publish"),
    new Set(["notes", "gate", "executable", "bundle", "sums", "attest"]),
  );
  assertEquals(release.jobs["gate"]?.uses, "./.github/workflows/ci.yml");
  assert("workflow_call" in ci.on, "ci.yml can be called");
});

Deno.test("A workflow that is called does not wait for its caller", () => {
  const group = ({ text }: { text: string }) => /^ {2}group: (.*)$/m.exec(text)?.[1];
  const called = group(ci)?.replace("${{ github.workflow }}", "release");
  assert(called !== undefined && called !== group(release));
});

Deno.test("There is an executable for each target, tried under the name that compile gives it", () => {
  const variants = release.jobs["executable"]?.strategy?.matrix.include ?? [];
  assertEquals(variants.map(({ target }) => target).toSorted(), TARGETS.toSorted());
  const steps = release.jobs["executable"]?.steps ?? [];
  for (const target of TARGETS) {
    const { suffix = "" } = variants.find((variant) => variant["target"] === target) ?? {};
    const name = executableName("1.2.3", target);
    for (const task of ["smoke", "release-archive"]) {
      const run = steps.find((step) => step.run?.includes(`deno task ${task}`))?.run ?? "";
      const filled = run.replace("${GITHUB_REF_NAME#v}", "1.2.3").replaceAll("$SUFFIX", suffix)
        .replaceAll("$TARGET", target);
      assert(filled.includes(`"dist/${name}"`), `${task}: ${filled}`);
    }
  }
});

Deno.test("The workflow's gate is the repository's: the same steps, tools and Deno", () => {
  const runs = (ci.jobs["test"]?.steps ?? []).map(({ run }) => run ?? "");
  for (const step of ["fmt --check", "lint", "task check", "task doc-lint", "task test"]) {
    assert(runs.includes(`deno ${step}`), `the workflow lacks deno ${step}`);
    assert(gate.includes(`"\${deno[@]}" ${step}`), `.ci/run lacks deno ${step}`);
  }
  const installed = runs.find((run) => run.includes("apt-get install")) ?? "";
  for (const [, tool = ""] of gate.matchAll(/packages\+=\(([\w.-]+)\)/g)) {
    assert(installed.split(/\s+/).includes(tool) || tool === "chromium", `it lacks ${tool}`);
  }
  const version = /deno@([\d.]+)/.exec(gate)?.[1];
  for (const { where, step } of allSteps()) {
    if (!step.uses?.startsWith("denoland/setup-deno@")) continue;
    assertEquals(step.with?.["deno-version"], `v${version}`, where);
  }
});
