/**
 * Whether the databases of servers with the same rooms hold the same.
 *
 * @module
 */

import { readEvents } from "../../helpers/database.ts";
import { roomNames } from "./crowd.ts";
import { isSame } from "./ledger.ts";

/**
 * Events in which two databases are not the same.
 *
 * @param rooms How many rooms the crowd has.
 */
export function differences([one, other]: readonly string[], rooms: number): number {
  let count = 0;
  for (const room of roomNames(rooms)) {
    const [some, others] = [readEvents(one!, room), readEvents(other!, room)];
    for (let i = 0; i < Math.max(some.length, others.length); i++) {
      const [a, b] = [some[i], others[i]];
      if (a === undefined || b === undefined || !isSame(a, b)) count++;
    }
  }
  return count;
}
