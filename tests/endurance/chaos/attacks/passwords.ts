/**
 * Wrong passwords as fast as they are answered. One peer at the same address knows the right one,
 * which must not be refused. Among other attacks from there it may find no place at all, and tries
 * again.
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
    let turnedAway = 0;
    async function guess(number: number): Promise<void> {
      for (let round = 1; !run.signal.aborted; round++) {
        const wrong = `guess ${number}.${round}`;
        const words = number % 2 === 0
          ? `${wrong}\n`.repeat(5)
          : introduction({ ...run, password: wrong }, "guesser", number);
        const dialogue = talk(run, words, /password.*\n$/);
        if (round === 1 && ++there === run.count) run.ready();
        if ((await dialogue) !== null) tries++;
        await rest(50, run.signal);
      }
    }
    async function knowing(): Promise<void> {
      await rest(1_000, run.signal);
      while (!run.signal.aborted) {
        const startMs = performance.now();
        const answer = /"type":"welcome"|not the password/;
        const [word] = await talk(run, introduction(run, "knowing", 1), answer) ?? [];
        if (run.signal.aborted) return;
        if (word === "not the password") throw new Error("The right password was refused.");
        if (word === undefined) turnedAway++;
        else rightMs = Math.max(rightMs, Math.round(performance.now() - startMs));
        await rest(500, run.signal);
      }
    }
    await Promise.all([knowing(), ...Array.from({ length: run.count }, (_, i) => guess(i))]);
    return { tries, "longest wait with the right one ms": rightMs, "turned away": turnedAway };
  },
};

/** Connects, says something, and leaves when an answer matches. Resolves to the match. */
function talk(
  { host, port, from, signal }: AttackRun,
  words: string,
  answer: RegExp,
): Promise<RegExpMatchArray | null> {
  return new Promise((resolve) => {
    let heard = "";
    let match: RegExpMatchArray | null = null;
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
      match ??= heard.slice(heard.indexOf("\n") + 1).match(answer);
      if (match !== null) socket.end('{"type":"quit"}\n').destroy();
    });
    socket.once("error", stop);
    socket.once("close", () => {
      signal.removeEventListener("abort", stop);
      resolve(match);
    });
  });
}
