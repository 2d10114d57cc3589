/**
 * irssi and WeeChat in tmux, connected with the lines of docs/irc.md.
 *
 * @module
 */

import { blocksOf, readDocument } from "../docs/fenced.ts";
import { run } from "./program.ts";
import { Tmux } from "./tmux.ts";

/** High enough that no test makes them scroll: they keep no scrollback of tmux. */
const WINDOW = { columns: 120, rows: 90 };

/** The lines to type, by the document: each block under a heading. */
function linesOf(heading: string): string[][] {
  return blocksOf(readDocument("docs/irc.md")).filter((block) => block.heading === heading)
    .map(({ text }) => text.trimEnd().split("\n"));
}

/** Lines of docs/irc.md as somebody types them who is called so and joins at this port. */
function asTyped(lines: readonly string[], port: number, name: string): string[] {
  return lines.map((line) =>
    line.replace(/\bHOST([ /])5001/, `localhost$1${port}`).replace(/\bada\b/, name)
  );
}

/** How somebody comes. */
export interface TerminalOptions {
  /** The name; default ada. */
  readonly name?: string;
  /** Logs in with the lines for that. */
  readonly sasl?: boolean;
  /** Uses TLS, and trusts the certificate in this file. */
  readonly certificate?: string;
  /** More lines to type before connecting. */
  readonly before?: readonly string[];
}

/**
 * irssi with nothing configured, in the window of the lobby. Guard its tests with
 * `needs("tmux", "irssi")`.
 */
export async function joinWithIrssi(
  port: number,
  { name = "ada", sasl = false, certificate, before = [] }: TerminalOptions = {},
): Promise<Tmux> {
  await using failed = new AsyncDisposableStack();
  const irssi = failed.use(
    await Tmux.open(
      (directory) => `env TERM=screen-256color LC_ALL=C.UTF-8 irssi --home='${directory}/irssi'`,
      WINDOW,
    ),
  );
  await irssi.shows(/\[\(status\)\]/);
  const [plain = [], login = [], [tls = ""] = []] = linesOf("irssi");
  const connect = certificate === undefined
    ? plain
    : plain.map((line) =>
      line.startsWith("/server ") ? tls.replace("chat-cert.pem", certificate) : line
    );
  // It waits 2.2 s between two commands, lest it floods.
  const settings = ["/set cmd_queue_speed 10msec", ...sasl ? login : [], ...before];
  const lines = [...connect.slice(0, -1), ...settings, ...connect.slice(-1)];
  for (const line of asTyped(lines, port, name)) await irssi.type(line);
  await irssi.shows(/\[Act: .*2/);
  await irssi.press("M-2");
  await irssi.shows(/\[2:chat\/#lobby/);
  failed.move();
  return irssi;
}

/** What people said on irssi's screen, oldest first, each as `name: text`. */
export async function saidInIrssi(irssi: Tmux): Promise<string[]> {
  return found(await irssi.rows(), /^\d\d:\d\d <[ @+]?(\S+)> (.*?) *$/);
}

/** WeeChat with nothing configured, in the lobby. Guard its tests with `needs("tmux", "weechat")`. */
export async function joinWithWeechat(
  port: number,
  { name = "ada" }: TerminalOptions = {},
): Promise<Tmux> {
  await using failed = new AsyncDisposableStack();
  const weechat = failed.use(
    await Tmux.open(
      (directory) => `env TERM=screen-256color LC_ALL=C.UTF-8 weechat --dir '${directory}/weechat'`,
      WINDOW,
    ),
  );
  await weechat.shows(/Plugins loaded: .*\birc\b/);
  // It takes lines that come at once for a paste, and asks.
  await weechat.type("/set weechat.look.paste_max_lines -1");
  await weechat.shows(/Option changed: weechat\.look\.paste_max_lines/);
  const version = Number.parseInt((await run(["weechat", "--version"])).stdout);
  const [connect = []] = linesOf("WeeChat");
  for (const line of asTyped(connect, port, name)) {
    // As the document says of versions before 4.
    if (version < 4 && line.includes("chat.tls ")) continue;
    await weechat.type(line);
    const [command, name] = line.split(" ");
    if (command === "/server") await weechat.shows(/server added/);
    if (command === "/set") await weechat.shows(new RegExp(`Option changed: ${name}`));
    if (command === "/save") await weechat.shows(/Options saved/);
  }
  await weechat.shows(/Channel #lobby: \d+ nick/);
  await weechat.type("/buffer #lobby");
  failed.move();
  return weechat;
}

/** What people said on WeeChat's screen, oldest first, each as `name: text`. */
export async function saidInWeechat(weechat: Tmux): Promise<string[]> {
  return found(await weechat.rows(), /│\d\d:\d\d:\d\d +[@+]?(\w\S*) \| (.*?) *(?:│|$)/);
}

function found(rows: readonly string[], said: RegExp): string[] {
  return rows.flatMap((row) => {
    const [, name, text] = said.exec(row) ?? [];
    return name === undefined ? [] : [`${name}: ${text}`];
  });
}
