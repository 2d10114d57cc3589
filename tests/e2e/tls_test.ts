/**
 * TLS from the outside: two commands for a lab network, a restart with another certificate, and
 * clear words for everything that does not fit together.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { PlainClient } from "../helpers/plain_client.ts";
import {
  commandLine,
  type Outcome,
  Program,
  type RunningServer,
  startServer,
} from "../helpers/program.ts";
import { identity, type IdentityOptions } from "../helpers/tls.ts";
import { within } from "../helpers/wait.ts";

/** A directory with the files of one server, removed when disposed. */
class Place implements Disposable {
  readonly dir: string = Deno.makeTempDirSync({ prefix: "chat-tls-" });
  readonly cert: string = `${this.dir}/cert.pem`;
  readonly key: string = `${this.dir}/key.pem`;
  readonly db: string = `${this.dir}/room.db`;

  /** Puts a new identity in place; gives its certificate. */
  async renew(options: IdentityOptions = {}): Promise<string> {
    const { cert, key } = await identity(options);
    Deno.writeTextFileSync(this.cert, cert);
    Deno.writeTextFileSync(this.key, key);
    return cert;
  }

  /** The flags that use it. */
  get flags(): string[] {
    return ["--tls-cert", this.cert, "--tls-key", this.key];
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.dir, { recursive: true });
  }
}

function serve(place: Place, ...flags: string[]): Promise<RunningServer> {
  return startServer([...place.flags, ...flags]);
}

function join(port: number, name: string, ...flags: string[]): Program {
  const address = `127.0.0.1:${port}`;
  return new Program(commandLine(["join", address, "--name", name, "--plain", ...flags]));
}

/** What a client that does not get in says, in one line. */
async function refusal(address: string, ...flags: string[]): Promise<string> {
  const args = ["join", address, "--name", "eve", "--plain", ...flags];
  await using program = new Program(commandLine(args));
  const { code, stderr }: Outcome = await program.outcome();
  assertEquals([code, stderr.trimEnd().split("\n").length], [1, 1], stderr);
  return stderr;
}

Deno.test("TLS on a lab network is two commands, and the second start uses the same files", async () => {
  using place = new Place();
  for (const round of ["first", "second"]) {
    await using server = await serve(place, "--tls-self-signed", "lab-pc.local");
    const line = await server.stdout.expect(/^ {2}chat join 127\.0\.0\.1:\d+ --tls --ca /);
    assert(line.includes(place.cert), line);
    await using ada = join(server.port, "ada", "--tls", "--ca", place.cert);
    await ada.stdout.expect(/Welcome, ada!/);
    await using bob = join(server.port, "bob", "--ca", place.cert);
    await ada.stdout.expect(/bob joined/);
    await bob.write(`${round} hello\n`);
    await ada.stdout.expect(/bob.*hello/);
    await ada.write("hello yourself\n");
    await bob.stdout.expect(/ada.*hello yourself/);
    await bob.closeInput();
    assertEquals((await bob.outcome()).code, 0);
    await ada.stdout.expect(/bob left/);
    server.signal("SIGTERM");
    assertEquals((await server.outcome()).code, 0);
  }
});

Deno.test("A server with a new certificate gets its clients back, and nobody has left", async () => {
  using place = new Place();
  const [first, second] = [await place.renew(), await identity()];
  const both = `${place.dir}/both.pem`;
  Deno.writeTextFileSync(both, first + second.cert);
  const before = await serve(place, "--db", place.db);
  const { port } = before;
  await using ada = join(port, "ada", "--json", "--ca", both, "--timeout", "30");
  await ada.stdout.expect(/"type":"join".*"ada"/);
  await ada.write("before\n");
  await ada.stdout.expect(/"text":"before"/);
  before.signal("SIGKILL");
  await before.outcome();
  await before[Symbol.asyncDispose]();

  Deno.writeTextFileSync(place.cert, second.cert);
  Deno.writeTextFileSync(place.key, second.key);
  const args = ["serve", "--host", "127.0.0.1", "--port", String(port), "--db", place.db];
  await using after = new Program(commandLine([...args, ...place.flags]), { stdin: false });
  await after.stdout.expect(/ is listening on /);
  await ada.write("after\n");
  await ada.stdout.expect(/"text":"after"/);
  await ada.closeInput();
  assertEquals((await ada.outcome()).code, 0);
  const types = ada.stdout.seen.map((line) => /"type":"(join|leave|message)"/.exec(line)?.[1]);
  assertEquals(types.filter((type) => type !== undefined), ["join", "message", "message", "leave"]);
});

