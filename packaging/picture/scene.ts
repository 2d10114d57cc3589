/**
 * The scene of the picture: a room from the first command on, with two people, a script, a guest who
 * has only `nc`, and a server that is killed.
 *
 * @module
 */

import { Director, type Size } from "./director.ts";
import type { Film } from "./film.ts";
import { STAGE_ADDRESS } from "./stage.ts";
import { Workshop } from "./workshop.ts";

/** The terminals. */
export type PaneName = "server" | "ada" | "linus" | "guest";

/** Their sizes: the two in the middle stand side by side. */
export const SIZES: Readonly<Record<PaneName, Size>> = {
  server: { columns: 100, rows: 8 },
  ada: { columns: 48, rows: 11 },
  linus: { columns: 48, rows: 11 },
  guest: { columns: 100, rows: 9 },
};

/** What a scene leaves. */
export interface Played {
  /** The film. */
  readonly film: Film<PaneName>;
  /** The rows of each terminal at the end. */
  readonly last: Readonly<Record<PaneName, readonly string[]>>;
}

const SERVE = "chat serve --db room.db 2> room.log";

/**
 * Plays it with the real program. Takes some ten seconds, or five when lines are typed at once.
 *
 * @param options `keyByKey`: see {@linkcode Director}.
 * @throws {Error} When something of it does not happen, with what is on that screen.
 */
export async function playScene(options: { readonly keyByKey: boolean }): Promise<Played> {
  await using workshop = await Workshop.open("2026-11-21T14:02:00Z");
  await using director = new Director<PaneName>(SIZES, workshop, options);
  await begin(director);
  await talk(director);
  await visit(director);
  await crash(director, workshop);
  return director.finish();
}

async function begin(director: Director<PaneName>): Promise<void> {
  director.caption("One machine serves the room …");
  await director.begin();
  director.rest(500);
  await director.enter("server", SERVE, { shows: [["server", /^Ctrl-C stops/]], restMs: 1_000 });
  director.caption("… the others join it …");
  await director.enter("ada", `chat join ${STAGE_ADDRESS} --name ada`, {
    shows: [["ada", / 1 here$/]],
    restMs: 300,
  });
  await director.enter("linus", `chat join ${STAGE_ADDRESS} --name linus`, {
    shows: [["linus", / 2 here$/], ["ada", / 2 here$/]],
    restMs: 400,
  });
}

async function talk(director: Director<PaneName>): Promise<void> {
  director.caption("… and talk.");
  await director.enter("ada", "hello linus, is the build through?", {
    shows: [["ada", /ada {2}hello/], ["linus", /ada {2}hello/]],
    restMs: 400,
  });
  await director.enter("linus", "any minute now", {
    shows: [["ada", /linus {2}any/], ["linus", /linus {2}any/]],
    restMs: 300,
  });
  director.caption("A script says something in one line.");
  await director.enter("guest", `echo "build 42 is green" | chat join ${STAGE_ADDRESS} --name ci`, {
    shows: [
      ["guest", /^\$$/],
      ["ada", /ci left/],
      ["linus", /ci left/],
    ],
    restMs: 500,
  });
  await director.enter("linus", "/me opens the biscuits", {
    shows: [["ada", /linus opens/], ["linus", /linus opens/]],
    restMs: 300,
  });
}

async function visit(director: Director<PaneName>): Promise<void> {
  director.caption("Whoever has only nc comes in as well, and sees what was said.");
  await director.enter("guest", `nc ${STAGE_ADDRESS} 5001`, {
    shows: [["guest", /Type your name/]],
    restMs: 300,
  });
  await director.enter("guest", "barbara", {
    shows: [["guest", /^\* Now:/], ["ada", / 3 here$/], ["linus", / 3 here$/]],
    restMs: 900,
  });
  await director.enter("guest", "hi, is there one left for me?", {
    shows: [["ada", /barbara {2}hi/], ["linus", /barbara {2}hi/]],
    restMs: 400,
  });
}

async function crash(director: Director<PaneName>, workshop: Workshop): Promise<void> {
  director.caption("Somebody kills the server: kill -9. What is typed meanwhile waits …");
  await workshop.signal("server", "SIGKILL");
  await director.see({
    shows: [["server", /^\$$/], ["ada", /^Reconnecting/], ["linus", /^Reconnecting/]],
    restMs: 600,
  });
  await director.enter("linus", "the last one is yours", {
    shows: [["linus", /^Reconnecting.* not delivered/]],
    restMs: 500,
  });
  // Who comes back first is chance, and what stands on the screens depends on it.
  await workshop.signal("ada", "SIGSTOP");
  await workshop.setTime("2026-11-21T14:03:00Z");
  await director.enter("server", SERVE, {
    shows: [["server", /^Ctrl-C stops/], ["linus", /^14:03 .*yours$/], ["linus", / here$/]],
    restMs: 600,
    caption: "… and arrives, once, when it is back.",
  });
  await workshop.signal("ada", "SIGCONT");
  await director.see({ shows: [["ada", /^14:03 .*yours$/], ["ada", / here$/]], restMs: 3_000 });
}
