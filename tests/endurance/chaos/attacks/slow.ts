/**
 * Peers that send one byte a second and never end a line, before they have come in or after.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { introduction, rest, stayers } from "../../nuisance.ts";

/** See the module. */
export const slow: Attack = {
  name: "slow",
  about: "peers that send one byte a second and never a newline",
  count: 200,
  testCount: 200,
  finite: false,
  async run(run) {
    let bytes = 0;
    const connections = await stayers(run, async (peer, number) => {
      const swallowed = peer.swallow();
      if (number % 4 < 2) await peer.send(introduction(run, "slow", number));
      while (!peer.closed && !run.signal.aborted) {
        await peer.send("x");
        bytes++;
        await rest(1_000, run.signal);
      }
      peer.close();
      await swallowed;
    });
    return { connections, bytes };
  },
};