Deno.test("Who comes without TLS is told how to come, and others do not notice", async () => {
  using place = new Place();
  await place.renew();
  await using server = await serve(place);
  await using ada = join(server.port, "ada", "--ca", place.cert);
  await ada.stdout.expect(/Welcome, ada!/);
  await using plain = await PlainClient.connect(server.port);
  await plain.say("bob");
  const [line, ...rest] = await plain.rest();
  assertMatch(line ?? "", /^\* This port speaks TLS\. Join it with: .* --tls/);
  assertEquals(rest, []);
  const words = await refusal(`127.0.0.1:${server.port}`);
  assertMatch(words, /speaks TLS.* --tls/);
  await server.log.expect(/ info +refused address=127\.0\.0\.1:\d+ why="does not speak TLS"/);
  await ada.write("still here\n");
  await ada.closeInput();
  assertEquals((await ada.outcome()).code, 0);
});

Deno.test("A client without TLS recognises the TLS of any server", async () => {
  const { cert, key } = await identity();
  using listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
  const serving = (async () => {
    using conn = await listener.accept();
    await conn.handshake().catch(() => {});
  })();
  const words = await refusal(`127.0.0.1:${(listener.addr as Deno.NetAddr).port}`);
  assertMatch(
    words,
    /^chat: Cannot join 127\.0\.0\.1:\d+: what listens there speaks TLS\. Join it with: chat join 127\.0\.0\.1:\d+ --tls /,
  );
  await within(serving, "the end of the server");
});

Deno.test("A client with TLS at a port without is told to leave it out", async () => {
  await using server = await startServer();
  const words = await refusal(`127.0.0.1:${server.port}`, "--tls");
  assertMatch(words, /does not speak TLS\. Leave --tls and --ca out/);
});

Deno.test("A certificate that is not to be believed is told with what to do", async () => {
  using place = new Place();
  using other = new Place();
  await other.renew();
  for (
    const [options, flags, words] of [
      [{}, ["--tls"], /this machine does not trust .*add --ca FILE/],
      [
        {},
        ["--ca", other.cert],
        /server's certificate is not the one in \S+, and not signed by it\. /,
      ],
      [{ names: ["chat.example"] }, ["--ca", place.cert], /not for 127.0.0.1 but for chat.example/],
      [{ fromDays: -3, toDays: -2 }, ["--ca", place.cert], /certificate has expired/],
      [{ fromDays: 2, toDays: 3 }, ["--ca", place.cert], /not valid yet\. Is the clock/],
    ] as const
  ) {
    await place.renew(options);
    await using server = await serve(place);
    assertMatch(await refusal(`127.0.0.1:${server.port}`, ...flags), words);
  }
});

Deno.test("A --ca file that is missing, or something else, is told before anything is dialled", async () => {
  using place = new Place();
  assertMatch(await refusal("127.0.0.1:1", "--ca", place.cert), /Cannot read the certificate file/);
  await place.renew();
  assertMatch(await refusal("127.0.0.1:1", "--ca", place.key), /There is no certificate in/);
});

Deno.test("A server whose certificate cannot be read does not start, and makes no database", async () => {
  using place = new Place();
  const args = ["serve", "--host", "127.0.0.1", "--port", "0", "--db", place.db, ...place.flags];
  await using program = new Program(commandLine(args), { stdin: false });
  const { code, stdout, stderr } = await program.outcome();
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^chat: Cannot read the certificate file ".*": No such file.*\n$/);
  assertEquals([...Deno.readDirSync(place.dir)], []);
});

Deno.test("A plain client over TLS is as good a guest as over TCP", async () => {
  using place = new Place();
  const cert = await place.renew();
  await using server = await serve(place);
  const tcp = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  using conn = await Deno.startTls(tcp, { hostname: "127.0.0.1", caCerts: [cert] });
  await conn.write(new TextEncoder().encode("ada\nhi\n"));
  await conn.closeWrite();
  let text = "";
  const buffer = new Uint8Array(4096);
  for (let n = await conn.read(buffer); n !== null; n = await conn.read(buffer)) {
    text += new TextDecoder().decode(buffer.subarray(0, n));
  }
  assertMatch(text, /^Welcome, ada!/);
  await server.log.expect(/ left .*name=ada.* reason=quit/);
});

Deno.test("A plain client over TLS that says nothing is asked for a name", async () => {
  using place = new Place();
  const cert = await place.renew();
  await using server = await serve(place);
  const tcp = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  using conn = await Deno.startTls(tcp, { hostname: "127.0.0.1", caCerts: [cert] });
  const buffer = new Uint8Array(4096);
  const count = await within(conn.read(buffer), "the greeting") ?? 0;
  assertMatch(new TextDecoder().decode(buffer.subarray(0, count)), /^Welcome to chat\..*name/);
});
