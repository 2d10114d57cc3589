/**
 * Peers that talk as fast as their connections take it.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { introduction, stayers } from "../../nuisance.ts";

const WORDS = ["la la la la la\n", '{"type":"say","text":"la la la la la"}\n'];

/** See the module. */
export const flood: Attack = {
  name: "flood",
  about: "peers that flood",
  count: 50,
  testCount: 50,
  finite: false,
  async run(run) {
    let bytes = 0;
    const connections = await stayers(run, async (peer, number) => {
      const swallowed = peer.swallow();
      await peer.send(introduction(run, "flood", number));
      const words = new TextEncoder().encode(WORDS[number % 2]!.repeat(200));
      while (!peer.closed && !run.signal.aborted) {
        await peer.send(words);
        bytes += words.length;
      }
      peer.close();
      await swallowed;
    });
    return { connections, bytes };
  },
};
