/**
 * As much of the service as a release needs: runs the scripts of a job in a copy of the repository,
 * and passes artifacts on. Every other action is a step that does nothing.
 *
 * @module
 */

import { ROOT } from "../../packaging/task.ts";
import { pathOf } from "../../packaging/whole_file.ts";
import { run } from "../helpers/program.ts";
import type { Job, Step } from "./workflow.ts";

/** What is not copied: the repository's own data, and what is made from it. */
const LEFT_OUT = new Set([".git", "node_modules", "dist", "coverage", "bench"]);

async function shell(script: string, cwd: string, env: Readonly<Record<string, string>>) {
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    // As the service starts it.
    args: ["--noprofile", "--norc", "-eo", "pipefail", "-c", script],
    cwd,
    env,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  const output = decoder.decode(stdout) + decoder.decode(stderr);
  if (code !== 0) throw new Error(`A step failed with ${code}:\n${script}\n${output}`);
  return output;
}

/** See the module. */
export class Runner implements AsyncDisposable {
  /** What was asked of `gh`, one line a call. */
  readonly calls: string;
  readonly #directory: string;
  readonly #env: Record<string, string>;
  #jobs = 0;

  private constructor(directory: string, env: Readonly<Record<string, string>>) {
    this.#directory = directory;
    this.calls = `${directory}/calls`;
    this.#env = { ...env, PATH: `${directory}/bin:${Deno.env.get("PATH") ?? ""}` };
  }

  /**
   * Copies the repository and commits it, so that builds have a commit.
   *
   * @param env More of the environment of each step.
   * @param prepare Changes the copy before it is committed; default: nothing is changed.
   */
  static async open(
    env: Readonly<Record<string, string>>,
    prepare: (repository: string) => Promise<void> = async () => {},
  ): Promise<Runner> {
    const directory = await Deno.makeTempDir({ prefix: "chat-runner-" });
    const runner = new Runner(directory, env);
    await Deno.mkdir(`${directory}/bin`);
    await Deno.mkdir(`${directory}/artifacts`);
    await Deno.symlink(Deno.execPath(), `${directory}/bin/deno`);
    await Deno.writeTextFile(
      `${directory}/bin/gh`,
      `#!/bin/sh\nprintf '%s\\n' "$*" >> '${runner.calls}'\n`,
      { mode: 0o755 },
    );
    await Deno.mkdir(runner.repository);
    for await (const { name } of Deno.readDir(ROOT)) {
      if (LEFT_OUT.has(name)) continue;
      await run(["cp", "-R", pathOf(new URL(name, ROOT)), runner.repository]);
    }
    await prepare(runner.repository);
    await shell(
      "git init -q && git add -A && git commit -qm All",
      runner.repository,
      {
        GIT_CONFIG_GLOBAL: "/dev/null",
        ...{ GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@example.org" },
        ...{ GIT_COMMITTER_NAME: "Ada", GIT_COMMITTER_EMAIL: "ada@example.org" },
      },
    );
    const commit = await shell("git rev-parse HEAD", runner.repository, {});
    runner.#env["GITHUB_SHA"] = commit.trim();
    return runner;
  }

  /** The copy of the repository. */
  get repository(): string {
    return `${this.#directory}/repository`;
  }

  /** The directory of an artifact. */
  artifact(name: string): string {
    return `${this.#directory}/artifacts/${name}`;
  }

  /**
   * Does the steps of a job, one after the other.
   *
   * @param job From the workflow.
   * @param options `matrix`: the values of its variant; `skip`: steps whose script matches are left
   *   out.
   * @throws {Error} When a step fails, with what it said.
   */
  async do(
    job: Job,
    options: { readonly matrix?: Readonly<Record<string, string>>; readonly skip?: RegExp } = {},
  ): Promise<void> {
    const { matrix = {}, skip = /$^/ } = options;
    const steps = job.steps ?? [];
    const fill = (text: string) =>
      text.replace(/\$\{\{ matrix\.(\w+) \}\}/g, (_, name) => matrix[name] ?? "")
        .replace("${{ github.token }}", "a token");
    // Without a checkout, a job begins in an empty directory.
    const hasSource = steps.some(({ uses }) => uses?.startsWith("actions/checkout@"));
    const cwd = hasSource ? this.repository : `${this.#directory}/job-${this.#jobs++}`;
    await Deno.mkdir(cwd, { recursive: true });
    for (const step of steps) {
      if (step.run === undefined) await this.#act(step, cwd, fill);
      else if (!skip.test(step.run) && !/git config --global/.test(step.run)) {
        const own = Object.entries({ ...job.env, ...step.env }).map((
          [name, value],
        ) => [name, fill(value)]);
        await shell(step.run, `${cwd}/${step["working-directory"] ?? "."}`, {
          ...this.#env,
          ...Object.fromEntries(own),
        });
      }
    }
  }

  /** Removes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#directory, { recursive: true });
  }

  async #act(step: Step, cwd: string, fill: (text: string) => string): Promise<void> {
    const given = step.with ?? {};
    const path = `${cwd}/${given["path"] ?? "."}`;
    if (step.uses?.startsWith("actions/upload-artifact@")) {
      const to = this.artifact(fill(given["name"] ?? ""));
      await Deno.mkdir(to);
      const isDirectory = (await Deno.stat(path)).isDirectory;
      await run(["cp", "-R", isDirectory ? `${path}.` : path, to]);
    } else if (step.uses?.startsWith("actions/download-artifact@")) {
      await Deno.mkdir(path, { recursive: true });
      const wanted = given["name"] ?? given["pattern"] ?? "";
      for await (const { name } of Deno.readDir(`${this.#directory}/artifacts`)) {
        const matches = wanted.endsWith("*")
          ? name.startsWith(wanted.slice(0, -1))
          : name === wanted;
        if (matches) await run(["cp", "-R", `${this.artifact(name)}/.`, path]);
      }
    }
  }
}
