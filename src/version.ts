/**
 * The version of this program, from `deno.json`: bundles and executables carry it along.
 *
 * @module
 */

import config from "../deno.json" with { type: "json" };

/** As `deno.json` says it, for example `0.1.0`. */
export const VERSION: string = config.version;

/**
 * The day of that version, as `YYYY-MM-DD`, for the manual page: the same source gives the same page
 * on every day. It changes together with the version, and is that of its section in `CHANGELOG.md`.
 */
export const VERSION_DATE = "2026-11-21";
