/// <reference lib="dom" />
/**
 * The page of one of several servers: when its server is gone, it goes on at another one.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { freePort, NatsServer, needsNats } from "../helpers/nats.ts";
import { hasChromium, say, seen, Stage, startWebServer, texts } from "./stage.ts";

const ignore = !hasChromium || !await needsNats();

Deno.test({
  name:
    "When the page's server is killed, the page goes on at another one: nothing is lost or doubled",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    const [here, there] = [freePort(), freePort()];
    const flags = ["--nats", nats.url, "--web-other"];
    await using first = await startWebServer([...flags, `http://127.0.0.1:${there}`], {
      web: here,
    });
    await using _second = await startWebServer([...flags, `http://127.0.0.1:${here}`], {
      web: there,
    });
    await using stage = await Stage.open();
    const ada = await stage.joined(here, "ada");
    const bob = await stage.joined(there, "bob");
    await say(ada, "one");
    await seen(bob, "one");
    first.signal("SIGKILL");
    await say(ada, "two");
    await seen(bob, "two");
    await say(bob, "three");
    for (const page of [ada, bob]) await seen(page, "three");
    assertEquals(await texts(ada), ["one", "two", "three"]);
    assertEquals(await texts(bob), ["one", "two", "three"]);
    assertEquals(stage.errors, []);
  },
});
