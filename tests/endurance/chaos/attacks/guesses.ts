/**
 * A thousand connections that each try a password, and then come again.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { hello } from "../../../helpers/line_socket.ts";
import { rest, stayers } from "../../nuisance.ts";
import { guessesAllowed } from "./allowed.ts";

/** See the module. */
export const guesses: Attack = {
  name: "guesses",
  about: "1,000 connections that guess passwords",
  count: 1_000,
  testCount: 300,
  finite: false,
  password: true,
  figuresAllowed: (ran) => ({ "guesses answered": guessesAllowed(ran) }),
  async run(run) {
    let answered = 0;
    const connections = await stayers(run, async (peer, number) => {
      let heard = "";
      let here = 0;
      peer.listen((text) => {
        heard = heard.slice(-200) + text;
        // One answer for each wrong one, in either dialect.
        const found = heard.match(/not the password/g)?.length ?? 0;
        if (found > 0) heard = "";
        here += found;
        answered += found;
      });
      const isPlain = number % 2 === 0;
      for (let round = 0; round < 5 && !peer.closed; round++) {
        const guess = `guess ${number} ${run.random.below(1_000_000)}`;
        await peer.send(isPlain ? `${guess}\n` : hello("guesser", { password: guess }));
        // Some wait for each answer, some send all five at once.
        while (run.random.chance(0.9) && here <= round && !peer.closed) await rest(100, run.signal);
      }
      while (here < 5 && !peer.closed && !run.signal.aborted) await rest(100, run.signal);
    });
    return { connections, "guesses answered": answered };
  },
};
