/**
 * The workflows, read as the service reads them.
 *
 * @module
 */

import { parse } from "@std/yaml/parse";
import { ROOT } from "../../packaging/task.ts";

/** One step of a job. */
export interface Step {
  /** What it is called. */
  readonly name?: string;
  /** An action, `owner/repository@commit`. */
  readonly uses?: string;
  /** Or a script. */
  readonly run?: string;
  /** What the action is given. */
  readonly with?: Readonly<Record<string, string>>;
  /** What the script is given. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where the script runs. */
  readonly "working-directory"?: string;
}

/** One job. */
export interface Job {
  /** Jobs that must have succeeded. */
  readonly needs?: string | readonly string[];
  /** What its token may do. */
  readonly permissions?: Readonly<Record<string, string>>;
  /** Another workflow instead of steps. */
  readonly uses?: string;
  /** When it is stopped. */
  readonly "timeout-minutes"?: number;
  /** What its steps are given. */
  readonly env?: Readonly<Record<string, string>>;
  /** Its variants. */
  readonly strategy?: {
    readonly matrix: { readonly include?: readonly Readonly<Record<string, string>>[] };
  };
  /** What it does. */
  readonly steps?: readonly Step[];
}

/** One workflow. */
export interface Workflow {
  /** Its file name. */
  readonly file: string;
  /** As it stands there. */
  readonly text: string;
  /** When it runs. */
  readonly on: Readonly<Record<string, unknown>>;
  /** What jobs may that say nothing themselves. */
  readonly permissions?: Readonly<Record<string, string>>;
  /** By name. */
  readonly jobs: Readonly<Record<string, Job>>;
}

const DIRECTORY = new URL(".github/workflows/", ROOT);

/** Reads one. */
export function readWorkflow(file: string): Workflow {
  const text = Deno.readTextFileSync(new URL(file, DIRECTORY));
  return { ...(parse(text) as Omit<Workflow, "file" | "text">), file, text };
}

/** Reads all, by name. */
export function allWorkflows(): Workflow[] {
  return [...Deno.readDirSync(DIRECTORY)].map(({ name }) => name).toSorted().map(readWorkflow);
}

/** The names of the jobs that a job waits for itself. */
export function needsOf({ needs = [] }: Job): readonly string[] {
  return typeof needs === "string" ? [needs] : needs;
}

/** All that a job waits for, over any number of others; throws on a circle or an unknown name. */
export function allNeedsOf(workflow: Workflow, name: string, path: string[] = []): Set<string> {
  const job = workflow.jobs[name];
  if (job === undefined) throw new Error(`${workflow.file}: ${path.at(-1)} needs no job ${name}`);
  if (path.includes(name)) throw new Error(`${workflow.file}: a circle, ${path.join(", ")}`);
  const found = new Set<string>();
  for (const need of needsOf(job)) {
    found.add(need);
    for (const further of allNeedsOf(workflow, need, [...path, name])) found.add(further);
  }
  return found;
}

/** All steps, with the names of their workflow and job. */
export function allSteps(): { readonly where: string; readonly step: Step }[] {
  return allWorkflows().flatMap(({ file, jobs }) =>
    Object.entries(jobs).flatMap(([name, { steps = [] }]) =>
      steps.map((step) => ({ where: `${file}: ${name}`, step }))
    )
  );
}
