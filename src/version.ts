/**
 * The version of this program, from `deno.json`: bundles and executables carry it along.
 *
 * @module
 */

import config from "../deno.json" with { type: "json" };

/** As `deno.json` says it, for example `0.1.0`. */
export const VERSION: string = config.version;
