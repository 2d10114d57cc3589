/**
 * Checks: a name, something that throws when it is not so, and a bound on its time.
 *
 * @module
 */

import { within } from "../../tests/helpers/wait.ts";
import { Bench } from "./bench.ts";

/** What a check may know beside its bench. */
export interface Subject {
  /** The artefact's path. */
  readonly file: string;
  /** The version that it must say. */
  readonly version: string;
  /** The commit that it must say; empty where any will do. */
  readonly commit: string;
}

/** One thing that must be true of an artefact. */
export interface Check {
  /** In a few words, for its line. */
  readonly name: string;
  /**
   * Looks.
   *
   * @returns What is worth telling, or nothing.
   * @throws When it is not so; the message says what was found.
   */
  readonly look: (bench: Bench, subject: Subject) => Promise<string | void>;
}

/** How one check ended. */
export interface Verdict {
  /** It is so. */
  readonly ok: boolean;
  /** One line for people. */
  readonly line: string;
}

/** No check needs a tenth of this; a machine may be slow, but it may not hang. */
const CHECK_MS = 60_000;

/** All on one line, since each check has one. */
function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, " ").slice(0, 600);
}

/** Runs one check on a bench of its own, for a minute at most. */
export async function verdictOf({ name, look }: Check, subject: Subject): Promise<Verdict> {
  const startedMs = performance.now();
  try {
    await using bench = new Bench(subject.file);
    const told = await within(look(bench, subject), `the check "${name}"`, CHECK_MS);
    const ms = Math.round(performance.now() - startedMs);
    const detail = told === undefined ? "" : `: ${told}`;
    return { ok: true, line: `ok      ${name}${detail} (${ms} ms)` };
  } catch (error) {
    return { ok: false, line: `FAILED  ${name}: ${oneLine((error as Error).message)}` };
  }
}

/** Demands something. */
export function demand(so: boolean, otherwise: string): asserts so {
  if (!so) throw new Error(otherwise);
}
