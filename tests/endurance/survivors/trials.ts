/**
 * What the servers are put through, in ways that every line of text over TCP can be put through.
 *
 * @module
 */

import { connectAndReset } from "../../helpers/reset.ts";
import { pause } from "../chaos/crowd.ts";
import type { Link } from "../chaos/link.ts";
import type { Random } from "../random.ts";
import type { Contender, Running } from "./contender.ts";
import { comeIn } from "./witnesses.ts";

/** What a trial is given. */
export interface Scene {
  /** Whom it is for. */
  readonly contender: Contender;
  /** The server. */
  readonly server: Running;
  /** All chance comes from it. */
  readonly random: Random;
  /** A way to another network namespace; null where there is none. */
  readonly link: Link | null;
  /** Closed in the end. */
  readonly open: Deno.Conn[];
}

/** One of them. */
export interface Trial {
  /** For the table. */
  readonly name: string;
  /**
   * Does it.
   *
   * @returns What is worth saying beside what the witnesses say; null: nothing. `undefined`: it
   * cannot be done on this machine.
   */
  run(scene: Scene): Promise<string | null | undefined>;
}

const encoder = new TextEncoder();

async function connect({ server, open }: Scene): Promise<Deno.Conn | null> {
  try {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    open.push(conn);
    return conn;
  } catch {
    return null;
  }
}

/** Writes all of it; false when the connection has ended. */
async function pour(conn: Deno.Conn, data: string | Uint8Array): Promise<boolean> {
  const bytes = typeof data === "string" ? encoder.encode(data) : data;
  try {
    for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
    return true;
  } catch {
    return false;
  }
}

/** Reads and throws away. */
async function swallow(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(65_536);
  try {
    while (await conn.read(buffer) !== null);
  } catch {
    // It has ended.
  }
}

async function resets({ server }: Scene): Promise<null> {
  for (let i = 0; i < 2_000 && !server.ended; i += 20) {
    const batch = Array.from({ length: 20 }, () => connectAndReset(server.port).catch(() => {}));
    await Promise.all(batch);
  }
  return null;
}

/** One reads nothing, one talks as fast as it can. */
async function deaf(scene: Scene): Promise<null> {
  const { contender } = scene;
  const deafOne = await connect(scene);
  if (deafOne !== null) await pour(deafOne, contender.enter("deaf"));
  await flooders(scene, 1);
  return null;
}

async function floodOf(scene: Scene): Promise<null> {
  await flooders(scene, 20);
  return null;
}

async function flooders(scene: Scene, count: number): Promise<void> {
  const { contender } = scene;
  let over = false;
  const work = Array.from({ length: count }, async (_, i) => {
    const conn = await connect(scene);
    if (conn === null) return;
    const swallowed = swallow(conn);
    await pour(conn, contender.enter(`flood${i}`));
    const words = contender.say("x".repeat(300)).repeat(50);
    while (!over && await pour(conn, words));
    await swallowed;
  });
  await pause(8_000);
  over = true;
  for (const conn of scene.open) close(conn);
  await Promise.all(work);
}

async function slow(scene: Scene): Promise<null> {
  const conns: Deno.Conn[] = [];
  for (let i = 0; i < 200; i++) {
    const conn = await connect(scene);
    if (conn === null) break;
    conns.push(conn);
    swallow(conn);
    if (i % 2 === 0) await pour(conn, scene.contender.enter(`slow${i}`));
  }
  for (let second = 0; second < 6; second++) {
    await Promise.all(conns.map((conn) => pour(conn, "x")));
    await pause(1_000);
  }
  return null;
}

async function endless(scene: Scene): Promise<string | null> {
  const conn = await connect(scene);
  if (conn === null) return null;
  swallow(conn);
  await pour(conn, scene.contender.enter("endless"));
  const before = await scene.server.rssBytes();
  let most = before;
  const chunk = new Uint8Array(1_000_000).fill(0x78);
  let sent = 0;
  for (; sent < 100 && await pour(conn, chunk); sent++) {
    if (sent % 5 === 0) most = Math.max(most, await scene.server.rssBytes());
  }
  await pour(conn, "\n");
  const grown = ((most - before) / 1_048_576).toFixed(0);
  return sent < 100 ? `cut off after ${sent} MB` : `took all of it, memory +${grown} MiB`;
}

/** A line that is too long, then one that is not: does the connection still work? */
async function overlong({ contender, server }: Scene): Promise<string | null> {
  const heard = Promise.withResolvers<string>();
  const listener = await comeIn(contender, server, "listener", (line) => {
    if (line.includes("short again")) heard.resolve("the next line is heard");
  });
  const speaker = await comeIn(contender, server, "speaker");
  if (listener === null || speaker === null) return "nobody can come in";
  await speaker.send(contender.say("y".repeat(200_000)));
  await pause(1_000);
  await speaker.send(contender.say("short again"));
  speaker.ended.then(() => heard.resolve("its sender is cut off"));
  const verdict = await Promise.race([
    heard.promise,
    pause(5_000).then(() => "nothing more is heard of its sender"),
  ]);
  listener.close();
  speaker.close();
  await Promise.all([listener.ended, speaker.ended]);
  return verdict;
}

