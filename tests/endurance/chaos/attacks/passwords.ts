/**
 * Wrong passwords as fast as they are answered. One peer at the same
 * address knows the right one, which must not be refused.
 *
 * @module
 */

import net from "node:net";
import type { Attack, AttackRun } from "../attack.ts";
import { introduction, rest } from "../../nuisance.ts";

/** See the module. */
export const passwords: Attack = {
  name: "passwords",
  about: "wrong passwords",
  count: 100,
  testCount: 100,
  finite: false,
  password: true,
  async run(run) {
    let tries = 0;
    let rightMs = 0;
    let there = 0;
    async function guess(number: number): Promise<void> {
      for (let round = 1; !run.signal.aborted; round++) {
        const wrong = `guess ${number}.${round}`;
        const words = number % 2 === 0
          ? `${wrong}\n`.repeat(5)
          : introduction({ ...run, password: wrong }, "guesser", number);
        const dialogue = talk(run, words, /password.*\n$/);
        if (round === 1 && ++there === run.count) run.ready();
        if (await dialogue) tries++;
        await rest(50, run.signal);
      }
    }
    async function knowing(): Promise<void> {
      await rest(1_000, run.signal);
      while (!run.signal.aborted) {
        const startMs = performance.now();
        const isIn = await talk(run, introduction(run, "knowing", 1), /"type":"welcome"/);
        if (run.signal.aborted) return;
        if (!isIn) throw new Error("The right password was refused.");
        rightMs = Math.max(rightMs, Math.round(performance.now() - startMs));
        await rest(500, run.signal);
      }
    }
    await Promise.all([knowing(), ...Array.from({ length: run.count }, (_, i) => guess(i))]);
    return { tries, "longest wait with the right one ms": rightMs };
  },
};

/** Connects, says something, and leaves when an answer matches. Resolves to whether one did. */
function talk(
  { host, port, from, signal }: AttackRun,
  words: string,
  answer: RegExp,
): Promise<boolean> {
  return new Promise((resolve) => {
    let heard = "";
    let isAnswered = false;
    const socket = net.connect({
      host,
      port,
      ...(from === undefined ? {} : { localAddress: from }),
    });
    const stop = () => socket.destroy();
    signal.addEventListener("abort", stop, { once: true });
    socket.once("connect", () => socket.write(words));
    socket.on("data", (bytes: Uint8Array) => {
      heard += new TextDecoder().decode(bytes);
      // The greeting speaks of the password, too.
      isAnswered ||= answer.test(heard.slice(heard.indexOf("\n") + 1));
      if (isAnswered) socket.end('{"type":"quit"}\n').destroy();
    });
    socket.once("error", stop);
    socket.once("close", () => {
      signal.removeEventListener("abort", stop);
      resolve(isAnswered);
    });
  });
}
