/**
 * Modules of Node's, loaded when they are first needed: the first one that is imported makes the
 * start of the program 17 ms longer (Deno 2.9.6), a fifth of it.
 *
 * @module
 */

/** What `node:crypto` exports. */
export type Crypto = typeof import("node:crypto");

/** What `node:events` exports. */
export type Events = typeof import("node:events");

/** What `node:readline` exports. */
export type Readline = typeof import("node:readline");

let crypto: Crypto | undefined;

/** `node:crypto`. Needs no permission, as none of them does; the first call takes 17 ms. */
export function nodeCrypto(): Crypto {
  return crypto ??= load("node:crypto") as Crypto;
}

/** `node:events`. */
export function nodeEvents(): Events {
  return load("node:events") as Events;
}

/** `node:readline`. */
export function nodeReadline(): Readline {
  return load("node:readline") as Readline;
}

/** The global of Node's is the only way to load one of its modules without waiting for it. */
function load(name: string): unknown {
  // deno-lint-ignore no-process-global
  return process.getBuiltinModule(name);
}
