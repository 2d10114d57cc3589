/**
 * What a client gives back before it connects, so that nothing that a server sends can reach the
 * disk, other programs or the environment.
 *
 * @module
 */

import { dropPermissions as drop } from "../permissions.ts";

/**
 * Gives every permission of this process back but the network, which reconnecting needs. Files and
 * variables that are needed must have been read before. There is no way back.
 */
export function dropPermissions(): void {
  drop({ keepNetwork: true });
}
