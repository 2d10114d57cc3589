/**
 * Nothing said is lost, doubled, out of order, or not the same for all in a storm of a minute. The
 * large form is `deno task storm`.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { printErr } from "../../../src/print.ts";
import { needsNats } from "../../helpers/nats.ts";
import { faultsOf } from "../kill/report.ts";
import { anySeed } from "../random.ts";
import { runStorm } from "./storm_run.ts";

const SEED_VARIABLE = "CHAT_STORM_SEED";

Deno.test({
  name:
    "Two servers on three nodes of NATS: all are killed and stopped, and everybody holds the same",
  ignore: !await needsNats("2.12"),
  async fn() {
    const seed = Number(Deno.env.get(SEED_VARIABLE) ?? anySeed());
    printErr(`\nseed ${seed}; the same decisions again: ${SEED_VARIABLE}=${seed}\n`);
    const directory = await Deno.makeTempDir({ prefix: "chat-storm-" });
    const messages = 16_000;
    const happened: string[] = [];
    try {
      const result = await runStorm({
        seed,
        directory,
        clients: 8,
        rooms: 5,
        messages,
        cuts: { probability: 0.5, maxBytes: 300_000, muteProbability: 0 },
        stallMs: 90_000,
        note: (text) => happened.push(text),
      });
      assertEquals({ messages: result.messages, faults: faultsOf(result) }, {
        messages,
        faults: [],
      });
    } catch (error) {
      const story = happened.join("\n");
      throw new Error(`With seed ${seed}: ${(error as Error).message}\n${story}`, { cause: error });
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});
