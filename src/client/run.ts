/**
 * What `chat join` does: chooses between the screen, the pipe and the export, loads only that, and
 * ends it on a signal.
 *
 * In `client/` live the ways to use the client core: the terminal, the pipe and the export. These
 * files may import `core/`, `view/`, `terminal/`, `net` and `protocol`.
 *
 * @module
 */

import { Failure } from "../failure.ts";
import { readPasswordFile, readTextFile } from "../files.ts";
import { dial, type Trust } from "../net/dial.ts";
import type { LineConnection } from "../net/line_connection.ts";
import { dropPermissions as drop } from "../permissions.ts";
import { printErr } from "../print.ts";
import { asTyped } from "../started_as.ts";
import { quote } from "../protocol/quote.ts";
import { WebServerDetector } from "./core/web_server.ts";
import { endingWords, wrongPassword } from "./errors.ts";
import { inTurn } from "./core/in_turn.ts";
import { type JoinOptions, serversOf } from "./options.ts";

/** Signals this close together are one: under `deno task` a Ctrl-C arrives twice. */
const SAME_SIGNAL_MS = 1_000;

const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK", "SIGHUP"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Joins a room and stays until it is left. Before it reads a line of a server, this process
 * gives back all permissions but the network.
 *
 * @param options What the command line said.
 * @returns The exit code: 0 fine, 1 it did not work, 2 wrong usage; what is wrong has been said.
 */
export async function runClient(options: JoinOptions): Promise<number> {
  const { passwordFile, keyFile, rooms } = options;
  const key = keyFile === undefined ? {} : { key: readPasswordFile(keyFile, "key") };
  return await join({
    ...options,
    ...(passwordFile === undefined ? {} : { password: readPasswordFile(passwordFile) }),
    rooms: rooms.map((room) => ({ ...room, ...key })),
  });
}

async function join(options: JoinOptions): Promise<number> {
  const { timeoutMs } = options;
  const tls = options.tls === undefined ? undefined : readTrust(options.tls);
  const connect = inTurn(serversOf(options), async (
    { host: hostname, port },
    signal,
  ): Promise<LineConnection> =>
    new WebServerDetector(await dial({ hostname, port }, { timeoutMs, signal, tls })));
  const typed = Deno.stdin.isTerminal();
  const stop = new AbortController();
  const kill = new AbortController();
  const forget = onStopSignals(() => stop.abort(), () => kill.abort());
  const complain = (line: string): void => printErr(`${asTyped(line)}\n`);
  try {
    if (options.exit) {
      const { runExport }: typeof import("./export.ts") = await import(
        import.meta.resolve("./export.ts")
      );
      dropPermissions();
      return await runExport(options, {
        connect,
        output: Deno.stdout,
        complain,
        stopped: stop.signal,
      });
    }
    if (typed && Deno.stdout.isTerminal() && !options.json && !options.plain) {
      const { runTerminal }: typeof import("./terminal/terminal.ts") = await import(
        import.meta.resolve("./terminal/terminal.ts")
      );
      const underTask = readInitCwd() !== undefined;
      return await runTerminal(options, {
        connect,
        prepare: async () => {
          const talk: typeof import("./terminal/talk.ts") = await import(
            import.meta.resolve("./terminal/talk.ts")
          );
          dropPermissions();
          return talk;
        },
        stopped: stop.signal,
        killed: kill.signal,
        underTask,
        explain: (ending) => endingWords(ending, options),
        explainPassword: (text) => wrongPassword(text, options),
      });
    }
    const { runPipe }: typeof import("./pipe.ts") = await import(import.meta.resolve("./pipe.ts"));
    dropPermissions();
    return await runPipe(options, {
      connect,
      input: Deno.stdin.readable,
      typed,
      output: Deno.stdout,
      complain,
      stopped: stop.signal,
      killed: kill.signal,
    });
  } finally {
    forget();
  }
}

/** Where `deno task` or npx was started; undefined when neither was, or it may not be read. */
function readInitCwd(): string | undefined {
  try {
    return Deno.env.get("INIT_CWD");
  } catch {
    return undefined;
  }
}

/**
 * Gives every permission of this process back but the network, which reconnecting needs. Files and
 * variables that are needed must have been read before. There is no way back.
 */
export function dropPermissions(): void {
  drop({ keepNetwork: true });
}

/**
 * Reads the certificates that are to be believed, before the permission to read files is given
 * back.
 *
 * @param options The file, if there is one.
 * @throws {Failure} When it cannot be read, or holds no certificate.
 */
function readTrust({ caFile }: { readonly caFile?: string }): Trust {
  if (caFile === undefined) return { caCerts: [] };
  const text = readTextFile(caFile, "certificate");
  if (!/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.test(text)) {
    throw new Failure(
      `There is no certificate in ${
        quote(caFile)
      }: --ca needs the file that the server's operator ` +
        "gives out, in PEM, with a line -----BEGIN CERTIFICATE-----.",
    );
  }
  return { caCerts: [text] };
}

/**
 * Waits for INT, TERM or HUP. One that comes a second after the first ends the program at once,
 * with the exit code 130 that shells give for an interrupt.
 *
 * @param stop Called once.
 * @param kill Called right before a second signal ends the program; must do all it does at once.
 * @returns Stops waiting.
 */
function onStopSignals(stop: () => void, kill: () => void): () => void {
  let firstAtMs: number | undefined;
  const listener = () => {
    if (firstAtMs === undefined) {
      firstAtMs = performance.now();
      stop();
    } else if (performance.now() - firstAtMs > SAME_SIGNAL_MS) {
      kill();
      Deno.exit(130);
    }
  };
  for (const signal of SIGNALS) Deno.addSignalListener(signal, listener);
  return () => {
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, listener);
  };
}
