/**
 * What this program knows of itself: its version, from `deno.json`, and the commit that it was
 * built from. Bundles and executables carry both along.
 *
 * @module
 */

import config from "../deno.json" with { type: "json" };

/** As `deno.json` says it, for example `0.1.0`. */
export const VERSION: string = config.version;

/**
 * The day of that version, as `YYYY-MM-DD`, for the manual page: the same source gives the same
 * page on every day. It changes together with the version, and is that of its section in
 * `CHANGELOG.md`.
 */
export const VERSION_DATE = "2026-11-21";

/**
 * The commit of the build, 40 hexadecimal digits, and `-dirty` behind them when files were changed
 * since; empty where the program runs from a working tree. The tasks that make releases write it
 * into the copy of this line that they build from.
 */
export const COMMIT: string = "";
