/**
 * The world in which the program plays in the picture, loaded before it with `--preload`: it is
 * always the same time, this machine has the address 192.168.1.5 and no other, its port 5001 is
 * free, and no dice are thrown. So the picture is the same whenever and wherever it is made. The
 * program itself is the real one, unchanged; what it says is not touched.
 *
 * The address of this module tells what is really there: `world.ts?port=40123&at=2026-11-21T14:02`.
 *
 * @module
 */

/** The address that the banner tells and that people type. */
export const ADDRESS = "192.168.1.5";

const REAL_HOST = "127.0.0.1";

/** @param port The port of 127.0.0.1 that stands for every port here. */
function setWorld(port: number, atMs: number): void {
  const RealDate = Date;
  class WorldDate extends RealDate {
    constructor(value: number | string | Date = atMs) {
      super(value);
    }

    static override now(): number {
      return atMs;
    }
  }
  // Whoever listens or connects does so on the real port, and sees what it asked for. The program
  // uses no other forms of the two.
  const { listen, connect } = Deno;
  function worldListen(options: Deno.TcpListenOptions): Deno.TcpListener {
    const listener = listen({ ...options, hostname: REAL_HOST, port });
    const addr = { ...listener.addr, hostname: options.hostname ?? "0.0.0.0", port: options.port };
    return Object.defineProperty(listener, "addr", { value: addr });
  }
  function worldConnect(options: Deno.ConnectOptions): Promise<Deno.TcpConn> {
    return connect({ ...options, hostname: REAL_HOST, port });
  }
  Object.defineProperty(globalThis, "Date", { value: WorldDate });
  Object.defineProperty(Math, "random", { value: () => 0 });
  Object.defineProperties(Deno, {
    listen: { value: worldListen },
    connect: { value: worldConnect },
    networkInterfaces: { value: () => [{ family: "IPv4", name: "eth0", address: ADDRESS }] },
  });
}

// A module that is only read for its constant asks for nothing.
const { searchParams } = new URL(import.meta.url);
const [port, at] = [searchParams.get("port"), searchParams.get("at")];
if (port !== null && at !== null) setWorld(Number(port), Date.parse(at));
