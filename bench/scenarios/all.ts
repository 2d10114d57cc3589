/**
 * Every scenario, in the order in which they run.
 *
 * @module
 */

import { fanout } from "./fanout.ts";
import { idle } from "./idle.ts";
import type { Scenario } from "./scenario.ts";
import { stalled } from "./stalled.ts";

/** The scenarios. */
export const SCENARIOS: readonly Scenario[] = [fanout, stalled, idle];
