import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  addressBytes,
  addressText,
  contains,
  networkOf,
  parseNetwork,
  parseRange,
  rangeKey,
  rangeText,
} from "../../src/net/address_range.ts";

function canonical(text: string): string | undefined {
  const range = parseRange(text);
  return range && rangeText(range);
}

function isIn(range: string, address: string): boolean {
  return contains(parseRange(range)!, addressBytes(address)!);
}

Deno.test("a range is read in CIDR notation, and written in one form", () => {
  const forms = {
    "10.0.0.0/8": "10.0.0.0/8",
    "10.1.2.3/8": "10.0.0.0/8",
    "10.1.2.3": "10.1.2.3",
    "10.1.2.3/32": "10.1.2.3",
    "255.255.255.255/31": "255.255.255.254/31",
    "192.168.7.9/0": "0.0.0.0/0",
    "2001:DB8::/32": "2001:db8::/32",
    "2001:db8:0:0:0:0:0:1": "2001:db8::1/128",
    "2001:db8::ffff/127": "2001:db8::fffe/127",
    "::/0": "::/0",
    "fe80::1%eth0": "fe80::1/128",
    "fe80::1%eth0/64": "fe80::/64",
    "::ffff:127.0.0.1": "127.0.0.1",
    "::ffff:7f00:1": "127.0.0.1",
    "0:0:0:0:0:FFFF:7F00:0001": "127.0.0.1",
    "::ffff:10.0.0.0/104": "10.0.0.0/8",
    "::ffff:0:0/96": "0.0.0.0/0",
    "::ffff:0:0/95": "::fffe:0:0/95",
  };
  for (const [text, expected] of Object.entries(forms)) {
    assertEquals(canonical(text), expected, text);
  }
});

Deno.test("what is not exactly an address or a range is none", () => {
  const wrong = [
    ...["", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/8/8"],
    ...["10.0.0.0/ 8", " 10.0.0.0", "10.0.0.0\n", "10.0.0.0/8\n", "127.0.0.300", "127.0.0.*"],
    ...["010.0.0.1", "10.0.0", "10", "1.2.3.4.5", "0x7f.0.0.1", "10.0.0.0/255.0.0.0", "::/129"],
    ...["[::1]", "::1::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "g::", "::ffff:127.0.0.300"],
    ...["%eth0", "10.0.0.1%eth0", "::1%", "localhost", "1e1.0.0.0", `::1%${"x".repeat(100)}`],
  ];
  for (const text of wrong) assertEquals(canonical(text), undefined, JSON.stringify(text));
});

Deno.test("a range contains what begins with its bits, in its own family", () => {
  assert(isIn("10.0.0.0/8", "10.255.255.255"));
  assert(!isIn("10.0.0.0/8", "11.0.0.0"));
  assert(isIn("10.0.0.0/8", "::ffff:10.0.0.9"));
  assert(isIn("::ffff:10.0.0.0/104", "10.0.0.9"));
  assert(isIn("172.16.0.0/12", "172.31.255.255"));
  assert(!isIn("172.16.0.0/12", "172.32.0.0"));
  assert(isIn("2001:db8::/33", "2001:db8:7fff::"));
  assert(!isIn("2001:db8::/33", "2001:db8:8000::"));
  assert(isIn("::1", "::1"));
  assert(!isIn("::1", "::2"));
  assert(!isIn("::/0", "10.0.0.1"));
  assert(!isIn("0.0.0.0/0", "2001:db8::1"));
});

Deno.test("a bare IPv6 address stands for its /64 where a network is meant", () => {
  assertEquals(rangeText(parseNetwork("2001:db8:0:1:2:3:4:5")!), "2001:db8:0:1::/64");
  assertEquals(rangeText(parseNetwork("2001:db8::5/128")!), "2001:db8::5/128");
  assertEquals(rangeText(parseNetwork("::ffff:10.0.0.1")!), "10.0.0.1");
  assertEquals(rangeText(parseNetwork("10.0.0.1")!), "10.0.0.1");
});

Deno.test("the key of a network is the one that older databases hold", () => {
  const addresses = ["10.0.0.1", "::ffff:10.0.0.1", "2001:DB8:0000:0001:a:b:c:d", "::1"];
  for (const address of [...addresses, "fe80::1%eth0", "2001:db8::", "1:2:3:4:5:6:1.2.3.4"]) {
    const key = rangeKey(parseNetwork(address)!);
    assertEquals(key, networkOf(address), address);
    assertEquals(rangeKey(parseRange(key)!), key);
  }
});

const bytes = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
  // Runs of zeros, and IPv4 within IPv6.
  fc.array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 16, maxLength: 16 })
    .map((list) => Uint8Array.from(list)),
  fc.uint8Array({ minLength: 4, maxLength: 4 })
    .map((last) => Uint8Array.from([...Array(10).fill(0), 255, 255, ...last])),
);

Deno.test("every range is read back from its text and its key", () => {
  fc.assert(fc.property(bytes, fc.nat(128), (address, wanted) => {
    const bits = Math.min(wanted, 8 * address.length);
    const range = parseRange(`${addressText(address)}/${bits}`)!;
    assertEquals(parseRange(rangeText(range)), range);
    assertEquals(parseRange(rangeKey(range)), range);
    const own = addressBytes(addressText(address))!;
    if (own.length === range.bytes.length) assert(contains(range, own));
  }));
});

Deno.test("contains() compares bit by bit", () => {
  const word = fc.integer({ min: 0, max: 0xffff_ffff });
  fc.assert(fc.property(word, word, fc.nat(32), (one, other, bits) => {
    const text = (number: number) => [24, 16, 8, 0].map((by) => (number >>> by) & 255).join(".");
    const prefix = (number: number) => number.toString(2).padStart(32, "0").slice(0, bits);
    assertEquals(isIn(`${text(one)}/${bits}`, text(other)), prefix(one) === prefix(other));
  }));
});

Deno.test("no text makes the parser throw", () => {
  const part = fc.constantFrom("1", "0", "ff", ":", "::", ".", "/", "%", "[", "]", "255", "é", " ");
  const text = fc.oneof(fc.string(), fc.array(part).map((parts) => parts.join("")));
  fc.assert(fc.property(text, (text) => {
    const range = parseRange(text);
    if (range !== undefined) assertEquals(parseRange(rangeText(range)), range);
  }));
});

Deno.test("networkOf() is one for all forms of an address, and for the /64 of an IPv6 one", () => {
  const loopback = ["127.0.0.1", "::ffff:127.0.0.1", "::FFFF:7f00:1", "0:0:0:0:0:ffff:7f00:1"];
  assertEquals(loopback.map(networkOf), loopback.map(() => "127.0.0.1"));
  const one = [
    "2001:db8:0:1::5",
    "2001:DB8:0000:0001:ffff::",
    "2001:db8:0:1::/64",
    "2001:db8:0:1::5%eth0",
  ];
  assertEquals(one.map(networkOf), one.map(() => "2001:db8:0:1::/64"));
  assertEquals(["::1", "", "unix:socket"].map(networkOf), ["0:0:0:0::/64", "", "unix:socket"]);
});
