/**
 * Kills servers again and again while messages pass through it.
 *
 * @module
 */

import { pause } from "../../helpers/wait.ts";
import type { Random } from "../random.ts";
import type { RestartingServer } from "./restarting_server.ts";

/** Of the restarts, this part is killed again before or just after the server listens. */
const EARLY_PROBABILITY = 0.1;

/** A start of the program takes about 0.2 s: an early kill comes within this time. */
const EARLY_MS = 400;

/** After the threshold a kill waits for up to so long, so that it falls anywhere in a flush. */
const JITTER_MS = 20;

/** A server stays away for up to so long. */
const AWAY_MS = 200;

/** What a killer needs to know. */
export interface KillOptions {
  /** How many times. */
  readonly kills: number;
  /** Messages in all. */
  readonly messages: number;
  /** How many are acknowledged now. */
  readonly delivered: () => number;
  /** Resolves when that may have changed. */
  readonly progress: () => Promise<void>;
  /** Is told of each kill, before the server is started again, and which of them that is. */
  readonly onKill?: (kills: number, server: number) => void;
}

/**
 * Kills one of the servers, spread over the whole run, and starts it again each time.
 *
 * @returns When it listens after the last kill.
 */
export async function killAtRandom(
  servers: readonly RestartingServer[],
  random: Random,
  options: KillOptions,
): Promise<void> {
  const { kills, messages, delivered, progress } = options;
  for (let done = 0; done < kills;) {
    const left = messages - delivered();
    // Twice the mean distance at most, so that the last one still finds something to interrupt.
    const threshold = delivered() + random.below(Math.ceil(2 * left / (kills - done + 1)) + 1);
    while (delivered() < Math.min(threshold, messages)) await progress();
    await pause(random.below(JITTER_MS));
    const server = random.pick(servers);
    const index = servers.indexOf(server);
    await server.kill();
    options.onKill?.(++done, index);
    await pause(random.below(AWAY_MS));
    server.launch();
    while (done < kills && random.chance(EARLY_PROBABILITY)) {
      await pause(random.below(EARLY_MS));
      await server.kill();
      options.onKill?.(++done, index);
      server.launch();
    }
    await server.listening();
  }
}
