/**
 * The same nuisances, small, against a server in this process, so that the sanitizers see every
 * socket and timer of it; with a wall clock that jumps to and fro all the time.
 *
 * @module
 */

import { pause } from "../../helpers/wait.ts";
import { assertEquals } from "@std/assert";
import { AttackerProcess } from "./attacker.ts";
import { ATTACKS } from "./attacks/all.ts";
import { Crowd } from "./crowd.ts";
import { anySeed, MAX_SEED, Random } from "../random.ts";
import { MemoryStore } from "../../../src/store/memory.ts";
import { type Clock, systemClock } from "../../../src/clock.ts";
import { createLogger } from "../../../src/server/logger.ts";
import { ChatServer } from "../../../src/server/server.ts";

const SEED = Number(Deno.env.get("CHAT_CHAOS_SEED") ?? anySeed());

/** Two hundred years to either side: a dead battery, a wrong time zone, a wrong century. */
const MAX_JUMP_MS = 200 * 365 * 86_400_000;

/** Attacks that leave this process enough time to look after the others. */
const SMALL = "resets deaf slow flood noise telnet-deaf no-lines resumes renames joins".split(" ");

/** Every look at it finds another time. */
function jumpingClock(random: Random): Clock {
  return {
    ...systemClock,
    date() {
      const jumpMs = random.logUniform(1, MAX_JUMP_MS) * (random.chance(0.5) ? 1 : -1);
      return new Date(Date.now() + jumpMs);
    },
  };
}

Deno.test("A server whose clock jumps and whose peers are a nuisance leaves nothing behind", async () => {
  const text = `\nseed ${SEED} (CHAT_CHAOS_SEED sets it)\n`;
  Deno.stderr.writeSync(new TextEncoder().encode(text));
  const random = new Random(SEED);
  const errors: string[] = [];
  const logger = createLogger({
    format: "json",
    level: "error",
    write(bytes) {
      errors.push(new TextDecoder().decode(bytes));
      return Promise.resolve(bytes.length);
    },
  });
  const store = new MemoryStore();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const server = new ChatServer({
    store,
    logger,
    clock: jumpingClock(random),
    maxClients: 2_000,
    maxPerAddress: 0,
    rate: 20,
    history: 50,
  });
  server.serve(listener);
  {
    const dial = () => Deno.connect({ hostname: "127.0.0.1", port });
    await using crowd = await Crowd.enter({ dial, members: 20, paceMs: 200 });
    crowd.talk();
    await using attackers = new AsyncDisposableStack();
    const running = ATTACKS.filter(({ name }) => SMALL.includes(name)).map((attack) => {
      const seed = 1 + random.below(MAX_SEED);
      const count = Math.min(attack.testCount, 200);
      return attackers.use(
        new AttackerProcess(attack, { host: "127.0.0.1", port, from: "127.0.0.2", seed, count }),
      );
    });
    await Promise.all(running.map(({ ready }) => ready));
    await Promise.all(running.map((one) => one.attack.finite ? one.ended : pause(1_000)));
    await crowd.visit();
    // Some are still there when the server ends.
    await crowd.finish();
    assertEquals(crowd.faults, []);
  }
  await server.shutdown();
  await logger.flush(1_000);
  store.close();
  assertEquals(errors, []);
});
