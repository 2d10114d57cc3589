/**
 * Connections that say nothing: more of them than a door has places. Others must come in all the
 * same, and people whose link blinks must get their places back.
 *
 * @module
 */

import type { Attack } from "../attack.ts";
import { stayers } from "../../nuisance.ts";
import { connectToPage } from "./web_peer.ts";

/** At the chat port, whose server takes 2,000 clients. */
export const silent: Attack = {
  name: "silent",
  about: "2,100 silent connections to a server for 2,000",
  count: 2_100,
  testCount: 2_100,
  finite: false,
  async run(run) {
    const connections = await stayers(run, async (peer, number) => {
      if (number % 3 === 0) peer.swallow();
      if (number % 10 === 0) await peer.send("half a na");
      await peer.ended;
    }, { apartMs: 1 });
    return { connections };
  },
};

/** At the page's port. */
export const silentWeb: Attack = {
  name: "silent-web",
  about: "600 silent connections to the page",
  count: 600,
  testCount: 600,
  finite: false,
  web: true,
  async run(run) {
    const connections = await stayers(run, async (peer, number) => {
      peer.swallow();
      if (number % 10 === 0) await peer.send("GET / HTTP/1.1\r\nHost: ");
      await peer.ended;
    }, { connect: connectToPage, apartMs: 1 });
    return { connections };
  },
};
