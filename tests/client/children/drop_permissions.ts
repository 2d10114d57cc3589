/**
 * Not a test: a program that gives its permissions back as a client does, tries what it may no
 * longer do, and writes for each attempt `name: error` or `name: allowed`.
 *
 * @module
 */

import { dropPermissions } from "../../../src/client/run.ts";

const file = new URL(import.meta.url);
const attempts: Readonly<Record<string, () => unknown>> = {
  read: () => Deno.readTextFileSync(file),
  write: () => Deno.removeSync("/nothing/is/here"),
  env: () => Deno.env.get("HOME"),
  run: () => new Deno.Command(Deno.execPath(), { args: ["--version"] }).outputSync(),
  sys: () => Deno.hostname(),
  net: () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close(),
};

function outcomes(): string {
  return Object.entries(attempts).map(([name, attempt]) => {
    try {
      attempt();
      return `${name}: allowed`;
    } catch (error) {
      return `${name}: ${error instanceof Error ? error.name : error}`;
    }
  }).join(" ");
}

const before = outcomes();
dropPermissions();
await Deno.stdout.write(new TextEncoder().encode(`${before}\n${outcomes()}\n`));
