/**
 * Peers whose link goes away while they talk: no end of input and no reset ever comes from them.
 * They live in another network namespace, and whoever started them cuts the link.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { introduction, rest, stayers } from "../../nuisance.ts";

/** See the module. */
export const halfOpen: Attack = {
  name: "half-open",
  about: "half-open connections: peers whose link goes away",
  count: 100,
  testCount: 40,
  finite: false,
  behindLink: true,
  async run(run) {
    let lines = 0;
    const connections = await stayers(run, async (peer, number) => {
      const swallowed = peer.swallow();
      await peer.send(introduction(run, "far", number));
      while (!peer.closed && !run.signal.aborted) {
        await peer.send(number % 2 === 0 ? "hello\n" : '{"type":"say","text":"hello"}\n');
        lines++;
        await rest(1_000, run.signal);
      }
      peer.close();
      await swallowed;
    });
    return { connections, lines };
  },
};
