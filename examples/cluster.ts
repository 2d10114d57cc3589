/**
 * Several servers on this machine, for trying it out: three nats-servers from the PATH, and two
 * chat servers on them. Ctrl-C ends all of it, and nothing is left behind.
 *
 * @module
 */

const HELP = `Usage: deno task cluster [PORT]

Starts three nats-servers (the one on the PATH) and two chat servers on this machine, prints how to
join them, and shows their logs. Ctrl-C ends all of it, and removes its files.

The chat servers listen on PORT (default 5001) and the port after it, NATS on PORT + 10 to
PORT + 12, and its nodes meet on PORT + 20 to PORT + 22, all of 127.0.0.1 only.`;

const HOST = "127.0.0.1";
const DEFAULT_PORT = 5001;

/** Distances from the first port. */
const NATS_OFFSETS = [10, 11, 12] as const;
const CHAT_OFFSETS = [0, 1] as const;
const ROUTE_OFFSET = 10;
const OFFSETS = [...CHAT_OFFSETS, ...NATS_OFFSETS, ...NATS_OFFSETS.map((at) => at + ROUTE_OFFSET)];
const MAX_PORT = 65_535 - Math.max(...OFFSETS);

/** Older ones do not keep replicas equal: docs/cluster.md. */
const OLDEST_CLUSTER = [2, 12] as const;

const ROOT = new URL("../", import.meta.url);

/** What runs, to be ended at last, newest first. */
const running = new Set<Deno.ChildProcess>();
let isEnding = false;

/** The logs that are shown, until their end. */
const logs: Promise<void>[] = [];

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** Starts a program that is to run until the end. */
function start(
  name: string,
  command: string,
  args: readonly string[],
  stderr: "piped" | "null",
): Deno.ChildProcess {
  const child = new Deno.Command(command, {
    args: [...args],
    stdin: "null",
    stdout: "null",
    stderr,
  }).spawn();
  running.add(child);
  child.status.then(({ code, signal }) => {
    running.delete(child);
    if (!isEnding) say(`${name} has ended (${signal ?? code})`);
  });
  return child;
}

/** Ends a program, which the terminal may have told already: Ctrl-C is for all of its programs. */
async function end(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGTERM");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  await child.status;
}

/** Shows the lines of a log, each with a label. */
async function showLog(label: string, log: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
  let rest = "";
  for await (const text of log.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) say(`${label} | ${line}`);
  }
  if (rest !== "") say(`${label} | ${rest}`);
}

/** The first port that another program listens on; null when all are free. */
function findTaken(ports: readonly number[]): number | null {
  for (const port of ports) {
    try {
      Deno.listen({ hostname: HOST, port }).close();
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
      return port;
    }
  }
  return null;
}

/** Whether the nats-server of the PATH may be one of several. */
async function isClusterVersion(): Promise<boolean> {
  const { stdout } = await new Deno.Command("nats-server", { args: ["--version"] }).output();
  const version = new TextDecoder().decode(stdout).trim();
  say(version);
  const [, major, minor] = /v(\d+)\.(\d+)/.exec(version) ?? [];
  const [oldMajor, oldMinor] = OLDEST_CLUSTER;
  return Number(major) > oldMajor || (Number(major) === oldMajor && Number(minor) >= oldMinor);
}

/** Starts NATS, and gives its addresses. */
function startNats(directory: string, ports: readonly number[]): string {
  const routes = ports.map((port) => `nats-route://${HOST}:${port + ROUTE_OFFSET}`).join(",");
  for (const [i, port] of ports.entries()) {
    const alone = ["-js", "-sd", `${directory}/nats${i}`, "-a", HOST, "-p", String(port)];
    const cluster = [
      "--cluster_name",
      "chat",
      "--cluster",
      `nats://${HOST}:${port + ROUTE_OFFSET}`,
    ];
    const args = ports.length === 1
      ? alone
      : [...alone, "-n", `n${i}`, ...cluster, "--routes", routes];
    const { pid } = start(`nats-server ${port}`, "nats-server", args, "null");
    say(`nats-server ${HOST}:${port}, process ${pid}`);
  }
  return ports.map((port) => `nats://${HOST}:${port}`).join(",");
}

/** Starts a chat server, with the permissions of its task. */
function startChat(directory: string, port: number, nats: string): void {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const permissions = String(tasks.serve.command).split(" ")
    .filter((word) => word.startsWith("--allow-"));
  const main = new URL("main.ts", ROOT).href;
  const flags = ["--host", HOST, "--port", `${port}`, "--db", `${directory}/${port}.db`];
  const args = ["serve", ...flags, "--nats", nats];
  const child = start(
    `chat serve ${port}`,
    Deno.execPath(),
    ["run", "--no-prompt", ...permissions, main, ...args],
    "piped",
  );
  logs.push(showLog(`${port}`, child.stderr));
  say(`chat serve --port ${port}, process ${child.pid}; to start it again, in another terminal:`);
  say(`  deno task ${args.join(" ")}`);
}

/** Runs all of it until it is told to stop. */
async function run(directory: string, first: number): Promise<void> {
  const stopped = new Promise<void>((stop) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, stop);
  });
  const many = await isClusterVersion();
  if (!many) say("This NATS is too old for replicas, so there is only one of it.");
  const offsets = many ? NATS_OFFSETS : NATS_OFFSETS.slice(0, 1);
  const nats = startNats(directory, offsets.map((offset) => first + offset));
  const ports = CHAT_OFFSETS.map((offset) => first + offset);
  for (const port of ports) startChat(directory, port, nats);
  say(`\nJoin with: deno task join ${ports.map((port) => `${HOST}:${port}`).join(",")}`);
  say("Kill one of them (kill -9 PROCESS) and see that you stay. Ctrl-C ends all.\n");
  await stopped;
}

/** @returns The exit code. */
async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    say(HELP);
    return 0;
  }
  const first = Number(args[0] ?? DEFAULT_PORT);
  if (args.length > 1 || !(Number.isInteger(first) && first > 0 && first <= MAX_PORT)) {
    say(`${args.join(" ")} is not a port: see deno task cluster --help`);
    return 2;
  }
  const taken = findTaken(OFFSETS.map((offset) => first + offset));
  if (taken !== null) {
    say(
      `Port ${taken} is in use: end what listens there, or choose others: deno task cluster 6001`,
    );
    return 1;
  }
  const directory = await Deno.makeTempDir({ prefix: "chat-cluster-" });
  try {
    await run(directory, first);
    return 0;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    say("There is no nats-server on the PATH: https://github.com/nats-io/nats-server/releases");
    return 1;
  } finally {
    isEnding = true;
    for (const child of [...running].reverse()) await end(child);
    await Promise.all(logs);
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.exit(await main(Deno.args));
