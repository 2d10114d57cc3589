/**
 * Looking into the store for a client: paid for first, and in its turn.
 *
 * @module
 */

import type { Lookup } from "../../store/store.ts";
import type { ClientConnection } from "../connection.ts";
import { unreadable } from "../settled.ts";

/** Tokens that a look into the store costs: it keeps everybody waiting for as long as it takes. */
const STORE_COST = 20;

/**
 * Looks into the store in steps, when that is paid for and it is this one's turn.
 *
 * @returns Null when it cannot be read now, which the client has been told, or it is leaving, or the
 * server stops.
 */
export async function lookUp<T>(
  client: ClientConnection,
  look: () => Lookup<T>,
): Promise<T | null> {
  return await payForLookUp(client) ? await lookUpPaid(client, look) : null;
}

/** Pays for a look into the store; false when the client has left meanwhile. */
export async function payForLookUp(client: ClientConnection): Promise<boolean> {
  const wait = client.throttle.pay(STORE_COST);
  if (wait !== null) await wait;
  return !client.leaving;
}

/** As {@linkcode lookUp}, for what has been paid for. */
export async function lookUpPaid<T>(
  client: ClientConnection,
  look: () => Lookup<T>,
): Promise<T | null> {
  try {
    return await client.throttle.holdFor(client.server.lookups.run(client, look));
  } catch (error) {
    unreadable(client, error);
    return null;
  }
}
