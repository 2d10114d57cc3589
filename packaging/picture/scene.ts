/**
 * The scene of the picture: a room from the first command on, with two people, a script, a guest
 * who has only `nc`, and a server that is killed. It is played on real terminals and filmed.
 *
 * @module
 */

import { Film, type Pane } from "./film.ts";
import { Terminal } from "./terminal.ts";
import { Workshop } from "./workshop.ts";
import { ADDRESS } from "./world.ts";

/** The terminals. */
export type PaneName = "server" | "ada" | "linus" | "guest";

/** Their titles and sizes. */
export const PANES: Readonly<Record<PaneName, Pane>> = {
  server: { title: "the server", columns: 100, rows: 8 },
  ada: { title: "ada", columns: 48, rows: 11 },
  linus: { title: "linus", columns: 48, rows: 11 },
  guest: { title: "a script, and somebody without this program", columns: 100, rows: 9 },
};
const NAMES: readonly PaneName[] = ["server", "ada", "linus", "guest"];
const LINES: readonly (readonly PaneName[])[] = [["server"], ["ada", "linus"], ["guest"]];

/** Between two keys of somebody who types well, and before Enter: ms. */
const KEY_MS = 24, BEFORE_ENTER_MS = 150;

const SERVE = "chat serve --db room.db 2> room.log";
const TIME = "2026-11-21T14:02:00Z";

/** What must be seen, in which terminals, and how long it is looked at: ms. */
type Seen = readonly [restMs: number, ...(readonly [PaneName, RegExp])[]];

/**
 * Plays it with the real program. Takes some ten seconds, or five when lines are typed at once.
 *
 * @param options `keyByKey`: each key is a frame; else each line is typed at once.
 * @returns The film, and the rows of each terminal at the end.
 * @throws {Error} When something of it does not happen, with what is on that screen.
 */
export async function playScene(options: { readonly keyByKey: boolean }): Promise<{
  readonly film: Film<PaneName>;
  readonly last: Readonly<Record<PaneName, readonly string[]>>;
}> {
  await using workshop = await Workshop.open(TIME);
  await using stage = new Stage(workshop, options.keyByKey);
  const { film } = stage;
  film.caption("One machine serves the room …");
  await stage.see([500, ["server", /^\$/], ["ada", /^\$/], ["linus", /^\$/], ["guest", /^\$/]]);
  await stage.enter("server", SERVE, [1_000, ["server", /^Ctrl-C stops/]]);
  film.caption("… the others join it …");
  const join = `chat join ${ADDRESS} --name`;
  await stage.enter("ada", `${join} ada`, [300, ["ada", / 1 here$/]]);
  await stage.enter("linus", `${join} linus`, [400, ["linus", / 2 here$/], ["ada", / 2 here$/]]);

  film.caption("… and talk.");
  const hello = "hello linus, is the build through?";
  await stage.enter("ada", hello, [400, ["ada", /ada {2}hello/], ["linus", /ada {2}hello/]]);
  const soon = /linus {2}any/;
  await stage.enter("linus", "any minute now", [300, ["ada", soon], ["linus", soon]]);
  film.caption("A script says something in one line.");
  await stage.enter("guest", `echo "build 42 is green" | ${join} ci`, [
    500,
    ...[["guest", /^\$$/], ["ada", /ci left/], ["linus", /ci left/]] as const,
  ]);
  const opens = /linus opens/;
  await stage.enter("linus", "/me opens the biscuits", [300, ["ada", opens], ["linus", opens]]);

  film.caption("Whoever has only nc comes in as well, and sees what was said.");
  await stage.enter("guest", `nc ${ADDRESS} 5001`, [300, ["guest", /Type your name/]]);
  await stage.enter("guest", "barbara", [
    900,
    ...[["guest", /^\* Now:/], ["ada", / 3 here$/], ["linus", / 3 here$/]] as const,
  ]);
  const hi = /barbara {2}hi/;
  await stage.enter("guest", "hi, is there one left for me?", [400, ["ada", hi], ["linus", hi]]);

  film.caption("Somebody kills the server: kill -9. What is typed meanwhile waits …");
  await workshop.signal("server", "SIGKILL");
  const again = /^Reconnecting/;
  await stage.see([600, ["server", /^\$$/], ["ada", again], ["linus", again]]);
  const waits = /^Reconnecting.* not delivered/;
  await stage.enter("linus", "the last one is yours", [500, ["linus", waits]]);
  // Who comes back first is chance, and what stands on the screens depends on it.
  await workshop.signal("ada", "SIGSTOP");
  const there = /^14:02 .*yours$/;
  await stage.enter("server", SERVE, [
    600,
    ...[["server", /^Ctrl-C stops/], ["linus", there], ["linus", / here$/]] as const,
  ], "… and arrives, once, when it is back.");
  await workshop.signal("ada", "SIGCONT");
  await stage.see([3_000, ["ada", there], ["ada", / here$/]]);
  return { film, last: stage.lines };
}

/** The terminals, and the film of them. */
class Stage implements AsyncDisposable {
  readonly film: Film<PaneName> = new Film(PANES, LINES);
  readonly #terminals: Readonly<Record<PaneName, Terminal>>;
  readonly #keyByKey: boolean;

  constructor({ directory, env }: Workshop, keyByKey: boolean) {
    this.#keyByKey = keyByKey;
    this.#terminals = eachPane((name) => new Terminal(PANES[name], directory, env));
  }

  get lines(): Record<PaneName, string[]> {
    return eachPane((name) => this.#terminals[name].lines);
  }

  /** Types a line, presses Enter, and waits for what comes of it. */
  async enter(name: PaneName, line: string, seen: Seen, caption?: string): Promise<void> {
    const terminal = this.#terminals[name];
    const [column, row] = terminal.cursor;
    let typed = (terminal.lines[row] ?? "").padEnd(column).slice(0, column);
    for (const key of this.#keyByKey ? line : [line]) {
      await terminal.press(key);
      typed += key;
      await terminal.shows(new RegExp(`^${RegExp.escape(typed.trimEnd())}$`));
      // A space changes nothing that can be seen, but for the cursor.
      if (!key.endsWith(" ")) await this.#frame();
      this.film.pass(KEY_MS);
    }
    this.film.pass(BEFORE_ENTER_MS);
    await terminal.press("\r");
    await this.see(seen, caption);
  }

  /** Waits for what is seen without a key being pressed. */
  async see([restMs, ...all]: Seen, caption?: string): Promise<void> {
    for (const [name, wanted] of all) await this.#terminals[name].shows(wanted);
    if (caption !== undefined) this.film.caption(caption);
    await this.#frame();
    this.film.pass(restMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of NAMES) await this.#terminals[name][Symbol.asyncDispose]();
  }

  async #frame(): Promise<void> {
    for (const name of NAMES) {
      await this.#terminals[name].settled();
      this.film.take(name, this.#terminals[name]);
    }
  }
}

function eachPane<T>(make: (name: PaneName) => T): Record<PaneName, T> {
  return { server: make("server"), ada: make("ada"), linus: make("linus"), guest: make("guest") };
}