async function noise(scene: Scene): Promise<null> {
  const { random } = scene;
  for (let i = 0; i < 200; i++) {
    const conn = await connect(scene);
    if (conn === null) break;
    const swallowed = swallow(conn);
    if (i % 2 === 0) await pour(conn, scene.contender.enter(`noise${i}`));
    const bytes = new Uint8Array(random.logUniform(1, 8_192));
    for (let at = 0; at < bytes.length; at++) bytes[at] = random.below(256);
    await pour(conn, bytes);
    await pause(20);
    close(conn);
    await swallowed;
  }
  return null;
}

/** One line byte by byte, while others talk: does it stay one? */
async function pieces({ contender, server }: Scene): Promise<string> {
  let whole = false;
  const listener = await comeIn(contender, server, "listener", (line) => {
    if (/[ :]in many small pieces\s*$/.test(line)) whole = true;
  });
  const speaker = await comeIn(contender, server, "speaker");
  if (listener === null || speaker === null) return "nobody can come in";
  for (const char of contender.say("in many small pieces")) {
    await speaker.send(char);
    await pause(30);
  }
  await pause(1_000);
  listener.close();
  speaker.close();
  await Promise.all([listener.ended, speaker.ended]);
  return whole ? "one line" : "torn: others see it in pieces, mixed with their own";
}

/** What moves a cursor or recolours a screen. */
async function escapes({ contender, server }: Scene): Promise<string> {
  let seen = "";
  const listener = await comeIn(contender, server, "listener", (line) => {
    if (line.includes("boo")) seen = line;
  });
  const speaker = await comeIn(contender, server, "speaker");
  if (listener === null || speaker === null) return "nobody can come in";
  await speaker.send(contender.say("\x1b[2Jboo\u009b31m"));
  await pause(1_000);
  listener.close();
  speaker.close();
  await Promise.all([listener.ended, speaker.ended]);
  const passed = [seen.includes("\x1b") && "ESC", seen.includes("\u009b") && "C1"].filter(Boolean);
  if (seen === "") return "not relayed";
  return passed.length === 0 ? "replaced" : `${passed.join(" and ")} reach other screens`;
}

/** Peers vanish; how long are they kept? */
async function halfOpen({ contender, server, link }: Scene): Promise<string | undefined> {
  if (link === null) return undefined;
  const before = await server.descriptors();
  const words = JSON.stringify(Array.from({ length: 20 }, (_, i) => contender.enter(`far${i}`)));
  const address = `{ hostname: ${JSON.stringify(link.host)}, port: ${server.port} }`;
  const script = `for (const words of ${words}) {
    const conn = await Deno.connect(${address});
    await conn.write(new TextEncoder().encode(words));
    conn.readable.pipeTo(new WritableStream()).catch(() => {});
  }
  console.log("ready"); await new Promise((resolve) => setTimeout(resolve, 600_000));`;
  const [tool = "", ...args] = [...link.before, Deno.execPath(), "eval", script];
  const far = new Deno.Command(tool, { args, stdout: "piped", stderr: "null" }).spawn();
  const reader = far.stdout.getReader();
  await reader.read();
  await pause(1_000);
  await link.cut();
  const startMs = performance.now();
  let left = 20;
  while (left > 0 && performance.now() - startMs < HALF_OPEN_MS && !server.ended) {
    await pause(1_000);
    left = Math.max(0, await server.descriptors() - before);
  }
  far.kill("SIGKILL");
  await reader.cancel();
  await far.status;
  const seconds = ((performance.now() - startMs) / 1_000).toFixed(0);
  return left === 0 ? `gone after ${seconds} s` : `${left} of 20 still there after ${seconds} s`;
}

/** Ngircd's ping times out after 140 s. */
const HALF_OPEN_MS = 180_000;

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It was closed already.
  }
}

/** Closes everything that a trial has left open. */
export function closeAll({ open }: Scene): void {
  for (const conn of open) close(conn);
}

/** See the module. */
export const TRIALS: readonly Trial[] = [
  { name: "2,000 resets racing accepts", run: resets },
  { name: "one peer that never reads, while another floods", run: deaf },
  { name: "20 peers that flood", run: floodOf },
  { name: "200 peers that send one byte a second", run: slow },
  { name: "a line of 100 MB", run: endless },
  { name: "a line of 200 KB, then a short one", run: overlong },
  { name: "random bytes from 200 peers", run: noise },
  { name: "a line sent byte by byte while others talk", run: pieces },
  { name: "escape sequences in a message", run: escapes },
  { name: "20 peers whose link goes away", run: halfOpen },
];
