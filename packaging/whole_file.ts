/**
 * Files that are complete or not there, whatever interrupts their making.
 *
 * @module
 */

import { Failure } from "../src/failure.ts";

/** The directory of a path, and its last part. */
function split(path: string): { readonly directory: string; readonly name: string } {
  const cut = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return { directory: cut < 0 ? "." : path.slice(0, cut) || "/", name: path.slice(cut + 1) };
}

/**
 * Makes a file in a directory of its own beside its place, and renames it into place when it is
 * complete; that directory goes, however the making ends. Only a process that is killed leaves it
 * behind: its name begins with `.making-`.
 *
 * @param place Where the file is to be; its directory is made when it is missing.
 * @param make Writes the file to the path that it is given.
 * @throws {Failure} When the directory cannot be made; what `make` throws.
 */
export async function putInPlace(
  place: string | URL,
  make: (temporary: string) => Promise<void>,
): Promise<void> {
  const path = typeof place === "string" ? place : pathOf(place);
  const { directory, name } = split(path);
  try {
    await Deno.mkdir(directory, { recursive: true });
  } catch (error) {
    throw new Failure(`Cannot make the directory ${directory}: ${(error as Error).message}`);
  }
  const making = await Deno.makeTempDir({ dir: directory, prefix: ".making-" });
  try {
    await make(`${making}/${name}`);
    await Deno.rename(`${making}/${name}`, path);
  } finally {
    await Deno.remove(making, { recursive: true });
  }
}

/** The path that a `file:` URL names, on this system. */
export function pathOf(url: URL): string {
  const path = decodeURIComponent(url.pathname);
  return Deno.build.os === "windows" ? path.slice(1) : path;
}
