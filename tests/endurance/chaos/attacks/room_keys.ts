/**
 * Guesses of the key of a room, as many as are answered. Nobody gets in, and nobody else waits.
 *
 * @module
 */

import { hello } from "../../../helpers/line_socket.ts";
import { introduction, Nuisance, rest, stayers } from "../../nuisance.ts";
import type { Attack, AttackRun } from "../attack.ts";
import { guessesAllowed, joinsAllowed } from "./allowed.ts";

const ROOM = "vault";
const KEY = "swordfish";

/** Said in the room: whoever hears it has got in. */
const SECRET = "the treasure is under the stairs";

/** Guesses that one peer sends before it waits for their answers. */
const AT_ONCE = 5;

/** How long the keeper may take to come in and to lock the room. */
const PATIENCE_MS = 10_000;

/** See the module. */
export const roomKeys: Attack = {
  name: "room-keys",
  about: "200 peers that guess the key of a room",
  count: 200,
  testCount: 50,
  finite: false,
  allows: (ran) => ({ joins: joinsAllowed(ran) }),
  figuresAllowed: (ran) => ({ "keys answered": guessesAllowed(ran), "got in": 0 }),
  async run(run) {
    let answered = 0;
    let gotIn = 0;
    const keeper = await lockedRoom(run);
    const connections = await stayers(run, async (peer, number) => {
      let heard = "";
      let here = 0;
      peer.listen((text) => {
        heard = heard.slice(-400) + text;
        const found = heard.match(/is not its key/g)?.length ?? 0;
        gotIn += Number(heard.includes(SECRET));
        if (found > 0 || heard.includes(SECRET)) heard = "";
        here += found;
        answered += found;
      });
      await peer.send(introduction(run, "burglar", number));
      for (let round = 1; !peer.closed && !run.signal.aborted; round++) {
        const guesses = Array.from({ length: AT_ONCE }, (_, i) => {
          const key = `guess${number}x${round}x${i}`;
          return number % 2 === 0
            ? `/join ${ROOM} ${key}\n`
            : `${JSON.stringify({ type: "join", room: ROOM, key })}\n`;
        });
        const sent = peer.send(guesses.join(""));
        await Promise.race([sent, rest(PATIENCE_MS, run.signal)]);
        while (here < round * AT_ONCE && !peer.closed && !run.signal.aborted) {
          await rest(100, run.signal);
        }
      }
    });
    keeper?.close();
    return { connections, "keys answered": answered, "got in": gotIn };
  },
};

/** Makes the room and its key. Resolves to who stays in it. */
async function lockedRoom(run: AttackRun): Promise<Nuisance | null> {
  const keeper = await Nuisance.connect(run);
  const locked = Promise.withResolvers<void>();
  let heard = "";
  keeper?.listen((text) => {
    heard = heard.slice(-400) + text;
    if (heard.includes(SECRET)) locked.resolve();
  });
  const requests = [
    { type: "join", room: ROOM },
    { type: "command", room: ROOM, line: `/key ${KEY}` },
    { type: "say", room: ROOM, text: SECRET },
  ];
  const lines = requests.map((request) => `${JSON.stringify(request)}\n`).join("");
  await keeper?.send(hello("keeper", { history: 0, password: run.password }) + lines);
  await Promise.race([locked.promise, rest(PATIENCE_MS, run.signal)]);
  return keeper;
}
