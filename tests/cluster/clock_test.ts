/**
 * Real servers whose wall clocks are wrong, on one real nats-server whose clock is right.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { clusterTest } from "../helpers/cluster_lab.ts";
import { JsonClient } from "../helpers/json_client.ts";
import { PlainClient } from "../helpers/plain_client.ts";
import { commandLine, type RunningServer, startServer } from "../helpers/program.ts";

const HOUR_MS = 3_600_000;

/** Far below an hour, and more than a busy machine takes for a whole test. */
const NEAR_MS = 5 * 60_000;

/** Starts a server whose clock is ahead, or behind. */
function startAhead(ms: number, flags: readonly string[]): Promise<RunningServer> {
  const turned = new URL(`../helpers/turned_main.ts?ms=${ms}`, import.meta.url).href;
  return startServer(flags, (args) => {
    const command = commandLine(args);
    return command.with(command.findIndex((word) => /main\.ts(\?|$)/.test(word)), turned);
  });
}

clusterTest(
  "Servers whose clocks are an hour ahead and an hour behind go by the time of NATS",
  async (lab) => {
    const operators = `${lab.directory}/operators`;
    await Deno.writeTextFile(operators, "boss\n");
    const flags = ["--nats", lab.nats.url, "--operator-password-file", operators];
    await using ahead = await startAhead(HOUR_MS, flags);
    await using behind = await startAhead(-HOUR_MS, flags);
    const loggedMs = Date.parse(ahead.log.text.split(" ")[0]!);
    assert(Math.abs(loggedMs - Date.now() - HOUR_MS) < NEAR_MS, "its own log is an hour ahead");

    const { client: ada, welcome } = await JsonClient.join(ahead.port, "ada");
    const { client: bob } = await JsonClient.join(behind.port, "bob");
    await using _bob = bob;
    for (let n = 1; n <= 6; n++) {
      await (n % 2 === 0 ? ada : bob).say(`${n}`, `${n}`);
      for (const client of [ada, bob]) {
        const { at } = await client.message(`${n}`);
        const offMs = Date.parse(at) - Date.now();
        assert(Math.abs(offMs) < NEAR_MS, `message ${n} is off by ${offMs} ms`);
      }
    }
    const times = bob.seen().flatMap((event) => "at" in event ? [event.at] : []);
    assertEquals(times, times.toSorted());

    // What is said in a moment of the one is over, or has not begun, by the clock of the other.
    await using root = await PlainClient.join(ahead.port, "root");
    await root.send("/op\nboss\n");
    await root.expect(/You are an operator now/);
    await root.say("/mute bob 30m");
    await root.expect(/bob.*30m/);
    await bob.say("am I muted?", "muted");
    assertEquals((await bob.next("error")).code, "not_allowed");
    await root.say("/ban eve 30m");
    await root.expect(/eve is banned for 30m/);
    await using eve = await PlainClient.connect(behind.port);
    await eve.say("eve");
    await eve.expect(/banned/);

    await ada[Symbol.asyncDispose]();
    const { client: again, welcome: back } = await JsonClient.join(behind.port, "ada", {
      session: welcome.session,
    });
    await using _again = again;
    assertEquals(back.resumed, true);
    await again.say("2", "2");
    await again.say("once", "7");
    await again.message("once");
    const said = bob.seen().filter((event) => event.type === "message" && event.text === "2");
    assertEquals(said.length, 1, "an id that was used at the other server is known");
  },
);
