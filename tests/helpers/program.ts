/**
 * The real program as a child process, with the permissions that the tasks in `deno.json` give it.
 *
 * @module
 */

import { drainInto, LineInbox } from "./line_inbox.ts";
import { within } from "./wait.ts";

const ROOT = new URL("../../", import.meta.url);

/** What the task of a subcommand allows. */
function permissionsOf(subcommand: string | undefined): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const command: string = tasks[subcommand ?? ""]?.command ?? "";
  return command.split(" ").filter((word) => /^--(?:allow-|no-remote)/.test(word));
}

/** What of the tests' own environment is not handed on: it would change what the program says. */
const OWN_VARIABLES = [
  ...["CHAT_NAME", "CHAT_SERVER", "CHAT_PASSWORD", "CHAT_KEY", "NO_COLOR", "INIT_CWD"],
];

/** How to start it. */
export interface StartOptions {
  /** More of the environment. The tests' own `CHAT_NAME`, `NO_COLOR` and others are left out. */
  readonly env?: Readonly<Record<string, string>>;
  /** What stands in front of the command: `["setpriv", …]`. */
  readonly before?: readonly string[];
  /**
   * It leads a process group of its own, and signals go to all that it has started, too, as from a
   * terminal. Unix only.
   */
  readonly group?: boolean;
  /** False: standard input is empty from the start (`< /dev/null`). Default true: a pipe. */
  readonly stdin?: boolean;
  /** Is given standard output as it comes, too: for a terminal that draws it. */
  readonly onOutput?: (text: string) => void;
}

/**
 * What stands in front of a command that holds thousands of connections: `exec` keeps its process
 * id.
 */
export const MANY_DESCRIPTORS: readonly string[] = [
  ...["sh", "-c", 'ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"; exec "$@"', "sh"],
];

/** How a program ended and what it said. */
export interface Outcome {
  /** Its exit code. */
  readonly code: number;
  /** Its standard output. */
  readonly stdout: string;
  /** Its standard error. */
  readonly stderr: string;
}

/**
 * The command line that starts `chat` with these arguments, as `deno task` would; where `CHAT_EXE`
 * names an executable, that is tried instead.
 */
export function commandLine(args: readonly string[]): string[] {
  const executable = Deno.env.get("CHAT_EXE");
  if (executable !== undefined) return [executable, ...args];
  // Another entrypoint runs the same tests over another order: see `late_main.ts`.
  const main = new URL(Deno.env.get("CHAT_TEST_MAIN") ?? "main.ts", ROOT);
  return [Deno.execPath(), "run", "--no-prompt", ...permissionsOf(args[0]), main.href, ...args];
}

/** The same, quoted for `sh -c`. */
export function shellLine(args: readonly string[]): string {
  return commandLine(args).map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
}

/** Programs that run now. */
const running = new Set<Program>();

/** Ends all programs of this process without waiting, for one that is about to end itself. */
export function killAll(): void {
  for (const program of running) program.signal("SIGKILL");
}

/** One run of any program, with its output as lines. */
export class Program {
  /** Its standard output. */
  readonly stdout: LineInbox;
  /** Its standard error. */
  readonly stderr: LineInbox;
  /** Resolves when it has ended and all output is read. */
  readonly ended: Promise<Outcome>;
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array> | undefined;
  readonly #group: boolean;
  #over = false;

