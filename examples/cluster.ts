/**
 * Several servers on this machine, for trying it out: three nats-servers from the PATH, and two
 * chat servers on them. Ctrl-C ends all of it, and nothing is left behind.
 *
 * @module
 */

const HOST = "127.0.0.1";
const NATS_PORTS = [14222, 14223, 14224] as const;
const CHAT_PORTS = [5001, 5002] as const;

/** Older ones do not keep replicas equal: docs/cluster.md. */
const OLDEST_CLUSTER = [2, 12] as const;

const ROOT = new URL("../", import.meta.url);

/** What runs, to be ended at last, newest first. */
const running = new Set<Deno.ChildProcess>();
let isEnding = false;

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** Starts a program that is to run until the end. */
function start(
  name: string,
  command: string,
  args: readonly string[],
  output: "inherit" | "null",
): Deno.ChildProcess {
  const child = new Deno.Command(command, {
    args: [...args],
    stdin: "null",
    stdout: "null",
    stderr: output,
  }).spawn();
  running.add(child);
  child.status.then(({ code, signal }) => {
    running.delete(child);
    if (!isEnding) say(`${name} has ended (${signal ?? code})`);
  });
  return child;
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
  const routes = ports.map((port) => `nats-route://${HOST}:${port + 2_000}`).join(",");
  for (const [i, port] of ports.entries()) {
    const alone = ["-js", "-sd", `${directory}/nats${i}`, "-a", HOST, "-p", String(port)];
    const cluster = ["--cluster_name", "chat", "--cluster", `nats://${HOST}:${port + 2_000}`];
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
  const { pid } = start(
    `chat serve ${port}`,
    Deno.execPath(),
    ["run", "--no-prompt", ...permissions, main, "serve", ...flags, "--nats", nats],
    "inherit",
  );
  say(`chat serve --port ${port}, process ${pid}`);
}

const directory = await Deno.makeTempDir({ prefix: "chat-cluster-" });
try {
  const stopped = new Promise<void>((stop) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, stop);
  });
  const many = await isClusterVersion();
  if (!many) say("This NATS is too old for replicas, so there is only one of it.");
  const nats = startNats(directory, many ? NATS_PORTS : NATS_PORTS.slice(0, 1));
  for (const port of CHAT_PORTS) startChat(directory, port, nats);
  say(`\nJoin with: deno task join ${CHAT_PORTS.map((port) => `${HOST}:${port}`).join(",")}`);
  say("Kill one of them (kill -9 PROCESS) and see that you stay. Ctrl-C ends all.\n");
  await stopped;
} catch (error) {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
  say("There is no nats-server on the PATH: https://github.com/nats-io/nats-server/releases");
} finally {
  isEnding = true;
  for (const child of [...running].reverse()) {
    child.kill("SIGTERM");
    await child.status;
  }
  await Deno.remove(directory, { recursive: true });
}
