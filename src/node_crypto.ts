/**
 * Node's hashes, loaded when they are first needed: whatever imports a module of Node's when the
 * program starts makes the start 17 ms longer (Deno 2.9.6), a third of it.
 *
 * @module
 */

/** What it exports. */
export type Crypto = typeof import("node:crypto");

let loaded: Crypto | undefined;

/**
 * `node:crypto`. Needs no permission, so also a server that has given all of them back can load it;
 * the first call takes 17 ms.
 */
export function nodeCrypto(): Crypto {
  // The global of Node's is the only way to load one of its modules without waiting for it.
  // deno-lint-ignore no-process-global
  return loaded ??= process.getBuiltinModule("node:crypto") as Crypto;
}
