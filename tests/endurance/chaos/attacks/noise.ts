/**
 * Random bytes: as a first line and after coming in, with many of telnet's own bytes, newlines and
 * quotes among them, so that they get further than noise alone would.
 *
 * @module
 */

import type { Random } from "../../random.ts";
import type { Attack } from "../attack.ts";
import { forEach, introduction, Nuisance } from "../../nuisance.ts";

/** Bytes that mean something to somebody. */
const SPICES = new TextEncoder().encode('\n\r\0\x1b{}[]":,/*~\t\x7f 0e-\u0085\u202e');
const TELNET = [255, 255, 250, 240, 251, 253, 6];

/** See the module. */
export const noise: Attack = {
  name: "noise",
  about: "random bytes",
  count: 5_000,
  testCount: 300,
  finite: true,
  async run(run) {
    run.ready();
    let bytes = 0;
    const peers = await forEach(run, 20, async (number) => {
      const peer = await Nuisance.connect(run);
      if (peer === null) return;
      const swallowed = peer.swallow();
      if (run.random.chance(0.5)) await peer.send(introduction(run, "noise", number));
      const noise = randomBytes(run.random);
      await peer.send(noise);
      bytes += noise.length;
      peer.close();
      await swallowed;
    });
    return { peers, bytes };
  },
};

/** 1 to 16,384 of them. */
function randomBytes(random: Random): Uint8Array {
  const bytes = new Uint8Array(random.logUniform(1, 16_384));
  const spice = random.next() * 0.5;
  for (let i = 0; i < bytes.length; i++) {
    if (!random.chance(spice)) bytes[i] = random.below(256);
    else if (random.chance(0.2)) bytes[i] = TELNET[random.below(TELNET.length)]!;
    else bytes[i] = SPICES[random.below(SPICES.length)]!;
  }
  return bytes;
}
