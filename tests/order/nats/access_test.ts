/**
 * Who may use a real nats-server, and how: TLS, credentials of each kind, permissions.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { nkeys } from "@nats-io/nats-core";
import { Failure } from "../../../src/failure.ts";
import { NatsServer, needsNats } from "../../helpers/nats.ts";
import { identity } from "../../helpers/tls.ts";
import { readDocument } from "../../docs/fenced.ts";
import { makeJwts } from "./jwt.ts";
import type { BatchStream } from "../../../src/order/nats/stream.ts";
import { within } from "../../helpers/wait.ts";
import { FROM_START, WatchedStream } from "./watched.ts";

const ignore = !await needsNats();

async function works(watched: WatchedStream): Promise<void> {
  await watched.publish("hello");
  await watched.heard("hello");
  await watched.stream.saveCheckpoint(new Uint8Array(10), 1);
  assertEquals((await Array.fromAsync(watched.stream.checkpoints())).length, 1);
  watched.stream.onSignal("to.me", (_data, reply) => reply?.(new Uint8Array([7])));
  const answer = await watched.stream.request("me", new Uint8Array(0), 10_000);
  assertEquals([...answer], [7]);
  assertEquals(watched.faults, []);
}

async function assertFailure(call: () => Promise<unknown>, part: string): Promise<void> {
  const { message } = await assertRejects(call, Failure, part);
  assertEquals(message.includes("\n"), false);
}

Deno.test({
  name: "With TLS, only a server that proves its name by a trusted certificate is used",
  ignore,
  async fn() {
    const good = await identity();
    const other = await identity();
    const directory = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(`${directory}/cert.pem`, good.cert);
      await Deno.writeTextFile(`${directory}/key.pem`, good.key);
      const config = `tls { cert_file: "${directory}/cert.pem", key_file: "${directory}/key.pem" }`;
      await using nats = await NatsServer.start({ config });
      const servers = [nats.url];
      const secure = [nats.url.replace("nats:", "tls:")];
      for (const addresses of [servers, secure]) {
        await using stream = await WatchedStream.open({ servers: addresses, ca: good.cert });
        if (addresses === servers) await works(stream);
      }
      await assertFailure(() => WatchedStream.open({ servers, ca: other.cert }), "--nats-ca");
      await assertFailure(() => WatchedStream.open({ servers: secure }), "--nats-ca");
      await assertFailure(() => WatchedStream.open({ servers }), "it requires TLS: use tls://");
      const named = [`tls://localhost:${nats.port}`];
      const open = () => WatchedStream.open({ servers: named, ca: good.cert });
      await assertFailure(open, "its certificate is for another name");
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

Deno.test({
  name: "A server's name counts, not its address, where it is given by name",
  ignore,
  async fn() {
    const named = await identity({ names: ["localhost"] });
    const directory = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(`${directory}/cert.pem`, named.cert);
      await Deno.writeTextFile(`${directory}/key.pem`, named.key);
      const config = `tls { cert_file: "${directory}/cert.pem", key_file: "${directory}/key.pem" }`;
      await using nats = await NatsServer.start({ config });
      const servers = [`tls://localhost:${nats.port}`];
      await using stream = await WatchedStream.open({ servers, ca: named.cert });
      await works(stream);
      await assertFailure(
        () => WatchedStream.open({ servers: [nats.url], ca: named.cert }),
        "its certificate is for another name",
      );
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

Deno.test({
  name: "Where TLS is wanted, a server without it is not used",
  ignore,
  async fn() {
    await using nats = await NatsServer.start();
    const { cert } = await identity();
    const without = "server does not support 'tls'";
    await assertFailure(() => WatchedStream.open({ servers: [nats.url], ca: cert }), without);
    const servers = [nats.url.replace("nats:", "tls:")];
    await assertFailure(() => WatchedStream.open({ servers }), without);
  },
});

Deno.test({
  name: "Credentials may be a user with a password, the seed of an NKey, or a JWT with its key",
  ignore,
  async fn(t) {
    const key = nkeys.createUser();
    const jwts = makeJwts();
    const cases = [
      {
        kind: "password",
        config: 'authorization { users: [{ user: "chat", password: "a:b c" }] }',
        right: "chat:a:b c\n",
        wrong: "chat:b",
      },
      {
        kind: "nkey",
        config: `authorization { users: [{ nkey: ${key.getPublicKey()} }] }`,
        right: `${new TextDecoder().decode(key.getSeed())}\n`,
        wrong: new TextDecoder().decode(nkeys.createUser().getSeed()),
      },
      {
        kind: "jwt",
        config: jwts.config,
        right: jwts.credentials.replaceAll("\n", "\r\n"),
        wrong: makeJwts().credentials,
      },
    ];
    for (const { kind, config, right, wrong } of cases) {
      await t.step(kind, async () => {
        await using nats = await NatsServer.start({ config });
        const servers = [nats.url];
        await using stream = await WatchedStream.open({ servers, credentials: right });
        await works(stream);
        for (const credentials of [wrong, undefined]) {
          await assertFailure(
            () => WatchedStream.open({ servers, ...(credentials && { credentials }) }),
            "check --nats-creds",
          );
        }
        await nats.end("SIGTERM");
        await stream.touch(false);
        nats.run();
        await stream.touch(true);
      });
    }
    await assertFailure(
      () => WatchedStream.open({ servers: ["nats://127.0.0.1:1"], credentials: "what is this" }),
      "Cannot use the file of --nats-creds",
    );
  },
});

/** The permissions that docs/cluster.md gives. */
function documented(): { readonly publish: string[]; readonly subscribe: string[] } {
  const section = readDocument("docs/cluster.md").split("### Permissions")[1]!.split("\n###")[0]!;
  const publish: string[] = [];
  const subscribe: string[] = [];
  let current = publish;
  for (const [, what, subjects] of section.matchAll(/^\| (\w*) +\| (`.*`) +\|$/gm)) {
    if (what !== "") current = what === "publish" ? publish : subscribe;
    current.push(...Array.from(subjects!.matchAll(/`([^`]+)`/g), ([, subject]) => subject!));
  }
  return { publish, subscribe };
}

function permissions(publish: readonly string[], subscribe: readonly string[]): string {
  const lists = [publish, subscribe].map((subjects) => JSON.stringify(subjects));
  const may = `publish: ${lists[0]}, subscribe: ${lists[1]}`;
  return `authorization { users: [{ user: u, password: p, permissions: { ${may} } }] }`;
}

Deno.test({
  name: "The permissions that docs/cluster.md lists are enough, and each of them is needed",
  ignore,
  async fn() {
    const { publish, subscribe } = documented();
    assertEquals([publish.length, subscribe.length], [8, 1]);
    const credentials = "u:p";
    {
      await using nats = await NatsServer.start({ config: permissions(publish, subscribe) });
      await using stream = await WatchedStream.open({ servers: [nats.url], credentials });
      await works(stream);
    }
    await using nats = await NatsServer.start({ config: permissions(publish, ["chat.inbox.>"]) });
    const servers = [nats.url];
    const open = () => WatchedStream.open({ servers, credentials });
    await assertFailure(open, "NATS does not let us subscribe to chat.live: see docs/cluster.md");
    const without = publish.filter((subject) => subject !== "$JS.API.STREAM.INFO.CHAT");
    await nats.reload({ config: permissions(without, subscribe) });
    await assertFailure(open, "NATS does not let us publish to $JS.API.STREAM.INFO.CHAT");
  },
});

Deno.test({
  name: "What NATS forbids while a server opens ends that at once, and is named",
  ignore,
  async fn() {
    const { publish, subscribe } = documented();
    await using nats = await NatsServer.start({ config: permissions(publish, subscribe) });
    const options = { servers: [nats.url], credentials: "u:p" };
    {
      await using one = await WatchedStream.open(options);
      await one.publish("a");
      await one.stream.saveCheckpoint(new Uint8Array(1), 1);
    }
    const start = (stream: BatchStream) => stream.start(FROM_START);
    const get = "$JS.API.STREAM.MSG.GET.CHAT";
    const state = async (stream: BatchStream) => void await Array.fromAsync(stream.checkpoints());
    for (
      const [subject, begin] of [
        ["$JS.API.STREAM.INFO.CHAT", start],
        [get, start],
        [`${get}_STATE`, state],
        ["chat.>", start],
      ] as const
    ) {
      await nats.reload({ config: permissions(publish, subscribe) });
      await using one = await WatchedStream.open(options, null);
      const isHeard = subject === "chat.>";
      await nats.reload({
        config: permissions(
          isHeard ? publish : publish.filter((other) => other !== subject),
          isHeard ? ["chat.inbox.>"] : subscribe,
        ),
      });
      const named = isHeard ? "subscribe to chat.live" : `publish to ${subject}`;
      await assertFailure(() => within(begin(one.stream), named, 20_000), named);
    }
  },
});

Deno.test({
  name: "What NATS forbids later is told, once, and is over when it allows it again",
  ignore,
  async fn() {
    const { publish, subscribe } = documented();
    await using nats = await NatsServer.start({ config: permissions(publish, subscribe) });
    const credentials = "u:p";
    await using one = await WatchedStream.open({ servers: [nats.url], credentials });
    await one.publish("a");
    await nats.reload({ config: permissions(publish, ["chat.inbox.>"]) });
    const { message } = await one.trouble("forbidden");
    assertEquals(message.startsWith("NATS does not let us subscribe to chat.live: "), true);
    await one.touch(false);
    await nats.reload({ config: permissions(publish, subscribe) });
    await one.touch(true);
    await one.publish("b");
    await one.heard("b");
    assertEquals(one.batches, ["a", "b"]);
  },
});
