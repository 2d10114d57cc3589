/**
 * From the shell's Enter to the prompt of `chat join`, beside `deno run` of an empty script: what
 * people wait for every time.
 *
 * ```sh
 * deno run --no-prompt -A bench/startup.ts [RUNS]
 * ```
 *
 * Needs `script` (a terminal) and Linux. Both are started in turn on the same terminal, and the
 * medians compared: the goal is at most 4 times the empty script.
 *
 * @module
 */

/** How long one start may take before something is wrong: ms. */
const MAX_START_MS = 20_000;

const root = new URL("../", import.meta.url);

/** Milliseconds from the start of a shell command on a terminal to the text that is waited for. */
async function startMs(command: string, wanted: string): Promise<number> {
  const startedMs = performance.now();
  const child = new Deno.Command("script", {
    args: ["-qfec", command, "/dev/null"],
    cwd: root,
    env: { TERM: "xterm-256color" },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const late = setTimeout(() => child.kill("SIGKILL"), MAX_START_MS);
  let seen = "";
  let shownMs = NaN;
  const input = child.stdin.getWriter();
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    seen += text;
    if (Number.isNaN(shownMs) && seen.includes(wanted)) {
      shownMs = performance.now() - startedMs;
      await input.write(new TextEncoder().encode("\x03"));
    }
  }
  clearTimeout(late);
  await input.close().catch(() => {});
  await child.status;
  if (Number.isNaN(shownMs)) throw new Error(`It never showed ${JSON.stringify(wanted)}: ${seen}`);
  return shownMs;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

/** A server on a free port. */
async function startServer(): Promise<
  { readonly child: Deno.ChildProcess; readonly port: number }
> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-net", "main.ts", "serve", "--host=127.0.0.1", "--port=0"],
    cwd: root,
    stdout: "piped",
    stderr: "null",
  }).spawn();
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(text)?.[1]);
    if (port > 0) return { child, port };
  }
  throw new Error("The server did not start");
}

const runs = Number(Deno.args[0] ?? 15);
const { child: server, port } = await startServer();
const deno = `${Deno.execPath()} run --no-prompt`;
const empty = await Deno.makeTempFile({ suffix: ".ts" });
await Deno.writeTextFile(empty, "Deno.stdout.writeSync(new Uint8Array([111, 107]));\n");
const join = `${deno} --allow-net --allow-env=CHAT_NAME,CHAT_SERVER,CHAT_DEBUG,INIT_CWD main.ts ` +
  `join 127.0.0.1:${port}`;
const starts = {
  "empty script": { command: `${deno} ${empty}`, wanted: "ok", ms: [] as number[] },
  "name asked for": { command: join, wanted: "Your name: ", ms: [] as number[] },
  "prompt": { command: `${join} --name $$`, wanted: "> ", ms: [] as number[] },
  "in the room": { command: `${join} --name eve`, wanted: "1 here", ms: [] as number[] },
};
try {
  for (let run = 0; run <= runs; run++) {
    for (const start of Object.values(starts)) {
      const ms = await startMs(start.command, start.wanted);
      // The first run fills the caches.
      if (run > 0) start.ms.push(ms);
    }
  }
} finally {
  server.kill("SIGKILL");
  await Deno.remove(empty);
}
const base = median(starts["empty script"].ms);
for (const [name, { ms }] of Object.entries(starts)) {
  const times = (median(ms) / base).toFixed(1);
  const line = `${name.padEnd(16)} ${median(ms).toFixed(0).padStart(5)} ms  ${
    times.padStart(5)
  } x\n`;
  await Deno.stdout.write(new TextEncoder().encode(line));
}
