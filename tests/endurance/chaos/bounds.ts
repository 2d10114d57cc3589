/**
 * What must hold while a server is attacked, and afterwards. Only the long form looks at times: they
 * are this machine's as much as the server's.
 *
 * @module
 */

/** How long a server may take to be as before; its own limits are 30 and 60 s. */
export const RECOVER_MS = 120_000;

/** How long people may wait. */
export interface Bounds {
  /** For the answer to a ping, at most. */
  readonly pingMs: number;
  /** To come in and be heard, to see the page, and to have one's place again. */
  readonly newcomerMs: number;
}

/** While one attack goes on. A person takes a quarter of a second for "at once". */
export const ALONE: Bounds = { pingMs: 250, newcomerMs: 2_000 };

/** While all of them go on, on a machine of two cores that runs the attackers, too. */
export const ALL_AT_ONCE: Bounds = { pingMs: 1_000, newcomerMs: 2_000 };
