/**
 * A server that tries, from the inside, what it must not be able to do once it listens. Prints a
 * JSON object: what was tried, and the name of the error or "done".
 */

import { DOORS } from "../../../src/cli/serve.ts";
import { SERVE_DEFAULTS } from "../../../src/server/options.ts";
import { runServer } from "../../../src/server/run.ts";

const [db = "", secret = "", port = ""] = Deno.args;

async function attempt(act: () => unknown): Promise<string> {
  try {
    await act();
    return "done";
  } catch (error) {
    return (error as Error).name;
  }
}

async function attemptAll(): Promise<Record<string, string>> {
  return {
    read: await attempt(() => Deno.readTextFileSync(secret)),
    readDatabase: await attempt(() => Deno.readFileSync(db)),
    write: await attempt(() => Deno.writeTextFileSync(`${secret}.new`, "x")),
    env: await attempt(() => Deno.env.get("HOME")),
    run: await attempt(() => new Deno.Command("true").outputSync()),
    sys: await attempt(() => Deno.hostname()),
    connect: await attempt(async () =>
      (await Deno.connect({ hostname: "127.0.0.1", port: Number(port) })).close()
    ),
    listen: await attempt(() => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close()),
  };
}

const before = await attemptAll();
const running = runServer({
  ...SERVE_DEFAULTS,
  host: "127.0.0.1",
  port: 0,
  db,
  passwordFile: secret,
  logLevel: "error",
}, { doors: DOORS });
while (Deno.permissions.querySync({ name: "net" }).state === "granted") {
  await new Promise((resolve) => setTimeout(resolve, 1));
}
const after = await attemptAll();
Deno.kill(Deno.pid, "SIGTERM");
const code = await running;
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify({ before, after, code }) + "\n"));
