/**
 * Every scenario, in the order in which they run.
 *
 * @module
 */

import { bigroom } from "./bigroom.ts";
import { browsers } from "./browsers.ts";
import { ceiling } from "./ceiling.ts";
import { crowd } from "./crowd.ts";
import { database } from "./database.ts";
import { everyone } from "./everyone.ts";
import { fanout } from "./fanout.ts";
import { idle } from "./idle.ts";
import { paced, paced1000 } from "./paced.ts";
import { quiet } from "./quiet.ts";
import type { Scenario } from "./scenario.ts";
import { search } from "./search.ts";
import { stalled } from "./stalled.ts";
import { stalledMemory } from "./stalled_memory.ts";
import { startup } from "./startup.ts";
import { storm } from "./storm.ts";

/** The scenarios. */
export const SCENARIOS: readonly Scenario[] = [
  fanout,
  crowd,
  everyone,
  ceiling,
  stalled,
  stalledMemory,
  idle,
  database,
  bigroom,
  search,
  browsers,
  paced,
  paced1000,
  storm,
  quiet,
  startup,
];
