/**
 * Lines of 100 MB: before coming in and after, in both dialects.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { forEach, introduction, Nuisance } from "../../nuisance.ts";

const LINE_BYTES = 100_000_000;
const CHUNK = new Uint8Array(256 * 1024).fill(0x78);

/** See the module. */
export const endless: Attack = {
  name: "endless",
  about: "lines of 100 MB",
  count: 16,
  testCount: 2,
  finite: true,
  async run(run) {
    run.ready();
    let bytes = 0;
    const lines = await forEach(run, 4, async (number) => {
      const peer = await Nuisance.connect(run);
      if (peer === null) return;
      const swallowed = peer.swallow();
      if (number % 4 < 2) await peer.send(introduction(run, "endless", number));
      if (number % 2 === 1) await peer.send('{"type":"say","text":"');
      for (let sent = 0; sent < LINE_BYTES && !peer.closed; sent += CHUNK.length) {
        await peer.send(CHUNK);
        bytes += CHUNK.length;
      }
      await peer.send("\n");
      peer.close();
      await swallowed;
    });
    return { lines, bytes };
  },
};
