/**
 * What the operating system knows and can do: memory of a process, tools that may be missing.
 *
 * @module
 */

/** Bytes of memory of a process that are in RAM. Linux only: see {@linkcode needs}. */
export async function rssBytes(pid: number): Promise<number> {
  // Deno guards /proc with --allow-all; cat has no such guard.
  const output = await new Deno.Command("cat", { args: [`/proc/${pid}/status`] }).output();
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(new TextDecoder().decode(output.stdout));
  if (found?.[1] === undefined) throw new Error(`No VmRSS of process ${pid}: is it gone?`);
  return Number(found[1]) * 1024;
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

/** What a test may need of the machine. `nc -N` is OpenBSD's netcat, as Debian installs it. */
export type Need =
  | ("linux" | "unix" | "nc -N" | "script" | "telnet" | "setsid" | "head" | "jq")
  | ("bash" | "zsh" | "fish" | "shellcheck" | "man" | "mandoc" | "openssl" | "ncat");

/**
 * Whether this machine has all that a test needs; says loudly what is missing, since a test that is
 * skipped in silence protects nobody.
 */
export async function needs(...wanted: Need[]): Promise<boolean> {
  for (const need of wanted) {
    if (await fulfils(need)) continue;
    Deno.stderr.writeSync(
      new TextEncoder().encode(`\n!!! SKIPPED TESTS: this machine has no "${need}"\n`),
    );
    return false;
  }
  return true;
}

async function fulfils(need: Need): Promise<boolean> {
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
      return Deno.build.os === "linux" && await have("script");
    default:
      return await have(need);
  }
}
