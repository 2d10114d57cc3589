/**
 * The files of the source, for tests that look at all of them.
 *
 * @module
 */

const ROOT = new URL("../../", import.meta.url);

/**
 * Our TypeScript in a directory and those below it; `web/page.js` is made of it.
 *
 * @param directory Its path below the root, such as `src`; so are those that are given.
 */
export function* sourceFiles(directory: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(`${directory}/`, ROOT))) {
    if (isDirectory) yield* sourceFiles(`${directory}/${name}`);
    else if (name.endsWith(".ts") && !name.endsWith(".d.ts")) yield `${directory}/${name}`;
  }
}
