/**
 * Checks with people: two clients and a plain socket in a room, and what survives a kill.
 *
 * @module
 */

import { NatsServer } from "../../tests/helpers/nats.ts";
import { PlainClient } from "../../tests/helpers/plain_client.ts";
import { have } from "../../tests/helpers/proc.ts";
import { type Check, demand } from "./check.ts";

/** Two clients through pipes and a bare socket, each heard by the others. */
const TALK: Check = {
  name: "Two clients and a plain socket hear each other",
  async look(bench) {
    const { address, port } = await bench.serve();
    const ada = await bench.join(address, "ada");
    const bob = await bench.join(address, "bob");
    await using eve = await PlainClient.join(port, "eve");
    await ada.write("hello from ada\n");
    await bob.stdout.expect(/"from":"ada".*"text":"hello from ada"/);
    await eve.expect("ada: hello from ada");
    await bob.write("hello from bob\n");
    await ada.stdout.expect(/"from":"bob".*"text":"hello from bob"/);
    await eve.expect("bob: hello from bob");
    await eve.say("hello from eve");
    await ada.stdout.expect(/"from":"eve".*"text":"hello from eve"/);
    await bob.stdout.expect(/"from":"eve".*"text":"hello from eve"/);
    // A pipe that ends leaves, when all that it said has been acknowledged.
    await ada.closeInput();
    const { code, stderr } = await ada.outcome();
    demand(code === 0, `ada ended with ${code}: ${stderr}`);
    await eve.expect(/^\* ada left/);
  },
};

/** Rooms, and a line of IRC in one of them. */
const ROOMS: Check = {
  name: "A room of its own, and an IRC client in it",
  async look(bench) {
    const { address, port } = await bench.serve();
    const ada = await bench.join(`${address}/ops`, "ada");
    const bob = await bench.join(address, "bob");
    await using eve = await PlainClient.connect(port);
    await eve.send("NICK eve\nUSER eve 0 * :Eve\nJOIN #ops\n");
    await eve.expect(/^:\S+ 366 eve #ops /);
    await eve.send("PRIVMSG #ops :hello from IRC\n");
    await ada.stdout.expect(/"room":"ops".*"from":"eve".*"text":"hello from IRC"/);
    await ada.write("hello from the room\n");
    await eve.expect(/^:ada!\S+ PRIVMSG #ops :hello from the room$/);
    await bob.write("hello in the lobby\n");
    await bob.stdout.expect(/"room":"lobby".*"text":"hello in the lobby"/);
    demand(!/from IRC|from the room/.test(bob.stdout.text), `bob hears: ${bob.stdout.text}`);
    demand(!eve.seen.some((line) => line.includes("lobby")), `eve hears: ${eve.seen}`);
  },
};

/** A person at a terminal, which is another program than a pipe. */
const TERMINAL: Check = {
  name: "A terminal shows what is said, and sends what is typed",
  async look(bench) {
    const { address } = await bench.serve();
    if (Deno.build.os === "windows") return "not tried: Windows has no script(1)";
    if (!await have("script")) return "not tried: there is no script(1) here";
    const bob = await bench.join(address, "bob");
    const ada = bench.startOnTerminal(["join", address, "--name", "ada"]);
    await bob.stdout.expect(/"type":"join".*"name":"ada"/);
    await bob.write("hello from a pipe\n");
    await ada.stdout.expect(/bob.*hello from a pipe/);
    await ada.write("hello from a terminal\r");
    await bob.stdout.expect(/"from":"ada".*"text":"hello from a terminal"/);
    await ada.write("/quit\r");
    const { code, stdout } = await ada.outcome();
    demand(code === 0, `ada ended with ${code}: ${stdout}`);
    return "exit code 0";
  },
};

/** Without NATS there is a server, and on one NATS two: what is said at one is read at the other. */
const CLUSTER: Check = {
  name: "--nats: two servers hold the same room",
  async look(bench) {
    await bench.serve();
    if (!await have("nats-server")) return "not tried: there is no nats-server here";
    await using nats = await NatsServer.start();
    const one = await bench.serve("--nats", nats.url);
    const two = await bench.serve("--nats", nats.url);
    const ada = await bench.join(one.address, "ada");
    const bob = await bench.join(two.address, "bob");
    await ada.write("hello from the other server\n");
    await bob.stdout.expect(/"from":"ada".*"text":"hello from the other server"/);
    return "one nats-server";
  },
};

/** An orderly end: people are told, and the exit code is 0. */
const SHUTDOWN: Check = {
  name: "SIGTERM ends it in order",
  async look(bench) {
    const { program, port } = await bench.serve();
    await using eve = await PlainClient.join(port, "eve");
    program.signal("SIGTERM");
    // Windows ends a process that is signalled from outside without telling it.
    if (Deno.build.os === "windows") {
      await program.outcome();
      return "ended at once: Windows tells no program that another one ends it";
    }
    await eve.expect("* The server is shutting down.");
    const { code, stderr } = await program.outcome();
    demand(code === 0, `exit code ${code}: ${stderr}`);
    demand(/ stopped$/m.test(stderr), `the log does not end with "stopped": ${stderr}`);
    return "exit code 0";
  },
};

/** What was seen survives `kill -9`. */
const DURABLE: Check = {
  name: "--db keeps what was said through SIGKILL and a restart",
  async look(bench) {
    const db = bench.path("room.db");
    const first = await bench.serve("--db", db);
    const words = ["kept one", "kept two", "kept three"];
    const said = await bench.run(["join", first.address, "--name", "ada", "--plain"], {
      input: words.map((word) => `${word}\n`).join(""),
    });
    demand(said.code === 0, `ada ended with ${said.code}: ${said.stderr}`);
    first.program.signal("SIGKILL");
    await first.program.outcome();
    const second = await bench.serve("--db", db);
    const args = ["join", second.address, "--name", "bob", "--json", "--history", "all", "--exit"];
    const { code, stdout, stderr } = await bench.run(args);
    demand(code === 0, `reading back ended with ${code}: ${stderr}`);
    const texts = [...stdout.matchAll(/"text":"(kept [a-z]+)"/g)].map(([, text]) => text);
    demand(texts.join() === words.join(), `it kept ${texts.join(", ") || "nothing"}: ${stdout}`);
    return `${words.length} messages`;
  },
};

/** The room itself. */
export const TALKS: readonly Check[] = [TALK, ROOMS, TERMINAL, CLUSTER, SHUTDOWN, DURABLE];
