/**
 * Imported before `playwright-core`, which otherwise looks into `/proc` to find out whether it runs
 * on Windows' Linux: Deno lets nobody do that without `--allow-all`. This makes it not look.
 *
 * @module
 */

Deno.env.set("__IS_WSL_TEST__", "1");
