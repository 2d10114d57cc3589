/** Addresses and the command line: right, or refused with words, never anything else. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { formatAddress, parsePlace } from "../../src/cli/address.ts";
import { Failure, UsageError } from "../../src/cli/exit.ts";
import { JOIN_FLAGS, parseJoin } from "../../src/cli/join.ts";
import { parseServe } from "../../src/cli/serve.ts";
import { SERVE_FLAGS } from "../../src/cli/serve_flags.ts";
import { anyText } from "./arbitraries.ts";
import { fuzz } from "./fuzz.ts";

const DEFAULTS = { host: "127.0.0.1", port: 5001 };

const addressLike = fc.oneof(
  anyText,
  fc.string({ unit: fc.constantFrom(..."[]:%.0159abcf/,-é ") }),
  fc.tuple(
    fc.oneof(fc.ipV4(), fc.ipV6(), fc.ipV6().map((ip) => `[${ip}]`), fc.domain()),
    fc.oneof(fc.constant(""), fc.integer({ min: -1, max: 70_000 }).map((port) => `:${port}`)),
  ).map(([host, port]) => host + port),
);

fuzz(
  "parsePlace reads an address, or says what to type instead; what it reads, it reads again",
  fc.property(addressLike, (text) => {
    let address;
    try {
      address = parsePlace(text, DEFAULTS);
    } catch (error) {
      assert(error instanceof UsageError, String(error));
      return;
    }
    const servers = [address, ...(address.others ?? [])];
    for (const { host, port } of servers) {
      assert(Number.isInteger(port) && port >= 1 && port <= 65_535);
      assert(host !== "" && !/[\s\p{C}[\]/,]/u.test(host), JSON.stringify(host));
    }
    const addresses = servers.map(({ host, port }) => formatAddress(host, port)).join(",");
    const formatted = [addresses, ...address.rooms].join("/");
    assertEquals(parsePlace(formatted, DEFAULTS), address);
  }),
);

/** Words of a command line, with many that mean something. */
function words(flags: readonly string[]): fc.Arbitrary<string[]> {
  return fc.array(
    fc.oneof(
      fc.constantFrom(...flags.map((flag) => `--${flag}`)),
      fc.tuple(fc.constantFrom(...flags), anyText).map(([flag, value]) => `--${flag}=${value}`),
      fc.constantFrom("--", "-", "-h", "", "0", "1", "-1", "65536", "abc", "1e3", "127.0.0.1:1"),
      fc.integer().map(String),
      anyText,
    ),
    { maxLength: 8 },
  );
}

for (
  const [name, parse, flags] of [
    ["serve", parseServe, Object.keys(SERVE_FLAGS)],
    ["join", parseJoin, Object.keys(JOIN_FLAGS)],
  ] as const
) {
  fuzz(
    `The arguments of chat ${name} are read, or refused with words`,
    fc.property(words(flags), (args) => {
      try {
        parse(args, () => undefined);
      } catch (error) {
        assert(error instanceof UsageError || error instanceof Failure, String(error));
        assert(error.message.length > 10 && error.message.length < 2_000, error.message);
      }
    }),
  );
}

// Found by the properties above: it ended with "argv._.push is not a function".
for (const arg of ["-_", "--_", "--_=x", "-_x", "--no-_"]) {
  Deno.test(`The argument ${arg} is no flag, and is refused as one`, () => {
    assertThrows(() => parseJoin([arg, "", "x"], () => undefined), UsageError, "There is no flag");
  });
}
