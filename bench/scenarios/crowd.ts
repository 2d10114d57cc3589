/**
 * 32 senders flood, 100 readers and the senders read.
 *
 * @module
 */

import { floodScenario } from "./flood.ts";
import type { Scenario } from "./scenario.ts";

/** 32 to 100. */
export const crowd: Scenario = floodScenario({
  name: "crowd",
  about: "32 senders flood 100 clients and each other",
  senders: 32,
  receivers: 100,
  linesEach: 1_600,
  fewerLinesEach: { ngircd: 200, naive: 60 },
});
