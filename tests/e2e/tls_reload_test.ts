/**
 * `--tls-reload` from the outside: a certificate that is replaced while people talk.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { needs } from "../helpers/proc.ts";
import { commandLine, Program, type RunningServer, startServer } from "../helpers/program.ts";
import { opensslIdentity } from "../helpers/tls.ts";

const ignore = !await needs("unix", "openssl");

/** The command line with the permission for files that `deno task` gives. */
function withFiles(args: readonly string[]): string[] {
  const [deno = "", run = "", ...rest] = commandLine(args);
  return [deno, run, "--allow-read", "--allow-write", ...rest];
}

/** Two files and a server that uses them. */
class Place implements AsyncDisposable {
  readonly #directory = Deno.makeTempDirSync({ prefix: "chat-reload-" });
  readonly certFile = `${this.#directory}/cert.pem`;
  readonly keyFile = `${this.#directory}/key.pem`;
  #server: RunningServer | undefined;

  async start(...flags: string[]): Promise<RunningServer> {
    const files = ["--tls-cert", this.certFile, "--tls-key", this.keyFile];
    this.#server = await startServer([...files, "--log-level", "debug", ...flags], withFiles);
    return this.#server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
    Deno.removeSync(this.#directory, { recursive: true });
  }
}

/** Whether a port speaks TLS with just this certificate. */
async function speaksWith(port: number, cert: string): Promise<boolean> {
  try {
    const options = { hostname: "127.0.0.1", port, caCerts: [cert] };
    using conn = await Deno.connectTls(options);
    await conn.handshake();
    return true;
  } catch {
    return false;
  }
}

Deno.test({
  name: "At SIGHUP a new certificate counts for new connections, and nobody is dropped",
  ignore,
  async fn() {
    await using place = new Place();
    await opensslIdentity(place, { days: 5 });
    const first = Deno.readTextFileSync(place.certFile);
    const server = await place.start("--tls-reload", "--web", "0");
    await server.log.expect(/certificate expires days=5/);
    // What it keeps: the permission to read, and nothing else.
    await server.log.expect(/permissions left=read$/);
    const line = await server.stdout.expect(/^ {2}https:\/\/127\.0\.0\.1:\d+\//);
    const ports = [server.port, Number(/:(\d+)\//.exec(line)?.[1])];
    const join = ["join", `127.0.0.1:${server.port}`, "--plain", "--ca", place.certFile];
    await using ada = new Program(withFiles([...join, "--name", "ada"]));
    await ada.stdout.expect(/Welcome, ada!/);

    Deno.writeTextFileSync(place.certFile, "half a certif");
    server.signal("SIGHUP");
    await server.log.expect(/certificate refused .*There is no certificate/);
    for (const port of ports) assert(await speaksWith(port, first));

    await opensslIdentity(place, { days: 90 });
    const second = Deno.readTextFileSync(place.certFile);
    server.signal("SIGHUP");
    await server.log.expect(/certificate renewed names=127\.0\.0\.1 until=/);
    for (const port of ports) {
      assert(await speaksWith(port, second));
      assert(!await speaksWith(port, first));
    }
    await using bob = new Program(withFiles([...join, "--name", "bob"]));
    await bob.stdout.expect(/Welcome, bob!/);
    await ada.write("still here\n");
    await bob.stdout.expect(/ada: still here/);
    assert(!/ada left|ada joined again/.test(bob.stdout.text), bob.stdout.text);
    server.signal("SIGTERM");
    assertEquals((await server.outcome()).code, 0);
  },
});

Deno.test({
  name: "Without --tls-reload the server can read no file any more, and SIGHUP changes nothing",
  ignore,
  async fn() {
    await using place = new Place();
    await opensslIdentity(place, { days: 90 });
    const first = Deno.readTextFileSync(place.certFile);
    const server = await place.start();
    await server.log.expect(/permissions left=none$/);
    await opensslIdentity(place, { days: 90 });
    server.signal("SIGHUP");
    await server.log.expect(/nothing to reload .*--tls-reload/);
    assert(await speaksWith(server.port, first));
    server.signal("SIGTERM");
    assertEquals((await server.outcome()).code, 0);
  },
});
