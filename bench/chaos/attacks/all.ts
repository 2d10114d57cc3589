/**
 * Every attack, in the order of the reports.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { clockJumps } from "./clock_jumps.ts";
import { deaf } from "./deaf.ts";
import { endless } from "./endless.ts";
import { flood } from "./flood.ts";
import { halfOpen } from "./half_open.ts";
import { noise } from "./noise.ts";
import { passwords } from "./passwords.ts";
import { resets } from "./resets.ts";
import { slow } from "./slow.ts";
import { tlsCuts } from "./tls_cuts.ts";

/** See the module. */
export const ATTACKS: readonly Attack[] = [
  resets,
  deaf,
  slow,
  flood,
  endless,
  noise,
  passwords,
  tlsCuts,
  halfOpen,
  clockJumps,
];
