/**
 * A busy room: many people talk, each now and then, so that lines come one by one and hardly any
 * two can be written together. What a delivery costs then is what a write costs.
 *
 * @module
 */

import { pause } from "../../tests/helpers/wait.ts";
import { writeAll } from "../load/shared.ts";
import { type WireName, WIRES } from "../load/wire.ts";
import { joinAll } from "../pace/client.ts";
import type { Peer } from "../peers/peer.ts";
import type { Figure, Scenario } from "./scenario.ts";

const PEOPLE = 100;

/** So many of them talk. */
const SPEAKERS = 50;

/** Lines of each of them. */
const PER_SECOND = 20;

/** Those who are due are let talk so often, in milliseconds: five lines each time. */
const TICK_MS = 5;

const WARM_UP_SECONDS = 3;

const SECONDS = 8;

/** Stands once in each text, and nowhere else in what a peer sends: `~` is in names of ngircd. */
const MARK = "^";
const MARK_BYTE = MARK.charCodeAt(0);

const TEXT = MARK.padEnd(63, "x");

/** How long it may take until all have the last line, in milliseconds. */
const LATE_MS = 20_000;

/** 50 people who talk to 100. */
export const busy: Scenario = {
  name: "busy",
  about: `${PEOPLE} people in a room, of whom ${SPEAKERS} say ${PER_SECOND} lines a second each, ` +
    `evenly spread, for ${SECONDS} s. A delivery is a line that a client gets`,
  peers: ["ours", "ours-json", "nats", "redis", "ngircd", "limit", "limit-c"],
  notes: {},
  run,
};

/** Everybody in the room. */
class Crowd implements Disposable {
  /** Lines that came, to all of them. */
  heard = 0;
  /** Reads that they came with. */
  reads = 0;
  readonly #wire: WireName;
  readonly #conns: Deno.TcpConn[] = [];
  readonly #ended = Promise.withResolvers<never>();

  private constructor(wire: WireName) {
    this.#wire = wire;
    this.#ended.promise.catch(() => {});
  }

  static async join(port: number, wire: WireName): Promise<Crowd> {
    const crowd = new Crowd(wire);
    const names = Array.from({ length: PEOPLE }, (_, n) => `p${String(n).padStart(3, "0")}`);
    await joinAll(names, { port, wire }, (conn, name) => {
      conn.setNoDelay(true);
      crowd.#conns.push(conn);
      crowd.#read(conn).catch(() => crowd.#ended.reject(new Error(`${name} was cut off.`)));
    });
    return crowd;
  }

  /** Lets people talk, and waits until all have all lines. Gives how many were said. */
  async talk(seconds: number): Promise<number> {
    const { say, echoes } = WIRES[this.#wire];
    const line = new TextEncoder().encode(say("somebody", TEXT));
    const speakers = this.#conns.slice(0, SPEAKERS);
    const lines = SPEAKERS * PER_SECOND * seconds;
    const wanted = this.heard + lines * (echoes ? PEOPLE : PEOPLE - 1);
    const startedMs = performance.now();
    for (let said = 0; said < lines; await pause(TICK_MS)) {
      const due = (performance.now() - startedMs) / 1000 * SPEAKERS * PER_SECOND;
      for (; said < Math.min(due, lines); said++) {
        writeAll(speakers[said % SPEAKERS]!, line).catch(() => {});
      }
    }
    await Promise.race([this.#ended.promise, this.#hear(wanted)]);
    return lines;
  }

  [Symbol.dispose](): void {
    for (const conn of this.#conns) conn.close();
  }

  async #hear(wanted: number): Promise<void> {
    const limitMs = performance.now() + LATE_MS;
    while (this.heard < wanted && performance.now() < limitMs) await pause(TICK_MS);
    if (this.heard !== wanted) {
      throw new Error(`All together must hear ${wanted} lines: heard ${this.heard}.`);
    }
  }

  async #read(conn: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    for (let count; (count = await conn.read(buffer)) !== null; this.reads++) {
      const bytes = buffer.subarray(0, count);
      for (let at = -1; (at = bytes.indexOf(MARK_BYTE, at + 1)) >= 0;) this.heard++;
    }
    throw new Error("The peer closed a connection.");
  }
}

async function run(peer: Peer, log: (text: string) => void): Promise<Figure[]> {
  await using server = await peer.start({ maxClients: PEOPLE + 10 });
  using crowd = await Crowd.join(server.port, peer.wire);
  await crowd.talk(WARM_UP_SECONDS);
  const before = { ...await server.usage(), heard: crowd.heard, reads: crowd.reads };
  await crowd.talk(SECONDS);
  const cpuSeconds = (await server.usage()).cpuSeconds - before.cpuSeconds;
  const heard = crowd.heard - before.heard;
  const nanos = cpuSeconds * 1e9 / heard;
  const together = heard / (crowd.reads - before.reads);
  log(`${Math.round(nanos)} ns of the server for a delivery, ${together.toFixed(2)} in a read`);
  return [
    {
      label: "processor time of the server for a delivery",
      value: nanos / 1e3,
      unit: "microseconds",
    },
    { label: "lines that a client reads at once", value: together, unit: "times" },
    { label: "processor time of the server", value: cpuSeconds / SECONDS, unit: "cores" },
  ];
}
