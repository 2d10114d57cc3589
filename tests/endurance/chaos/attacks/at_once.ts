/**
 * Many who do the same small thing at the same moment: ask for a name that is taken, ask who is
 * here, take the same place up, or leave a debt of tokens to their neighbours.
 *
 * @module
 */

import type { Attack, AttackRun } from "../attack.ts";
import { joinsAllowed } from "./allowed.ts";
import { hello } from "../../../helpers/line_socket.ts";
import { firstLines, introduction, Nuisance, rest, stayers } from "../../nuisance.ts";

/** An answer may take so long before somebody goes on. */
const PATIENCE_MS = 2_000;

/** Long, and in a script whose names cost most to compare. */
const TAKEN = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노";

/** Waves of connections that all ask for one name. */
export const sameName: Attack = {
  name: "same-name",
  about: "300 connections that ask for a name that is taken, at once",
  count: 300,
  testCount: 100,
  finite: false,
  allows: () => ({ joins: 1 }),
  async run(run) {
    const first = await Nuisance.connect(run);
    first?.swallow();
    await first?.send(hello(TAKEN, { history: 0, password: run.password }));
    let waves = 0;
    const asks = firstLines(run, TAKEN, "plain").repeat(6);
    run.ready();
    while (!run.signal.aborted) {
      const peers = await connectAll(run);
      for (const peer of peers) peer.swallow();
      await Promise.all(peers.map((peer) => peer.send(asks)));
      await Promise.race([Promise.all(peers.map(({ ended }) => ended)), rest(8_000, run.signal)]);
      for (const peer of peers) peer.close();
      waves++;
      await rest(100, run.signal);
    }
    return { waves };
  },
};

/** A session whose place is taken up over and over, by connections that read nothing. */
export const sameSession: Attack = {
  name: "same-session",
  about: "one session that is taken up again by 100 connections at a time, which read nothing",
  count: 100,
  testCount: 100,
  finite: false,
  allows: () => ({ joins: 2 }),
  async run(run) {
    const first = await Nuisance.connect(run);
    const welcome = Promise.withResolvers<string | undefined>();
    let heard = "";
    first?.listen((text) => {
      heard += text;
      const secret = /"session":"([^"]+)"/.exec(heard)?.[1];
      if (secret !== undefined) welcome.resolve(secret);
    });
    await first?.send(hello("stormy", { history: 0, password: run.password }));
    const session = await Promise.race([welcome.promise, rest(PATIENCE_MS, run.signal)]);
    let resumes = 0;
    run.ready();
    while (!run.signal.aborted && typeof session === "string") {
      const peers = await connectAll(run);
      await Promise.all(peers.map((peer) => {
        const line = hello("stormy", { history: 500, password: run.password, session });
        return Promise.race([
          peer.send(line.replace('"history":500', '"after":1')),
          rest(500, run.signal),
        ]);
      }));
      resumes += peers.length;
      await rest(200, run.signal);
      // Some stay as they are, and are the server's to get rid of.
      for (const peer of peers) if (run.random.chance(0.5)) peer.reset();
    }
    return { resumes };
  },
};

/** Members who ask for the whole list, as often as they may, all of them at once. */
export const lists: Attack = {
  name: "lists",
  about: "200 members that ask who is here, 100 times at once",
  count: 200,
  testCount: 60,
  finite: false,
  async run(run) {
    const asks = ["/who\n", '{"type":"who"}\n'];
    const connections = await stayers(run, async (peer, number) => {
      peer.swallow();
      await peer.send(introduction(run, "list", number));
      while (!peer.closed && !run.signal.aborted) {
        await rest(5_000, run.signal);
        await peer.send(asks[number % 2]!.repeat(100));
      }
    });
    return { connections };
  },
};

/** Strangers who use up more than they have, and go: the next one at their address must not pay. */
export const debts: Attack = {
  name: "debts",
  about: "20 connections that send thousands of commands without a name, go, and come again",
  count: 20,
  testCount: 10,
  finite: false,
  allows: (ran) => ({ joins: joinsAllowed(ran) }),
  async run(run) {
    let visits = 0;
    const commands = new Uint8Array(40_000).map((_, i) => i % 2 === 0 ? 0xff : 0xf1);
    const long = "x".repeat(60_000) + "\n";
    const all = Array.from({ length: run.count }, async (_, number) => {
      while (!run.signal.aborted) {
        const peer = await Nuisance.connect(run);
        if (peer === null) {
          await rest(50, run.signal);
          continue;
        }
        peer.swallow();
        await Promise.race([
          peer.send(number % 2 === 0 ? commands : long),
          peer.ended,
          rest(300, run.signal),
        ]);
        await rest(run.random.below(50), run.signal);
        peer.reset();
        visits++;
      }
    });
    run.ready();
    await Promise.all(all);
    return { visits };
  },
};

/** As many connections as the attack has peers; those that do not come about are left out. */
async function connectAll(run: AttackRun): Promise<Nuisance[]> {
  const all = Array.from({ length: run.count }, () => Nuisance.connect(run));
  return (await Promise.all(all)).filter((peer) => peer !== null);
}
