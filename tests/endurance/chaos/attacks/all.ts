/**
 * Every attack, in the order of the reports.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { debts, lists, sameName, sameSession } from "./at_once.ts";
import { clockJumps } from "./clock_jumps.ts";
import { deaf } from "./deaf.ts";
import { endless } from "./endless.ts";
import { flood } from "./flood.ts";
import { guesses } from "./guesses.ts";
import { halfOpen } from "./half_open.ts";
import { httpHeads } from "./http_heads.ts";
import { joinStorm } from "./join_storm.ts";
import { lookups } from "./lookups.ts";
import { marksAtDoor, marksInLines } from "./marks.ts";
import { marksKept, marksSaid } from "./marks_said.ts";
import { noLines, oneByte } from "./no_lines.ts";
import { noise } from "./noise.ts";
import { passwords } from "./passwords.ts";
import { resets } from "./resets.ts";
import { rejoinFlood, renameFlood, resumeFlood } from "./resumes.ts";
import { roomKeys } from "./room_keys.ts";
import { roomStorm } from "./rooms.ts";
import { silent, silentWeb } from "./silent.ts";
import { slow } from "./slow.ts";
import { stuck } from "./stuck.ts";
import { telnetDeaf, telnetReading } from "./telnet.ts";
import { tlsCuts } from "./tls_cuts.ts";
import { continuations, fragments, junk, pings, pongs } from "./websockets.ts";

/** See the module. */
export const ATTACKS: readonly Attack[] = [
  resets,
  deaf,
  slow,
  flood,
  endless,
  noise,
  telnetDeaf,
  telnetReading,
  marksInLines,
  marksSaid,
  marksKept,
  continuations,
  pings,
  pongs,
  fragments,
  junk,
  noLines,
  oneByte,
  resumeFlood,
  renameFlood,
  rejoinFlood,
  joinStorm,
  roomStorm,
  roomKeys,
  sameName,
  sameSession,
  lists,
  debts,
  httpHeads,
  lookups,
  silent,
  silentWeb,
  stuck,
  marksAtDoor,
  passwords,
  guesses,
  tlsCuts,
  halfOpen,
  clockJumps,
];
