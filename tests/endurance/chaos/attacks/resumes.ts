/**
 * Flood control escaped by coming again: a session that says as much as a full bucket allows, loses
 * its connection and takes its place up from a new one, at once; the same with names; and people
 * who join, talk and leave, under another name each time.
 *
 * @module
 */

import type { Attack, AttackRun } from "../attack.ts";
import { joinsAllowed, linesAllowed, linesOfJoinsAllowed, renamesAllowed } from "./allowed.ts";
import { hello } from "../../../helpers/line_socket.ts";
import { firstLines, Nuisance, rest } from "../../nuisance.ts";

/** Lines of one visit: a little less than a full bucket at `--rate 20`. */
const LINES = 95;

/** Names of one visit: the whole of `--renames 10`. */
const NAMES = 10;

/** An answer may take so long before a visit counts as failed. */
const PATIENCE_MS = 5_000;

/** Sessions that are taken up again and again, to talk. */
export const resumeFlood: Attack = {
  name: "resumes",
  about: "8 sessions that say 95 lines, come again, and go on",
  count: 8,
  testCount: 8,
  finite: false,
  allows: (ran) => ({ messages: linesAllowed(ran) }),
  run: (run) =>
    cycles(run, async (number) => {
      let secret: string | undefined;
      return await untilOver(run, async (round) => {
        const lines = Array.from({ length: LINES }, (_, i) => say(`${round}.${i}`)).join("");
        secret = await visit(run, `echo${number}`, secret, lines) ?? secret;
      });
    }),
};

/** Sessions that are taken up again and again, to be called something else. */
export const renameFlood: Attack = {
  name: "renames",
  about: "8 sessions that take 10 names, come again, and go on",
  count: 8,
  testCount: 8,
  finite: false,
  allows: (ran) => ({ renames: renamesAllowed(ran) }),
  run: (run) =>
    cycles(run, async (number) => {
      let secret: string | undefined;
      return await untilOver(run, async (round) => {
        const lines = Array.from({ length: NAMES }, (_, i) => {
          const name = `alias${number}x${(round * NAMES + i).toString(36)}`;
          return `${JSON.stringify({ type: "rename", name })}\n`;
        });
        secret = await visit(run, `alias${number}`, secret, lines.join("")) ?? secret;
      });
    }),
};

/** People who come, talk or rename themselves, and go, under a new name each time. */
export const rejoinFlood: Attack = {
  name: "rejoins",
  about: "8 peers that join, say 95 lines, leave, and come again",
  count: 8,
  testCount: 8,
  finite: false,
  allows: (ran) => ({ joins: joinsAllowed(ran), messages: linesOfJoinsAllowed(ran) }),
  run: (run) =>
    cycles(run, (number) =>
      untilOver(run, async (round) => {
        const name = `tourist${number}x${round.toString(36)}`;
        const isNaming = run.random.chance(0.1);
        let lines = firstLines(run, name, "plain");
        for (let i = 0; i < (isNaming ? NAMES : LINES); i++) {
          lines += isNaming ? `/nick ${name}y${i}\n` : `been here ${i}\n`;
        }
        const peer = await Nuisance.connect(run);
        if (peer === null) return;
        const swallowed = peer.swallow();
        await peer.send(`${lines}/quit\n`);
        await within(peer, swallowed);
      })),
};

/** Does something for each of the peers, all at the same time. Says how often. */
async function cycles(
  run: AttackRun,
  keep: (number: number) => Promise<number>,
): Promise<Readonly<Record<string, number>>> {
  const all = Array.from({ length: run.count }, (_, number) => keep(number));
  run.ready();
  const rounds = await Promise.all(all);
  return { visits: rounds.reduce((sum, count) => sum + count, 0) };
}

/** Again and again. Resolves to how often. */
async function untilOver(
  run: AttackRun,
  act: (round: number) => Promise<void>,
): Promise<number> {
  let round = 0;
  // Where the server does not answer at all, there is no sense in spinning.
  for (; !run.signal.aborted; round++) {
    await act(round);
    await rest(0, run.signal);
  }
  return round;
}

/**
 * Comes in, or takes its place up, sends the lines and hangs up.
 *
 * @returns Its session's secret, when it was welcomed.
 */
async function visit(
  run: AttackRun,
  name: string,
  session: string | undefined,
  lines: string,
): Promise<string | undefined> {
  const peer = await Nuisance.connect(run);
  if (peer === null) return undefined;
  let heard = "";
  let secret: string | undefined;
  const welcomed = Promise.withResolvers<void>();
  peer.listen((text) => {
    if (secret !== undefined) return;
    heard += text;
    secret = /"type":"welcome".*?"session":"([^"]+)"/.exec(heard)?.[1];
    if (secret !== undefined) welcomed.resolve();
  });
  const { password } = run;
  await peer.send(hello(name, { history: 0, password, session }) + lines);
  await within(peer, welcomed.promise);
  // An orderly end: what was sent is read before it is noticed.
  peer.end();
  await within(peer, peer.ended);
  return secret;
}

/** Waits for something, for no longer than the peer lives and has patience. */
async function within(peer: Nuisance, what: Promise<unknown>): Promise<void> {
  const timer = setTimeout(() => peer.close(), PATIENCE_MS);
  await Promise.race([what, peer.ended]);
  clearTimeout(timer);
}

function say(text: string): string {
  return `${JSON.stringify({ type: "say", text })}\n`;
}
