/**
 * One sender floods, 100 readers read.
 *
 * @module
 */

import { floodScenario } from "./flood.ts";
import type { Scenario } from "./scenario.ts";

/** One to 100. */
export const fanout: Scenario = floodScenario({
  name: "fanout",
  about: "one sender floods 100 clients",
  senders: 1,
  receivers: 100,
  linesEach: 50_000,
  fewerLinesEach: { ngircd: 5_000, naive: 2_000 },
});
