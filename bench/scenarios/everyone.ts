/**
 * Everybody talks and everybody listens.
 *
 * @module
 */

import { floodScenario } from "./flood.ts";
import type { Scenario } from "./scenario.ts";

/** 100 to each other. */
export const everyone: Scenario = floodScenario({
  name: "everyone",
  about: "100 clients, all of which send and read, flood each other",
  senders: 100,
  receivers: 0,
  linesEach: 600,
  fewerLinesEach: { ngircd: 60, naive: 20 },
});