  /** Starts a command, its own arguments included. */
  constructor(command: readonly string[], options: StartOptions = {}) {
    const [tool, ...args] = [...(options.before ?? []), ...command];
    if (tool === undefined) throw new Error("Cannot start a program: the command is empty");
    const env = { ...Deno.env.toObject(), ...options.env };
    for (const name of OWN_VARIABLES) {
      if (options.env?.[name] === undefined) delete env[name];
    }
    this.#group = options.group === true && Deno.build.os !== "windows";
    const stdin = options.stdin === false ? "null" : "piped";
    this.#child = new Deno.Command(tool, {
      args,
      cwd: ROOT,
      clearEnv: true,
      env,
      detached: this.#group,
      stdin,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#stdin = stdin === "piped" ? this.#child.stdin.getWriter() : undefined;
    this.stdout = new LineInbox(`standard output of ${args.slice(-4).join(" ")}`);
    this.stderr = new LineInbox(`standard error of ${args.slice(-4).join(" ")}`);
    running.add(this);
    this.ended = this.#run(options.onOutput);
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Writes to its standard input. Ignored when it has gone: how it ended is what tests look at. */
  async write(text: string): Promise<void> {
    try {
      await this.#stdin?.write(new TextEncoder().encode(text));
    } catch {
      // It has closed its input.
    }
  }

  /** Ends its standard input. */
  async closeInput(): Promise<void> {
    try {
      await this.#stdin?.close();
    } catch {
      // It was closed already.
    }
  }

  /** Sends it a signal; nothing happens when it has ended. */
  signal(signal: Deno.Signal): void {
    if (this.#group) return signalGroup(this.pid, signal);
    if (!this.#over) this.#child.kill(signal);
  }

  /**
   * Its outcome, waited for with a safety net.
   *
   * @throws {WaitedTooLong} When it runs on, or something that it has started holds its output
   * open.
   */
  outcome(timeoutMs?: number): Promise<Outcome> {
    return within(this.ended, `the end of process ${this.pid}`, timeoutMs);
  }

  /** Kills it if it still runs, and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGKILL");
    await this.closeInput();
    await this.outcome();
  }

  async #run(onOutput?: (text: string) => void): Promise<Outcome> {
    const [status] = await Promise.all([
      this.#child.status.then((status) => {
        this.#over = true;
        running.delete(this);
        return status;
      }),
      drainInto(this.stdout, this.#child.stdout, onOutput),
      drainInto(this.stderr, this.#child.stderr),
    ]);
    return { code: status.code, stdout: this.stdout.text, stderr: this.stderr.text };
  }
}

/** Sends a signal to all processes of a group; its leader may have ended. */
function signalGroup(leader: number, signal: Deno.Signal): void {
  try {
    Deno.kill(-leader, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Runs `chat` with these arguments to its end. Its standard input is `input`, then empty. */
export async function runChat(
  args: readonly string[],
  options: StartOptions & { readonly input?: string } = {},
): Promise<Outcome> {
  await using program = new Program(commandLine(args), options);
  if (options.input !== undefined) await program.write(options.input);
  await program.closeInput();
  return await program.outcome();
}

/** Runs any command to its end, with empty input. */
export async function run(
  command: readonly string[],
  { timeoutMs, ...options }: StartOptions & { readonly timeoutMs?: number } = {},
): Promise<Outcome> {
  await using program = new Program(command, { ...options, stdin: false });
  return await program.outcome(timeoutMs);
}

/** A `chat serve` that listens on a port of 127.0.0.1. */
export interface RunningServer extends AsyncDisposable {
  /** The port that the system chose. */
  readonly port: number;
  /** Its process id. */
  readonly pid: number;
  /** Its standard output. */
  readonly stdout: LineInbox;
  /** Its log. */
  readonly log: LineInbox;
  /** Sends it a signal. */
  signal(signal: Deno.Signal): void;
  /** Waits for its end. */
  outcome(): Promise<Outcome>;
}

/**
 * Starts a server on a free port of 127.0.0.1 and waits until it listens. Kills it when disposed.
 *
 * @param flags More flags of `chat serve`.
 * @param wrap Makes the command line into another one, to start it in a shell.
 */
export async function startServer(
  flags: readonly string[] = [],
  wrap: (args: readonly string[]) => string[] = commandLine,
): Promise<RunningServer> {
  const program = new Program(
    wrap(["serve", "--port", "0", "--host", "127.0.0.1", ...flags]),
    { stdin: false },
  );
  try {
    const banner = await program.stdout.expect(/listening on /);
    const port = Number(/ is listening on 127\.0\.0\.1:(\d+)/.exec(banner)?.[1]);
    if (!(port > 0)) throw new Error(`No port in the first line: ${banner}`);
    return {
      port,
      pid: program.pid,
      stdout: program.stdout,
      log: program.stderr,
      signal: (signal) => program.signal(signal),
      outcome: () => program.outcome(),
      [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
    };
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw new Error(`The server did not start: ${program.stderr.text}`, { cause: error });
  }
}
