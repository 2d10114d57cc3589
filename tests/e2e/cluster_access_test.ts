/**
 * A real server on a NATS with TLS and credentials: it reads their files before it gives its
 * permissions back, and comes back to NATS all the same.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { JsonClient } from "../helpers/json_client.ts";
import { freePort, NatsServer, needsNats } from "../helpers/nats.ts";
import { commandLine, Program, runChat, startServer } from "../helpers/program.ts";
import { identity } from "../helpers/tls.ts";
import { until } from "../helpers/wait.ts";

const ignore = !await needsNats();

Deno.test({
  name: "With TLS and credentials a server keeps the network alone, and finds NATS again with it",
  ignore,
  async fn() {
    const { cert, key } = await identity({ names: ["localhost"] });
    const directory = await Deno.makeTempDir({ prefix: "chat-nats-files-" });
    try {
      const [ca, keyFile, creds, wrong] = [cert, key, "chat:secret\n", "chat:guess\n"].map(
        (text, i) => {
          Deno.writeTextFileSync(`${directory}/${i}`, text, { mode: 0o600 });
          return `${directory}/${i}`;
        },
      ) as [string, string, string, string];
      const config = `tls { cert_file: "${ca}", key_file: "${keyFile}" }
        authorization { users: [{ user: chat, password: secret }] }`;
      await using nats = await NatsServer.start({ config });
      const url = `tls://localhost:${nats.port}`;
      const flags = ["--nats", url, "--nats-ca", ca, "--nats-creds", creds];
      await using server = await startServer([...flags, "--log-level", "debug"]);
      await server.log.expect(/permissions left=net$/);
      const { client: ada } = await JsonClient.join(server.port, "ada");
      await using _ada = ada;
      await ada.say("before", "1");
      await ada.message("before");
      await nats.end("SIGTERM");
      await Promise.all(["0", "1", "2"].map((name) => Deno.remove(`${directory}/${name}`)));
      await ada.say("meanwhile", "2");
      Deno.writeTextFileSync(ca, cert);
      Deno.writeTextFileSync(keyFile, key);
      nats.run();
      await ada.message("meanwhile");

      const args = ["serve", "--port", "0", "--host", "127.0.0.1", "--nats", url, "--nats-ca", ca];
      const refused = await runChat([...args, "--nats-creds", wrong]);
      assertEquals([refused.code, refused.stderr.includes("check --nats-creds")], [1, true]);
      const missing = await runChat([...args, "--nats-creds", `${directory}/none`]);
      assertEquals([missing.code, missing.stderr.includes("--nats-creds")], [1, true]);
      assert(!server.log.text.includes("secret"));
      await until(() => server.log.text.includes("in touch"), "word of NATS");
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

Deno.test({
  name: "While it waits for NATS a server listens nowhere, so that clients go to another one",
  ignore,
  async fn() {
    await using nats = NatsServer.make("n1");
    const port = freePort();
    const address = ["--host", "127.0.0.1", "--port", `${port}`];
    await using server = new Program(commandLine(["serve", ...address, "--nats", nats.url]));
    await server.stderr.expect(/Cannot reach NATS at .* Trying again/);
    const connect = () => Deno.connect({ hostname: "127.0.0.1", port });
    await assertRejects(connect, Deno.errors.ConnectionRefused);
    nats.configure({});
    nats.run();
    await server.stdout.expect(/ is listening on /);
    const { client: ada } = await JsonClient.join(port, "ada");
    await ada[Symbol.asyncDispose]();
    server.signal("SIGTERM");
    assertEquals((await server.outcome()).code, 0);
  },
});
