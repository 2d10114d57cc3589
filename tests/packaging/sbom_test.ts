import { assert, assertEquals, assertThrows } from "@std/assert";
import { bundleInOne } from "../../packaging/modules.ts";
import { type Lock, sbomOf } from "../../packaging/sbom.ts";
import { openStage } from "../../packaging/stage.ts";
import { ROOT } from "../../packaging/task.ts";
import { Failure } from "../../src/failure.ts";
import { saySkipped } from "../helpers/proc.ts";

const LOCK: Lock = JSON.parse(Deno.readTextFileSync(new URL("deno.lock", ROOT)));
const PROGRAM = { version: "1.2.3", deno: "2.9.6" };

Deno.test("The SBOM has a package for each of which there is a part, with its hash", () => {
  const bundle = "// node_modules/.deno/@a+b@1.0.0/node_modules/@a/b/x.js\nvar x;\n" +
    "// node_modules/.deno/c@2.0.0_@a+b@1.0.0/node_modules/c/y.js\n" +
    "// node_modules/.deno/c@2.0.0_@a+b@1.0.0/node_modules/c/z.js\n";
  const integrity = `sha512-${new Uint8Array(64).fill(255).toBase64()}`;
  const lock = { npm: { "@a/b@1.0.0": { integrity }, "c@2.0.0_@a+b@1.0.0": { integrity } } };
  const { components } = sbomOf(bundle, lock, PROGRAM) as { components: { purl: string }[] };
  const purls = ["pkg:github/denoland/deno@v2.9.6", "pkg:npm/%40a/b@1.0.0", "pkg:npm/c@2.0.0"];
  assertEquals(components.map(({ purl }) => purl), purls);
  assertEquals(components[1], {
    type: "library",
    name: "@a/b",
    version: "1.0.0",
    purl: "pkg:npm/%40a/b@1.0.0",
    hashes: [{ alg: "SHA-512", content: "ff".repeat(64) }],
  } as unknown as { purl: string });
  assertThrows(() => sbomOf(bundle, { npm: {} }, PROGRAM), Failure, "@a/b@1.0.0");
  assertThrows(() => sbomOf("var x;\n", lock, PROGRAM), Failure, "no package");
});

Deno.test("The SBOM of this program knows what it is made of, and none of the tests' packages", async () => {
  await using stage = await openStage("0123456789".repeat(4));
  let bundle: string;
  try {
    bundle = await bundleInOne(stage);
  } catch (error) {
    if (!(error instanceof Failure) || !/esbuild/.test(error.message)) throw error;
    return saySkipped("esbuild");
  }
  const { components } = sbomOf(bundle, LOCK, PROGRAM) as {
    components: { name: string; purl: string }[];
  };
  const names = components.map(({ name }) => name);
  for (const name of ["deno-std", "unhomoglyph", "@peculiar/x509", "@nats-io/nats-core"]) {
    assert(names.includes(name), `${name} is missing: ${names}`);
  }
  for (const name of ["playwright-core", "axe-core", "fast-check", "@xterm/headless"]) {
    assert(!names.includes(name), `${name} is there`);
  }
  // Of some there are two versions.
  assertEquals(new Set(components.map(({ purl }) => purl)).size, components.length);
});
