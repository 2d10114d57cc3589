/**
 * What the servers are put through, in ways that every line of text over TCP can be put through.
 *
 * @module
 */

import type { RunningPeer } from "../../../bench/peers/peer.ts";
import { connectAndReset } from "../../helpers/reset.ts";
import { pause } from "../../helpers/wait.ts";
import type { LineSocket } from "../../helpers/line_socket.ts";
import type { Link } from "../link.ts";
import { Nuisance } from "../nuisance.ts";
import type { Random } from "../random.ts";
import type { Contender } from "./contender.ts";
import { comeIn } from "./witnesses.ts";

/** Ngircd's ping times out after 140 s. */
const HALF_OPEN_MS = 180_000;

/** What a scene is made of. */
interface SceneParts {
  /** Whom it is for. */
  readonly contender: Contender;
  /** The server. */
  readonly server: RunningPeer;
  /** All chance comes from it. */
  readonly random: Random;
  /** A way to another network namespace; null where there is none. */
  readonly link: Link | null;
}

/** What a trial is given. */
export class Scene implements SceneParts {
  /** See {@linkcode SceneParts.contender}. */
  readonly contender: Contender;
  /** See {@linkcode SceneParts.server}. */
  readonly server: RunningPeer;
  /** See {@linkcode SceneParts.random}. */
  readonly random: Random;
  /** See {@linkcode SceneParts.link}. */
  readonly link: Link | null;
  readonly #over = new AbortController();

  /** Nobody is connected yet. */
  constructor({ contender, server, random, link }: SceneParts) {
    this.contender = contender;
    this.server = server;
    this.random = random;
    this.link = link;
  }

  /** A connection that lasts until {@linkcode close} at most; null when that does not work. */
  connect(): Promise<Nuisance | null> {
    const { port } = this.server;
    return Nuisance.connect({ host: "127.0.0.1", port, signal: this.#over.signal });
  }

  /** Closes everything that a trial has left open. */
  close(): void {
    this.#over.abort();
  }
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

async function resets({ server }: Scene): Promise<null> {
  for (let i = 0; i < 2_000 && !server.ended; i += 20) {
    const batch = Array.from({ length: 20 }, () => connectAndReset(server.port).catch(() => {}));
    await Promise.all(batch);
  }
  return null;
}

/** One reads nothing, one talks as fast as it can. */
async function deaf(scene: Scene): Promise<null> {
  const deafOne = await scene.connect();
  await deafOne?.send(scene.contender.enter("deaf"));
  await flooders(scene, 1);
  return null;
}

async function floodOf(scene: Scene): Promise<null> {
  await flooders(scene, 20);
  return null;
}

async function flooders(scene: Scene, count: number): Promise<void> {
  const { contender } = scene;
  const work = Array.from({ length: count }, async (_, i) => {
    const peer = await scene.connect();
    if (peer === null) return;
    const swallowed = peer.swallow();
    await peer.send(contender.enter(`flood${i}`));
    const words = contender.say("x".repeat(300)).repeat(50);
    while (!peer.closed) await peer.send(words);
    await swallowed;
  });
  await pause(8_000);
  scene.close();
  await Promise.all(work);
}

async function slow(scene: Scene): Promise<null> {
  const peers: Nuisance[] = [];
  for (let i = 0; i < 200; i++) {
    const peer = await scene.connect();
    if (peer === null) break;
    peers.push(peer);
    peer.swallow();
    if (i % 2 === 0) await peer.send(scene.contender.enter(`slow${i}`));
  }
  for (let second = 0; second < 6; second++) {
    await Promise.all(peers.map((peer) => peer.send("x")));
    await pause(1_000);
  }
  return null;
}

async function endless(scene: Scene): Promise<string | null> {
  const peer = await scene.connect();
  if (peer === null) return null;
  peer.swallow();
  await peer.send(scene.contender.enter("endless"));
  const before = (await scene.server.usage()).rssBytes;
  let most = before;
  const chunk = new Uint8Array(1_000_000).fill(0x78);
  let sent = 0;
  for (; sent < 100 && !peer.closed; sent++) {
    await peer.send(chunk);
    if (sent % 5 === 0) most = Math.max(most, (await scene.server.usage()).rssBytes);
  }
  await peer.send("\n");
  const grown = ((most - before) / 1_048_576).toFixed(0);
  return sent < 100 ? `cut off after ${sent} MB` : `took all of it, memory +${grown} MiB`;
}

/** Two people: one hears what the other says. Null when they cannot come in. */
async function pair(
  { contender, server }: Scene,
  hear: (line: string) => void,
): Promise<{ readonly speaker: LineSocket; leave(): Promise<void> } | null> {
  const listener = await comeIn(contender, server, "listener", hear);
  const speaker = await comeIn(contender, server, "speaker");
  if (listener === null || speaker === null) return null;
  return {
    speaker,
    async leave() {
      listener.close();
      speaker.close();
      await Promise.all([listener.ended, speaker.ended]);
    },
  };
}

const NOBODY = "nobody can come in";

/** A line that is too long, then one that is not: does the connection still work? */
async function overlong(scene: Scene): Promise<string> {
  const { contender } = scene;
  const heard = Promise.withResolvers<string>();
  const two = await pair(scene, (line) => {
    if (line.includes("short again")) heard.resolve("the next line is heard");
  });
  if (two === null) return NOBODY;
  await two.speaker.send(contender.say("y".repeat(200_000)));
  await pause(1_000);
  await two.speaker.send(contender.say("short again"));
  two.speaker.ended.then(() => heard.resolve("its sender is cut off"));
  const verdict = await Promise.race([
    heard.promise,
    pause(5_000).then(() => "nothing more is heard of its sender"),
  ]);
  await two.leave();
  return verdict;
}

async function noise(scene: Scene): Promise<null> {
  const { random } = scene;
  for (let i = 0; i < 200; i++) {
    const peer = await scene.connect();
    if (peer === null) break;
    const swallowed = peer.swallow();
    if (i % 2 === 0) await peer.send(scene.contender.enter(`noise${i}`));
    const length = random.logUniform(1, 8_192);
    await peer.send(Uint8Array.from({ length }, () => random.below(256)));
    await pause(20);
    peer.close();
    await swallowed;
  }
  return null;
}

/** One line byte by byte, while others talk: does it stay one? */
async function pieces(scene: Scene): Promise<string> {
  let whole = false;
  const two = await pair(scene, (line) => {
    if (/[ :]in many small pieces\s*$/.test(line)) whole = true;
  });
  if (two === null) return NOBODY;
  for (const char of scene.contender.say("in many small pieces")) {
    await two.speaker.send(char);
    await pause(30);
  }
  await pause(1_000);
  await two.leave();
  return whole ? "one line" : "torn: others see it in pieces, mixed with their own";
}

/** What moves a cursor or recolours a screen. */
async function escapes(scene: Scene): Promise<string> {
  let seen = "";
  const two = await pair(scene, (line) => {
    if (line.includes("boo")) seen = line;
  });
  if (two === null) return NOBODY;
  await two.speaker.send(scene.contender.say("\x1b[2Jboo\u009b31m"));
  await pause(1_000);
  await two.leave();
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

/** All of them, in the order of the table. */
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
