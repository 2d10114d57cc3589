/**
 * Lines of a flood that nobody sends: for a source that has them ready, so that the ceiling of the
 * readers can be measured.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { FloodPlan } from "./flood_plan.ts";
import { COUNTER_DIGITS, FILLER } from "./pattern.ts";
import { jsonLine, SOME_AT, SOME_SEQ, type Wire, type WireName, wireOf, WIRES } from "./wire.ts";

/**
 * A wire as the source speaks it: it passes on what is said as it is, to everybody, and so what is
 * said is what must be heard.
 */
export function sourceWire(name: WireName): Wire {
  const wire = WIRES[name];
  return wireOf({ ...wire, hello: () => "hello\n", echoes: true, say: wire.heard });
}

/**
 * All lines of the first sender of a plan, as a peer would deliver them. Their numbers, if there
 * are any, follow the one that everything said on a {@linkcode sourceWire} has.
 */
export function sourceLines(plan: FloodPlan): Uint8Array<ArrayBuffer> {
  if (plan.wire.peerDecides === "nothing") return new Uint8Array(plan.deliveredBy(0));
  const [from = ""] = plan.senders;
  const lines = Array.from({ length: plan.linesEach }, (_, line) => {
    const counter = String(plan.counterOf(0, line)).padStart(COUNTER_DIGITS, "0");
    return jsonLine({ seq: SOME_SEQ + 1 + line, at: SOME_AT, from }, counter + FILLER);
  });
  return new Uint8Array(Buffer.from(lines.join("")));
}
