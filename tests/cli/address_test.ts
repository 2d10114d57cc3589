import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { formatAddress, parseAddress, parsePlace } from "../../src/cli/address.ts";
import { withBrackets } from "../../src/net/address.ts";
import { UsageError } from "../../src/cli/exit.ts";

const DEFAULTS = { host: "127.0.0.1", port: 5001 };

function refusal(text: string): string {
  return assertThrows(() => parseAddress(text, DEFAULTS), UsageError).message;
}

Deno.test("An address may be a host, a port, or both", () => {
  assertEquals(parseAddress("example.org", DEFAULTS), { host: "example.org", port: 5001 });
  assertEquals(parseAddress("example.org:9", DEFAULTS), { host: "example.org", port: 9 });
  assertEquals(parseAddress(":65535", DEFAULTS), { host: "127.0.0.1", port: 65535 });
  assertEquals(parseAddress("my_host-1", DEFAULTS), { host: "my_host-1", port: 5001 });
  assertEquals(parseAddress("bücher.example:1", DEFAULTS), { host: "bücher.example", port: 1 });
});

Deno.test("An IPv6 address may stand alone, in brackets, and with a port", () => {
  assertEquals(parseAddress("::1", DEFAULTS), { host: "::1", port: 5001 });
  assertEquals(parseAddress("[::1]", DEFAULTS), { host: "::1", port: 5001 });
  assertEquals(parseAddress("[::1]:9", DEFAULTS), { host: "::1", port: 9 });
  assertEquals(parseAddress("[fe80::1%eth0]:9", DEFAULTS), { host: "fe80::1%eth0", port: 9 });
  assertEquals(parseAddress("::ffff:10.0.0.1", DEFAULTS), { host: "::ffff:10.0.0.1", port: 5001 });
});

Deno.test("An address with a wrong port is refused with what is allowed", () => {
  for (const text of ["h:abc", "h:0", "h:65536", "h:", ":", "h:-1", "h:1e3", "[::1]:x", "[::1]:"]) {
    assertStringIncludes(refusal(text), "its port must be a whole number from 1 to 65535");
    assertStringIncludes(refusal(text), text);
  }
});

Deno.test("An address that is none is refused with an example", () => {
  for (const text of ["", " ", "a b", "a b:1", "user@host", "\x1b[2J", "[::1"]) {
    assertStringIncludes(refusal(text), "it must be HOST or HOST:PORT");
  }
  for (const text of ["a:b:c:1", "::1:99999"]) {
    assertStringIncludes(refusal(text), "an IPv6 address with a port needs brackets");
  }
  assertEquals(refusal("\x1b[2J").includes("\x1b"), false);
});

Deno.test("A port behind an IPv6 address without brackets is asked about", () => {
  const address = "2001:db8:1:2:3:4:5:6:5614";
  assertStringIncludes(refusal(address), "Did you mean [2001:db8:1:2:3:4:5:6]:5614?");
  assertStringIncludes(refusal("::1:50011"), "Did you mean [::1]:50011?");
  assertEquals(refusal("::1:99999").includes("mean"), false);
  // These are addresses as well, and nobody can know before dialling.
  assertEquals(parseAddress("::1:5614", DEFAULTS), { host: "::1:5614", port: 5001 });
  assertEquals(withBrackets("::1:5614"), "[::1]:5614");
  for (const host of ["2001:db8::5", "::1", "fe80::1", "::1:0", "lab-pc:1"]) {
    assertEquals(withBrackets(host), undefined, host);
  }
});

Deno.test("A port alone is no host", () => {
  const why = "a port needs a host, as in 192.168.1.5:5001, or a colon, for this machine: :5001";
  for (const text of ["5001", "8080"]) {
    assertEquals(refusal(text), `Cannot use the address ${text}: ${why}`);
  }
  assertThrows(() => parsePlace("5001/ops", DEFAULTS), UsageError, why);
  assertEquals(parseAddress("5001:80", DEFAULTS), { host: "5001", port: 80 });
});

Deno.test("Brackets hold IPv6 addresses and nothing else", () => {
  for (const text of ["[]", "[]:5001", "[host]:1", "[1.2.3.4]", "[:]"]) {
    assertStringIncludes(refusal(text), "brackets are for IPv6 addresses");
  }
  assertStringIncludes(refusal("[::1]5001"), "it must be HOST or HOST:PORT");
});

Deno.test("Rooms stand behind an address, each once, as they are called in events", () => {
  const lab = { host: "lab", port: 9 };
  assertEquals(parsePlace("lab:9", DEFAULTS), { ...lab, rooms: [] });
  assertEquals(parsePlace("lab:9/", DEFAULTS), { ...lab, rooms: [] });
  assertEquals(parsePlace("lab:9/#Ops/dev/ops", DEFAULTS), { ...lab, rooms: ["ops", "dev"] });
  assertEquals(parsePlace("/ops", DEFAULTS), { ...DEFAULTS, rooms: ["ops"] });
  assertEquals(parsePlace(":9/ops", DEFAULTS), { ...DEFAULTS, port: 9, rooms: ["ops"] });
  assertEquals(parsePlace("[::1]:9/büro", DEFAULTS), { host: "::1", port: 9, rooms: ["büro"] });
});

Deno.test("Several servers stand before the rooms, with commas between them", () => {
  assertEquals(parsePlace("lab,[::1]:9, 10.0.0.2:5002/ops", DEFAULTS), {
    host: "lab",
    port: DEFAULTS.port,
    others: [{ host: "::1", port: 9 }, { host: "10.0.0.2", port: 5002 }],
    rooms: ["ops"],
  });
  assertThrows(() => parsePlace("lab,", DEFAULTS), UsageError, "it must be HOST or HOST:PORT");
  assertThrows(() => parsePlace("a/ops,b/ops", DEFAULTS), UsageError, "HOST:PORT/ROOM");
});

Deno.test("A URL, and what is no room, are refused with what to type instead", () => {
  const refused = (text: string) =>
    assertThrows(() => parsePlace(text, DEFAULTS), UsageError).message;
  assertEquals(
    refused("chat://example.org:9/x"),
    "Cannot use the address chat://example.org:9/x: " +
      "type it without what stands before the host: example.org:9/x",
  );
  assertStringIncludes(refused("http://"), "HOST:PORT");
  for (const text of ["h//ops", "h/a b", "h/##x", "h/ops//", `h/${"x".repeat(33)}`]) {
    assertStringIncludes(refused(text), "An address with a room is HOST:PORT/ROOM");
  }
  const many = Array.from({ length: 21 }, (_, i) => `/r${i}`).join("");
  assertStringIncludes(refused(`h${many}`), "21 rooms, and one client can be in 20");
  assertStringIncludes(refused("a b/ops"), "it must be HOST or HOST:PORT");
});

Deno.test("A formatted address can be parsed back", () => {
  assertEquals(formatAddress("::1", 9), "[::1]:9");
  for (const address of [{ host: "::1", port: 9 }, { host: "example.org", port: 65535 }]) {
    assertEquals(parseAddress(formatAddress(address.host, address.port), DEFAULTS), address);
  }
});
