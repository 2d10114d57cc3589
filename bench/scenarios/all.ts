/**
 * Every scenario, in the order in which they run.
 *
 * @module
 */

import { bigroom } from "./bigroom.ts";
import { busy } from "./busy.ts";
import { database } from "./database.ts";
import { crowd, everyone, fanout, irc } from "./flood.ts";
import { idle, quiet } from "./idle.ts";
import { lineCost } from "./line_cost.ts";
import { nats } from "./nats.ts";
import { paced, paced1000 } from "./paced.ts";
import { paging } from "./paging.ts";
import { quietRooms, rooms } from "./rooms.ts";
import type { Scenario } from "./scenario.ts";
import { scale } from "./scale.ts";
import { search } from "./search.ts";
import { stalled } from "./stalled.ts";
import { startup } from "./startup.ts";
import { storm } from "./storm.ts";

/** The scenarios. */
export const SCENARIOS: readonly Scenario[] = [
  fanout,
  crowd,
  everyone,
  irc,
  lineCost,
  stalled,
  idle,
  database,
  bigroom,
  search,
  paging,
  paced,
  paced1000,
  busy,
  storm,
  quiet,
  rooms,
  quietRooms,
  scale,
  nats,
  startup,
];
