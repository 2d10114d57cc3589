/**
 * Fills what the server remembers, so that memory which is only filled later is not taken for
 * growth: the windows of both dialects, the texts of a room without a database, and the ids of
 * messages.
 *
 * Guests from many addresses of this machine say it, so that each keeps to its own limits.
 *
 * @module
 */

import { MAX_WINDOW_MESSAGES, MAX_WINDOWS_BYTES } from "../../../src/store/memory.ts";
import { SESSION_BOUNDS } from "../../../src/room/sessions.ts";
import { SESSION_IDS } from "../../../src/store/stored_sessions.ts";
import { firstLines, forEach, Nuisance } from "../nuisance.ts";
import { pause } from "../../helpers/wait.ts";

/** Lines of one guest: less than a full bucket at `--rate 20`, two tokens each. */
const LINES = 45;

/**
 * Two bytes a character in memory, as most scripts have: the most that a window's texts can take.
 */
const LETTER = "ж";

/** Characters of a line: so many that as many as the window has events fill its texts, too. */
const LINE_CHARS = Math.ceil(MAX_WINDOWS_BYTES / 2 / MAX_WINDOW_MESSAGES) + 100;

/** Guests at the same time. */
const AT_ONCE = 25;

/** How long the server may take for what one guest says: a busy machine. */
const PATIENCE_MS = 120_000;

/** Whom to fill. */
export interface FillOptions {
  /** Port of the server on 127.0.0.1, which speaks no TLS. */
  readonly port: number;
  /** The server's password, where it has one. */
  readonly password?: string | undefined;
}

/** Fills the windows and the texts: 18 million characters. */
export async function fillHistory({ port, password }: FillOptions): Promise<void> {
  const over = new AbortController();
  const base = { host: "127.0.0.1", port, signal: over.signal };
  // A window is kept for each dialect that somebody speaks.
  const observer = await Nuisance.connect({ ...base, from: addressOf(0) });
  observer?.swallow();
  await observer?.send(firstLines({ password }, "observer", "json"));
  const line = `${LETTER.repeat(LINE_CHARS)}\n`;
  const guests = Math.ceil(MAX_WINDOW_MESSAGES / LINES) + 1;
  await forEach({ count: guests, signal: over.signal }, AT_ONCE, async (number) => {
    const guest = await Nuisance.connect({ ...base, from: addressOf(1 + number) });
    if (guest === null) throw new Error("A guest who fills the history could not connect.");
    const swallowed = guest.swallow();
    const first = firstLines({ password }, `filler${number}`, "plain");
    await guest.send(`${first}${line.repeat(LINES)}/quit\n`);
    await ended(guest, swallowed);
  });
  observer?.close();
  over.abort();
}

/**
 * Fills the ids: a thousand sessions, each with a thousand. Takes nearly a minute at `--rate 20`.
 */
export async function fillIds({ port, password }: FillOptions): Promise<void> {
  const over = new AbortController();
  const base = { host: "127.0.0.1", port, signal: over.signal };
  const count = SESSION_BOUNDS.ids / SESSION_IDS;
  await forEach({ count, signal: over.signal }, count, async (number) => {
    await pause(number * 5);
    const guest = await Nuisance.connect({ ...base, from: addressOf(number) });
    if (guest === null) throw new Error("A guest who fills the ids could not connect.");
    const swallowed = guest.swallow();
    const name = `noter${number}`;
    let lines = firstLines({ password }, name, "json");
    for (let i = 0; i < SESSION_IDS; i++) {
      // To itself, so that nobody else has to hear it.
      lines += `${JSON.stringify({ type: "direct", to: name, text: "x", id: `fill.${i}` })}\n`;
    }
    await guest.send(`${lines}{"type":"quit"}\n`);
    await ended(guest, swallowed);
  });
}

async function ended(guest: Nuisance, swallowed: Promise<unknown>): Promise<void> {
  const timer = setTimeout(() => guest.close(), PATIENCE_MS);
  await swallowed;
  clearTimeout(timer);
}

/** One of 1,000 addresses of this machine (RFC 6890: all of 127.0.0.0/8). */
function addressOf(number: number): string {
  return `127.0.${10 + Math.floor(number / 250)}.${1 + number % 250}`;
}
