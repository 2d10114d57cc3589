/**
 * `deno task release-sbom BUNDLE DIRECTORY`: the list of all packages in a bundle, as CycloneDX
 * (https://cyclonedx.org/docs/1.6/json/), in `chat-VERSION.cdx.json`.
 *
 * What is in it comes from the bundle itself, which names the file that each part was made from; the
 * hashes are those of `deno.lock`, by which the packages were checked. Executables hold the same
 * modules, and Deno's runtime.
 *
 * @module
 */

import { Failure } from "../src/failure.ts";
import { printOut } from "../src/print.ts";
import { readVersion } from "./stage.ts";
import { exitCodeOf, ROOT, TaskUsageError } from "./task.ts";
import { putInPlace } from "./whole_file.ts";

/** What of `deno.lock` is asked for. */
export interface Lock {
  /** By `NAME@VERSION`; what stands behind `_` is what a package was resolved with. */
  readonly npm: Readonly<Record<string, { readonly integrity: string }>>;
}

/** A package of npm in a bundle. */
interface Package {
  readonly name: string;
  readonly version: string;
  /** SHA-512 of its archive, in hexadecimal digits. */
  readonly sha512: string;
}

/** Where a part comes from: `node_modules/.deno/@peculiar+x509@1.14.3/node_modules/…`. */
const ORIGIN = /^\/\/ node_modules\/\.deno\/([^/\s]+?)@([^/@\s_]+)(?:_[^/\s]*)?\/node_modules\//gm;

/**
 * The packages in a bundle, by name.
 *
 * @param bundle The text of `chat.js`.
 * @throws {Failure} When `deno.lock` does not know one, or none is found.
 */
function packagesIn(bundle: string, lock: Lock): Package[] {
  const found = new Map<string, Package>();
  for (const [, folder = "", version = ""] of bundle.matchAll(ORIGIN)) {
    const name = folder.replace("+", "/");
    const id = `${name}@${version}`;
    if (found.has(id)) continue;
    const integrity = Object.entries(lock.npm)
      .find(([known]) => known === id || known.startsWith(`${id}_`))?.[1].integrity;
    if (integrity?.startsWith("sha512-") !== true) {
      throw new Failure(`${id} is in the bundle and has no sha512 in deno.lock: deno install`);
    }
    const sha512 = Uint8Array.fromBase64(integrity.slice("sha512-".length)).toHex();
    found.set(id, { name, version, sha512 });
  }
  if (found.size === 0) throw new Failure("The bundle names no package: is it dist/chat.js?");
  return [...found.values()].toSorted((a, b) => a.name < b.name ? -1 : 1);
}

/**
 * The list.
 *
 * @param bundle The text of `chat.js`.
 * @param program Its version, and that of Deno, which executables contain.
 * @returns CycloneDX 1.6, the same for the same bundle.
 * @throws {Failure} See {@linkcode packagesIn}.
 */
export function sbomOf(
  bundle: string,
  lock: Lock,
  program: { readonly version: string; readonly deno: string },
): Record<string, unknown> {
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        type: "application",
        name: "chat",
        version: program.version,
        "bom-ref": `chat@${program.version}`,
      },
    },
    components: [
      {
        type: "platform",
        name: "deno",
        version: program.deno,
        purl: `pkg:github/denoland/deno@v${program.deno}`,
      },
      ...packagesIn(bundle, lock).map(({ name, version, sha512 }) => ({
        type: "library",
        name,
        version,
        purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
        hashes: [{ alg: "SHA-512", content: sha512 }],
      })),
    ],
  };
}

if (import.meta.main) {
  Deno.exit(
    await exitCodeOf(async () => {
      const [bundle, directory, surplus] = Deno.args;
      if (bundle === undefined || directory === undefined || surplus !== undefined) {
        throw new TaskUsageError("Name two: deno task release-sbom dist/chat.js DIRECTORY");
      }
      const version = await readVersion();
      const lock: Lock = JSON.parse(await Deno.readTextFile(new URL("deno.lock", ROOT)));
      const program = { version, deno: Deno.version.deno };
      const list = sbomOf(await Deno.readTextFile(bundle), lock, program);
      const path = `${directory}/chat-${version}.cdx.json`;
      await putInPlace(
        path,
        (temporary) => Deno.writeTextFile(temporary, `${JSON.stringify(list, null, 2)}\n`),
      );
      printOut(`${path}: ${(list["components"] as unknown[]).length} components\n`);
    }),
  );
}
