/**
 * Another network namespace with a link to this one that can be cut, so that a peer vanishes
 * without a word. Needs Linux, `ip` and the rights to make one.
 *
 * The addresses are of TEST-NET-1 (RFC 5737), which nobody routes: what the server still sends when
 * the link has gone leads nowhere.
 *
 * @module
 */

/** See the module. */
export class Link implements AsyncDisposable {
  /** Address of this side. */
  readonly host: string;
  /** What to put before a command so that it runs on the other side. */
  readonly before: readonly string[];
  readonly #space: string;
  readonly #outer: string;
  readonly #inner: string;

  private constructor(number: number) {
    const block = 4 * (number % 63);
    this.#space = `chat-chaos-${number}`;
    this.#outer = `chaos${number}a`;
    this.#inner = `chaos${number}b`;
    this.host = `192.0.2.${block + 1}`;
    this.before = ["ip", "netns", "exec", this.#space];
  }

  /** Makes one; null where this machine does not allow it. */
  static async make(): Promise<Link | null> {
    if (Deno.build.os !== "linux") return null;
    const link = new Link(Deno.pid);
    const space = link.#space, outer = link.#outer, inner = link.#inner;
    const far = link.host.replace(/\d+$/, (last) => String(Number(last) + 1));
    const steps = [
      ["netns", "add", space],
      ["link", "add", outer, "type", "veth", "peer", "name", inner, "netns", space],
      ["addr", "add", `${link.host}/30`, "dev", outer],
      ["link", "set", outer, "up"],
      ["-n", space, "addr", "add", `${far}/30`, "dev", inner],
      ["-n", space, "link", "set", inner, "up"],
    ];
    for (const step of steps) {
      if (await ip(step)) continue;
      await link[Symbol.asyncDispose]();
      return null;
    }
    return link;
  }

  /** Cuts it, on the far side: nothing comes and nothing arrives any more. */
  async cut(): Promise<void> {
    await ip(["-n", this.#space, "link", "set", this.#inner, "down"]);
  }

  /** Takes everything away. Stop the server first: it would go on sending into the void. */
  async [Symbol.asyncDispose](): Promise<void> {
    await ip(["link", "del", this.#outer]);
    await ip(["netns", "del", this.#space]);
  }
}

async function ip(args: readonly string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("ip", {
      args: [...args],
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false;
  }
}
