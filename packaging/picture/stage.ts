/**
 * The world in which the program plays in the picture, loaded before it with `--preload`: it is
 * always the same time, this machine has the address 192.168.1.5 and no other, its port 5001 is
 * free, and no dice are thrown. So the picture is the same whenever and wherever it is made. The
 * program itself is the real one, unchanged; what it says is not touched.
 *
 * The address of this module tells what is really there: `stage.ts?port=40123&at=2026-11-21T14:02`.
 *
 * @module
 */

/** The address that the banner tells and that people type. */
export const STAGE_ADDRESS = "192.168.1.5";

const REAL_HOST = "127.0.0.1";

/** What an address of this module has to tell. */
interface Truth {
  /** The port of 127.0.0.1 that stands for every port here. */
  readonly port: number;
  /** The time, in milliseconds since 1970. */
  readonly atMs: number;
}

/** What is asked of a module that is only read for its constants: nothing. */
function readTruth(address: string): Truth | null {
  const { searchParams } = new URL(address);
  const [port, at] = [searchParams.get("port"), searchParams.get("at")];
  return port === null || at === null ? null : { port: Number(port), atMs: Date.parse(at) };
}

function replace<T extends object, K extends keyof T>(owner: T, name: K, value: T[K]): void {
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
}

function setStage({ port, atMs }: Truth): void {
  const RealDate = Date;
  class StageDate extends RealDate {
    constructor(value: number | string | Date = atMs) {
      super(value);
    }

    static override now(): number {
      return atMs;
    }
  }
  replace(globalThis, "Date", StageDate as DateConstructor);
  replace(Math, "random", () => 0);
  replace(Deno, "networkInterfaces", () => [{
    family: "IPv4",
    name: "eth0",
    address: STAGE_ADDRESS,
    netmask: "255.255.255.0",
    scopeid: null,
    cidr: `${STAGE_ADDRESS}/24`,
    mac: "00:00:00:00:00:00",
  }]);
  setNetwork(port);
}

/** Whoever listens or connects does so on the real port of the loopback, and sees what it asked for. */
function setNetwork(port: number): void {
  const { listen, connect } = Deno;
  function stageListen(options: Deno.TcpListenOptions): Deno.TcpListener {
    const listener = listen({ ...options, hostname: REAL_HOST, port });
    const addr = { ...listener.addr, hostname: options.hostname ?? "0.0.0.0", port: options.port };
    Object.defineProperty(listener, "addr", { value: addr });
    return listener;
  }
  function stageConnect(options: Deno.ConnectOptions): Promise<Deno.TcpConn> {
    return connect({ ...options, hostname: REAL_HOST, port });
  }
  // The program uses no other forms of the two.
  replace(Deno, "listen", stageListen as typeof Deno.listen);
  replace(Deno, "connect", stageConnect as typeof Deno.connect);
}

const truth = readTruth(import.meta.url);
if (truth !== null) setStage(truth);
