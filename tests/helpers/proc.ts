/**
 * What the operating system knows and can do: memory of a process, tools that may be missing.
 *
 * @module
 */

/** What a process takes of the machine. */
export interface Usage {
  /** Memory that is in RAM, in bytes. */
  readonly rssBytes: number;
  /**
   * The part of it that is the process's own (`RssAnon`), in bytes: no pages of the program's file,
   * which the system reads and drops as it likes.
   */
  readonly anonBytes: number;
  /** Processor time since its start, in seconds, all threads together. */
  readonly cpuSeconds: number;
}

/** Memory and processor time of a process. Linux only: see {@linkcode needs}. */
export async function usageOf(pid: number): Promise<Usage> {
  // Deno guards /proc with --allow-all; cat has no such guard.
  const { stdout } = await new Deno.Command("cat", {
    args: [`/proc/${pid}/status`, `/proc/${pid}/stat`],
    stderr: "null",
  }).output();
  return parseUsage(new TextDecoder().decode(stdout));
}

/**
 * Finds the figures in `/proc/PID/status` and `/proc/PID/stat`, one after the other.
 *
 * @throws {Error} When they are not there: the process has ended.
 */
export function parseUsage(text: string): Usage {
  function bytesOf(field: string): number {
    return 1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(text)?.[1]);
  }
  // The name of the program stands in brackets and may hold anything: count fields behind it.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  const usage = {
    rssBytes: bytesOf("VmRSS"),
    anonBytes: bytesOf("RssAnon"),
    // A tick is 10 ms on every Linux that Deno runs on (USER_HZ).
    cpuSeconds: ticks / 100,
  };
  if (Object.values(usage).some(Number.isNaN)) {
    throw new Error(`Cannot read the memory of a process that has ended: got "${text.trim()}".`);
  }
  return usage;
}

/** Bytes of memory of a process that are in RAM. Linux only: see {@linkcode needs}. */
export async function rssBytes(pid: number): Promise<number> {
  return (await usageOf(pid)).rssBytes;
}

/** Open file descriptors of a process; 0 when it has ended. Linux only: see {@linkcode needs}. */
export async function descriptorsOf(pid: number): Promise<number> {
  const { stdout } = await new Deno.Command("ls", { args: [`/proc/${pid}/fd`], stderr: "null" })
    .output();
  return new TextDecoder().decode(stdout).split("\n").length - 1;
}

/** Descriptors that this machine allows a process that asks for as many as it may have. */
export async function descriptorLimit(): Promise<number> {
  const { stdout } = await new Deno.Command("sh", { args: ["-c", "ulimit -Hn"] }).output();
  const text = new TextDecoder().decode(stdout).trim();
  return text === "unlimited" ? Infinity : Number(text);
}

/** Whether a program is installed. */
export async function have(tool: string): Promise<boolean> {
  if (Deno.build.os === "windows") return false;
  const { success } = await new Deno.Command("sh", {
    args: ["-c", `command -v ${tool}`],
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

/**
 * Whether a process is gone, or waits for a parent that does not ask (in a container). Linux only:
 * see {@linkcode needs}.
 */
export async function hasEnded(pid: number): Promise<boolean> {
  const { stdout } = await new Deno.Command("cat", {
    args: [`/proc/${pid}/stat`],
    stderr: "null",
  }).output();
  return isOver(new TextDecoder().decode(stdout));
}

/** Whether `/proc/PID/stat`, empty when there is none, is that of a process that has ended. */
export function isOver(stat: string): boolean {
  // The name of the program stands in brackets and may hold anything.
  return stat === "" || "ZX".includes(stat.charAt(stat.lastIndexOf(")") + 2));
}

/** Where Debian puts Chromium, which `.ci/run` installs, and where other systems do. */
const CHROMIUM: readonly string[] = [
  "/usr/bin/chromium",
  "/usr/bin/google-chrome",
  "/usr/bin/chromium-browser",
];

/** Where Chromium is; undefined: nowhere. */
export function chromiumPath(): string | undefined {
  return CHROMIUM.find(isFile);
}

/** Where Debian's nginx has its part for TCP; others have it built in. */
export const NGINX_STREAM = "/usr/lib/nginx/modules/ngx_stream_module.so";

/**
 * Whether this machine has all that a test needs; says loudly what is missing, since a test that is
 * skipped in silence protects nobody. The only way to skip a test for want of a program.
 *
 * @param wanted Names of programs; or `linux`, `unix`, `nc -N` (OpenBSD's netcat, as Debian
 * installs it), `script` (with a pseudo-terminal to open), `nginx stream` (its part for TCP),
 * `chromium` (see {@linkcode chromiumPath}).
 */
export async function needs(...wanted: readonly string[]): Promise<boolean> {
  for (const need of wanted) {
    if (await fulfils(need)) continue;
    saySkipped(need);
    return false;
  }
  return true;
}

/** Says loudly what a test misses: one that did not run must not look like one that passed. */
export function saySkipped(missing: string): void {
  Deno.stderr.writeSync(
    new TextEncoder().encode(`\n!!! SKIPPED TESTS: this machine has no "${missing}"\n`),
  );
}

async function fulfils(need: string): Promise<boolean> {
  switch (need) {
    case "linux":
      return Deno.build.os === "linux";
    case "unix":
      return Deno.build.os !== "windows";
    case "nc -N": {
      if (!await have("nc")) return false;
      const help = await new Deno.Command("nc", { args: ["-h"] }).output();
      return new TextDecoder().decode(help.stderr).includes("OpenBSD");
    }
    case "script":
      // BSD's script takes other arguments.
      return Deno.build.os === "linux" && await have("script") && await opensTerminal();
    case "nginx stream":
      return isFile(NGINX_STREAM) || await hasStream();
    case "chromium":
      return chromiumPath() !== undefined;
    default:
      return await have(need);
  }
}

/** Whether nginx has its part for TCP built in. */
async function hasStream(): Promise<boolean> {
  if (!await have("nginx")) return false;
  const { stderr } = await new Deno.Command("nginx", { args: ["-V"] }).output();
  return / --with-stream( |$)/m.test(new TextDecoder().decode(stderr));
}

/** Whether `script` gets a pseudo-terminal: in a bare root there is no /dev/pts. */
async function opensTerminal(): Promise<boolean> {
  const { success } = await new Deno.Command("script", {
    args: ["-qec", "test -t 1", "/dev/null"],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

/** Whether there is a file at a path. */
export function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
