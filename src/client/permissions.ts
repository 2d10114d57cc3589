/**
 * What a client gives back before it connects, so that nothing that a server sends can reach the
 * disk, other programs or the environment.
 *
 * @module
 */

/** All that a client does not need once it knows where to go. Reconnecting needs the network. */
const NOT_NEEDED = ["read", "write", "run", "env", "ffi", "sys", "import"] as const;

/**
 * Gives every permission of this process back but the network. Files and variables that are needed
 * must have been read before. There is no way back.
 */
export function dropPermissions(): void {
  for (const name of NOT_NEEDED) Deno.permissions.revokeSync({ name });
}
