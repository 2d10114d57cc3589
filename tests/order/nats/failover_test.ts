/**
 * The stream on three real nats-servers, while they are killed, stopped and ended one after the
 * other and all at once: nothing that was acknowledged is lost, and all are handed the same.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { NatsCluster, type NatsServer, needsNats } from "../../helpers/nats.ts";
import { pause } from "../../helpers/wait.ts";
import { WatchedStream } from "./watched.ts";

const ignore = !await needsNats("2.12");

/** Publishes one text after the other, each until it is stored, and goes on until told to stop. */
class Talker implements AsyncDisposable {
  readonly watched: WatchedStream;
  readonly #name: string;
  #said = 0;
  #stopping = false;
  #givingUp = false;
  readonly #ended: Promise<void>;

  constructor(watched: WatchedStream, name: string) {
    this.watched = watched;
    this.#name = name;
    this.#ended = this.#talk();
  }

  /** Waits until something has come that was not under way at the call. */
  async isHeard(): Promise<void> {
    await this.watched.heard(`${this.#name}${this.#said + 3}`);
  }

  /** What it has said, in order, when the last of it is stored. */
  async stop(): Promise<string[]> {
    this.#stopping = true;
    await this.#ended;
    return Array.from({ length: this.#said }, (_, i) => `${this.#name}${i + 1}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = this.#givingUp = true;
    await this.#ended;
  }

  async #talk(): Promise<void> {
    while (!this.#stopping) {
      const text = `${this.#name}${this.#said + 1}`;
      if (await this.watched.insist(text, () => this.#givingUp)) this.#said++;
      await pause(10);
    }
  }
}

Deno.test({
  name: "Nodes of NATS die, stand still and end: nothing is lost, and all are handed the same",
  ignore,
  async fn(t) {
    await using nats = await NatsCluster.start();
    const [first, second, third] = nats.urls as [string, string, string];
    await using one = await WatchedStream.open({ servers: [first, second, third] });
    await using two = await WatchedStream.open({ servers: [second, third, first] });
    await using firstTalker = new Talker(one, "one ");
    await using secondTalker = new Talker(two, "two ");
    const talkers = [firstTalker, secondTalker];

    async function goesOn(): Promise<void> {
      await Promise.all(talkers.map((talker) => talker.isHeard()));
    }

    async function leader(): Promise<NatsServer> {
      return await nats.leaderOf("CHAT");
    }

    await t.step("the leader is killed, and comes back", async () => {
      const node = await leader();
      await node.end("SIGKILL");
      await goesOn();
      node.run();
      await nats.ready();
      await goesOn();
    });

    await t.step("the leader stands still, and goes on when others lead", async () => {
      const node = await leader();
      node.signal("SIGSTOP");
      await goesOn();
      node.signal("SIGCONT");
      await nats.ready();
      await goesOn();
    });

    await t.step("the leader is ended properly", async () => {
      const node = await leader();
      await node.end("SIGTERM");
      await goesOn();
      node.run();
      await nats.ready();
    });

    await t.step(
      "a node that leads nothing stands still: who is there goes to another",
      async () => {
        const leading = await leader();
        const node = nats.servers.find((server) => server !== leading)!;
        node.signal("SIGSTOP");
        await goesOn();
        node.signal("SIGCONT");
        await nats.ready();
      },
    );

    await t.step("the leader is cut off from both others: nothing is stored", async () => {
      const leading = await leader();
      const others = nats.servers.filter((server) => server !== leading);
      for (const node of others) node.signal("SIGSTOP");
      await Promise.all([one.touch(false), two.touch(false)]);
      for (const node of others) node.signal("SIGCONT");
      await goesOn();
    });

    await t.step("all are killed at once, and come back", async () => {
      await Promise.all(nats.servers.map((server) => server.end("SIGKILL")));
      for (const server of nats.servers) server.run();
      await nats.ready();
      await goesOn();
    });

    const said = await Promise.all(talkers.map((talker) => talker.stop()));
    await two.heard(said[0]!.at(-1)!);
    await one.heard(said[1]!.at(-1)!);
    await using late = await WatchedStream.open({ servers: nats.urls });
    assertEquals(late.seqs, late.seqs.map((_, i) => i + 1));
    for (const watched of [one, two]) {
      assertEquals(watched.seqs, late.seqs.slice(0, watched.seqs.length));
      assertEquals(watched.batches, late.batches.slice(0, watched.batches.length));
    }
    const once = new Set(late.batches);
    assertEquals(once.size, said.flat().length);
    for (const texts of said) {
      assertEquals([...once].filter((text) => texts.includes(text)), texts);
    }
    assert(late.batches.length >= once.size);
    assertEquals([...new Set([...one.troubles, ...two.troubles])], ["unreachable"]);
  },
});
