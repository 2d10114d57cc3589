/**
 * A Deno script that says that it has started, and does nothing else.
 *
 * @module
 */

Deno.stdout.writeSync(new TextEncoder().encode("started\n"));
