/**
 * TLS handshakes that are cut at every stage: a relay between a real TLS client and the server ends
 * or holds the connection after a number of bytes of either side.
 *
 * @module
 */

import net from "node:net";
import type { Attack, AttackRun } from "../attack.ts";
import { forEach, introduction } from "../../nuisance.ts";

/**
 * A whole handshake, and a first line: some 500 bytes from the client, some 1,500 from the server.
 */
const CLIENT_BYTES = 900;
const SERVER_BYTES = 2_000;

/** How long a connection that is held stays. */
const HELD_MS = 2_000;

const ENDINGS = ["reset", "end", "hold"] as const;

/** See the module. */
export const tlsCuts: Attack = {
  name: "tls-cuts",
  about: "TLS handshakes cut at every stage",
  count: 3_000,
  testCount: 150,
  finite: true,
  tls: true,
  async run(run) {
    run.ready();
    const caCerts = [Deno.readTextFileSync(run.certificate ?? "")];
    const whole = { count: 0 };
    const cut = await forEach(run, 20, (number) => handshake(run, caCerts, number, whole));
    return { cut, "far enough to be welcomed": whole.count };
  },
};

async function handshake(
  run: AttackRun,
  caCerts: string[],
  number: number,
  whole: { count: number },
): Promise<void> {
  await using relay = await Relay.open(run, number);
  try {
    using conn = await Deno.connectTls({ hostname: "127.0.0.1", port: relay.port, caCerts });
    await conn.handshake();
    await conn.write(new TextEncoder().encode(introduction(run, "cut", number)));
    const buffer = new Uint8Array(4_096);
    for (let heard = ""; !run.signal.aborted;) {
      const count = await conn.read(buffer);
      if (count === null) break;
      heard += new TextDecoder().decode(buffer.subarray(0, count));
      if (!/"type":"welcome"|^Welcome, /m.test(heard)) continue;
      whole.count++;
      break;
    }
  } catch {
    // That it fails is the point.
  }
}

/** Passes bytes on, both ways, until one side has had its share. */
class Relay implements AsyncDisposable {
  readonly port: number;
  readonly #server: net.Server;
  readonly #sockets: net.Socket[];

  private constructor(server: net.Server, sockets: net.Socket[]) {
    this.#server = server;
    this.#sockets = sockets;
    this.port = (server.address() as net.AddressInfo).port;
  }

  static open({ host, port, random }: AttackRun, number: number): Promise<Relay> {
    const sockets: net.Socket[] = [];
    const ending = ENDINGS[number % ENDINGS.length]!;
    const cutsClient = random.chance(0.5);
    let left = random.below(cutsClient ? CLIENT_BYTES : SERVER_BYTES);
    const server = net.createServer((client) => {
      const far = net.connect(port, host);
      sockets.push(client, far);
      for (const socket of [client, far]) {
        socket.on("error", () => socket.destroy());
        socket.on("close", () => {
          client.destroy();
          far.destroy();
        });
      }
      client.on("data", (bytes: Uint8Array) => pass(bytes, far, cutsClient));
      far.on("data", (bytes: Uint8Array) => pass(bytes, client, !cutsClient));
      function pass(bytes: Uint8Array, to: net.Socket, isCut: boolean): void {
        if (!isCut) return void to.write(bytes);
        if (left <= 0) return;
        to.write(bytes.subarray(0, left), () => left <= 0 && end());
        left -= bytes.length;
      }
      function end(): void {
        if (ending === "reset") far.resetAndDestroy();
        else if (ending === "end") far.end();
        else setTimeout(() => far.destroy(), HELD_MS);
      }
    });
    return new Promise((resolve) => {
      server.listen(0, "127.0.0.1", () => resolve(new Relay(server, sockets)));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
