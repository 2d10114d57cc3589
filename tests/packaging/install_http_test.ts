/**
 * `install.sh` over HTTP, with each tool that it knows; over lines that break, and interrupted.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { run } from "../helpers/program.ts";
import { needs } from "../helpers/proc.ts";
import { ReleaseFolder, serveFolder, TARGET, Visitor } from "./stand_in.ts";

const ignore = !await needs("unix", "tar", "gzip", "mktemp");

/**
 * A server that lists an archive, and sends only the first bytes of it; then it closes or waits.
 */
class BrokenServer implements AsyncDisposable {
  /** Resolves when the archive is asked for. */
  readonly asked: Promise<void>;
  readonly #listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  readonly #open = new Set<Deno.Conn>();
  readonly #after: "close" | "wait";
  readonly #ended: Promise<void>;
  #resolveAsked: () => void = () => {};

  constructor(after: "close" | "wait") {
    this.#after = after;
    this.asked = new Promise((resolve) => this.#resolveAsked = resolve);
    this.#ended = this.#run();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#listener.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#open) conn.close();
    await this.#ended;
  }

  async #run(): Promise<void> {
    for await (const conn of this.#listener) {
      const asked = new Uint8Array(4096);
      const length = await conn.read(asked) ?? 0;
      const isSums = new TextDecoder().decode(asked.subarray(0, length)).includes("SHA256SUMS");
      const sums = `${"0".repeat(64)}  chat-1.0.0-${TARGET}.tar.gz\n`;
      const body = isSums ? sums : "the first bytes";
      const size = isSums ? body.length : 1_000_000;
      const head = `HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\nConnection: close\r\n\r\n`;
      await conn.write(new TextEncoder().encode(head + body));
      if (!isSums) this.#resolveAsked();
      if (isSums || this.#after === "close") conn.close();
      else this.#open.add(conn);
    }
  }
}

/** Only this one of the tools that download. */
const DOWNLOADERS: readonly (readonly [string, Record<string, string | null>])[] = [
  ["curl", { wget: null }],
  ["wget", { curl: null }],
  ["busybox", { curl: null, wget: 'exec busybox wget "$@"' }],
];

/** A PATH with this one alone. */
async function pathOf(
  visitor: Visitor,
  tool: string,
  others: Record<string, string | null>,
): Promise<string> {
  const path = await visitor.toolsBut(others);
  if (tool !== "busybox") return path;
  const which = await run(["sh", "-c", "command -v busybox"]);
  await Deno.symlink(which.stdout.trim(), `${path}/busybox`);
  return path;
}

for (const [tool, others] of DOWNLOADERS) {
  const missing = ignore || !await needs(tool);

  Deno.test({
    name: `install.sh downloads with ${tool}, the latest release and an older one`,
    ignore: missing,
    async fn() {
      await using visitor = await Visitor.come();
      const releases = `${visitor.directory}/site/releases`;
      const latest = await ReleaseFolder.make(`${releases}/latest/download`, "2.0.0");
      await latest.copyTo(`${releases}/download/v2.0.0`);
      await ReleaseFolder.make(`${releases}/download/v1.0.0`, "1.0.0");
      await using server = serveFolder(`${visitor.directory}/site`);
      const options = {
        from: `${server.url}/releases/`,
        env: { PATH: await pathOf(visitor, tool, others) },
      };
      for (const [version, ...args] of [["2.0.0"], ["1.0.0", "--version", "1.0.0"]]) {
        const { code, stderr } = await visitor.run(args, options);
        assertEquals([code, stderr], [0, ""]);
        assertEquals((await run([visitor.program, "--version"])).stdout, `chat ${version}\n`);
      }
      const none = await visitor.run(["--version", "3.0.0"], options);
      assertEquals(none.code, 1);
      assertMatch(none.stderr, /^install\.sh: Cannot download http.*\/v3\.0\.0\/SHA256SUMS: .*\n$/);
    },
  });

  Deno.test({
    name: `install.sh leaves nothing when the line breaks in the middle: ${tool}`,
    ignore: missing,
    async fn() {
      await using visitor = await Visitor.come();
      await using server = new BrokenServer("close");
      const env = { PATH: await pathOf(visitor, tool, others) };
      const { code, stdout, stderr } = await visitor.run([], { from: server.url, env });
      assertEquals([code, stdout], [1, ""]);
      assertStringIncludes(stderr, "install.sh: Cannot download");
      assertEquals([await visitor.files(), await visitor.litter()], [{}, []]);
    },
  });
}

for (const [signal, expected] of [["INT", 130], ["TERM", 143]] as const) {
  Deno.test({
    name: `install.sh leaves nothing when ${signal} comes in the middle`,
    ignore: ignore || !await needs("curl"),
    async fn() {
      await using visitor = await Visitor.come();
      await using server = new BrokenServer("wait");
      await using program = visitor.start([], { from: server.url, group: true });
      await server.asked;
      // To the group, as a terminal does it.
      program.signal(`SIG${signal}`);
      const { code, stdout } = await program.outcome();
      assertEquals([code, stdout], [expected, ""]);
      assertEquals([await visitor.files(), await visitor.litter()], [{}, []]);
    },
  });
}
