import { assert, assertEquals, assertMatch } from "@std/assert";
import { openSqliteStore } from "../../../src/store/sqlite/store.ts";
import type { Ban } from "../../../src/store/store.ts";
import { AddressBans, Bans } from "../../../src/order/bans.ts";
import { readTarget } from "../../../src/server/admission/moderation.ts";
import { Secret } from "../../../src/server/admission/secret.ts";
import { Harness } from "../harness.ts";
import type { MemoryConnection } from "../memory_connection.ts";

async function operator(room: Harness, address?: string): Promise<MemoryConnection> {
  const conn = await room.connect(address);
  await conn.send("root\n/op\nboss\n");
  assertMatch(conn.received().at(-1)!, /You are an operator now/);
  return conn;
}

function withOperators(options: ConstructorParameters<typeof Harness>[0] = {}): Harness {
  return new Harness({ operatorPassword: new Secret("boss"), rate: 0, ...options });
}

/** The last line that a command was answered with. */
async function answer(conn: MemoryConnection, line: string): Promise<string> {
  conn.received();
  await conn.send(`${line}\n`);
  return conn.received().at(-1) ?? "";
}

function banOf(key: string, more: Partial<Ban> = {}): Ban {
  return { key, shown: key, by: "root", reason: "", atMs: 0, untilMs: null, ...more };
}

Deno.test("/ban of a range ends its connections at once, and keeps the whole range out", async () => {
  await using room = withOperators();
  const root = await operator(room, "192.168.0.1");
  const inside = [await room.connect("10.0.0.1"), await room.connect("::ffff:10.200.3.4")];
  const outside = await room.connect("11.0.0.1");
  await inside[0]!.send("eve\n");
  await outside.send("ada\n");
  assertEquals(
    await answer(root, "/ban 10.9.8.7/8 2h spam"),
    "* 10.0.0.0/8 is banned for 2h (spam); 2 removed now.",
  );
  for (const conn of inside) {
    assertMatch(conn.received().at(-1)!, /banned from this server for 2h by an operator: spam/);
    assert(conn.writeClosed);
  }
  assert(!outside.writeClosed);
  for (const address of ["10.0.0.0", "10.255.255.255", "::ffff:10.1.1.1", "::ffff:a01:101"]) {
    assertMatch((await room.greeted(address)).received()[0]!, /banned/, address);
  }
  assertMatch((await room.greeted("9.255.255.255")).received()[0]!, /^Welcome/);
  assertMatch(await answer(root, "/bans"), /^\* 10\.0\.0\.0\/8 for 2h, by root: spam/);
  assertEquals(await answer(root, "/unban 10.0.0.0/8"), "* 10.0.0.0/8 may come in again.");
  assertMatch((await room.greeted("10.0.0.1")).received()[0]!, /^Welcome/);
});

Deno.test("an IPv6 address is banned with its /64, unless its bits are said", async () => {
  await using room = withOperators();
  const root = await operator(room);
  assertMatch(await answer(root, "/ban 2001:DB8::5"), /^\* 2001:db8::\/64 is banned for good/);
  assertMatch((await room.greeted("2001:db8::9")).received()[0]!, /banned/);
  assertMatch((await room.greeted("2001:db8:0:1::9")).received()[0]!, /^Welcome/);
  assertMatch(await answer(root, "/unban 2001:db8::77"), /^\* 2001:db8::\/64 may come in again/);
  assertMatch(await answer(root, "/ban 2001:db8::5/128"), /^\* 2001:db8::5\/128 is banned/);
  assertMatch((await room.greeted("2001:db8::5")).received()[0]!, /banned/);
  assertMatch((await room.greeted("2001:db8::6")).received()[0]!, /^Welcome/);
  assertMatch(await answer(root, "/unban 2001:db8::5"), /but 2001:db8::5\/128 is/);
  assertMatch(await answer(root, "/unban 2001:db8::5/128"), /may come in again/);
});

Deno.test("an IPv4 address within IPv6 is banned as itself alone", async () => {
  await using room = withOperators();
  const root = await operator(room);
  for (const text of ["::ffff:7f00:1", "::ffff:127.0.0.1", "0:0:0:0:0:ffff:7F00:1"]) {
    assertMatch(await answer(root, `/ban ${text}`), /^\* 127\.0\.0\.1 is banned/, text);
    assertMatch((await room.greeted("127.0.0.1")).received()[0]!, /banned/);
    assertMatch((await room.greeted("::1")).received()[0]!, /^Welcome/);
    assertMatch(await answer(root, "/unban 127.0.0.1"), /may come in again/);
  }
});

Deno.test("what looks like an address and is none is refused, with what to use", async () => {
  await using room = withOperators();
  const root = await operator(room);
  const meant: Readonly<Record<string, string | undefined>> = {
    "127.0.0.300": undefined,
    "127.0.0.*": "127.0.0.0/24",
    "127.0.0.x": "127.0.0.0/24",
    "10.*": "10.0.0.0/8",
    "10.0.*.*": "10.0.0.0/16",
    "10.0.0": "10.0.0.0/24",
    "10.0.0.": "10.0.0.0/24",
    "300.*": undefined,
    "10.*.1.*": undefined,
    "10.0.0.0/33": undefined,
    "10.0.0.0/": undefined,
    "10.0.0.0/255.0.0.0": undefined,
    "010.0.0.1": undefined,
    "1.2.3.4.5": undefined,
    "10.0.0.1-9": undefined,
    "10.0.0.5:53211": "10.0.0.5",
    "[2001:db8::5]:53211": "2001:db8::5",
    "[2001:db8::5]": "2001:db8::5",
    "[]": undefined,
    "2001:db8::/129": undefined,
    "2001:db8:::1": undefined,
    "eve*": undefined,
    "foo/bar": undefined,
  };
  for (const [text, wanted] of Object.entries(meant)) {
    const hint = wanted === undefined ? "" : ` Did you mean ${wanted}?`;
    assertEquals(
      await answer(root, `/ban ${text}`),
      `* Cannot use ${
        JSON.stringify(text)
      }: it must be a name, an address such as 192.0.2.7, or a ` +
        `range such as 192.0.2.0/24.${hint}`,
    );
  }
  const long = await answer(root, `/ban ${"1.".repeat(20_000)}`);
  assert(long.length < 300, long);
  assertEquals(await answer(root, "/bans"), "* Nobody is banned.");
});

Deno.test("a name of digits and dots can be banned", async () => {
  await using room = withOperators();
  const root = await operator(room);
  for (const name of ["1.2", "2024", "7-11", "v1.2.3", "_1.2.3.4"]) {
    assertMatch(await answer(root, `/ban ${name}`), /is banned for good; nobody online/, name);
  }
  // With more dots it is an address, unless somebody is here under it.
  assertMatch(await answer(root, "/ban 127.0.0.300"), /Cannot use/);
  const dotty = await room.connect("10.7.7.7");
  await dotty.send("127.0.0.300\n");
  assertMatch(
    await answer(root, "/ban 127.0.0.300"),
    /127\.0\.0\.300 is banned .* 1 removed now/,
  );
  assert(dotty.writeClosed);
  assertMatch(await answer(root, "/unban 127.0.0.300"), /may come in again/);
});

Deno.test("an operator cannot keep out the range that they are in", async () => {
  await using room = withOperators();
  const root = await operator(room, "::ffff:10.0.0.1");
  for (const text of ["10.0.0.1", "10.0.0.0/8", "0.0.0.0/0", "::ffff:a00:1"]) {
    assertMatch(
      await answer(root, `/ban ${text}`),
      /^\* Cannot ban [\d./]+: your own address, ::ffff:10\.0\.0\.1, is in it.* Ban a smaller range/,
    );
  }
  assert(!root.writeClosed);
  assertEquals(await answer(root, "/bans"), "* Nobody is banned.");
  assertMatch(await answer(root, "/ban ::/0"), /^\* ::\/0 is banned for good/);
});

Deno.test("/unban tells of a wider ban that still holds", async () => {
  await using room = withOperators();
  const root = await operator(room, "192.168.0.1");
  await root.send("/ban 10.0.0.0/8\n/ban 10.0.0.5\n");
  assertEquals(
    await answer(root, "/unban 10.0.0.5"),
    "* 10.0.0.5 is still banned, as part of 10.0.0.0/8.",
  );
  assertEquals(
    await answer(root, "/unban 10.0.0.5"),
    "* 10.0.0.5 is not banned by itself, but 10.0.0.0/8 is. To let all of that in: " +
      "/unban 10.0.0.0/8",
  );
  assertMatch(await answer(root, "/unban 10.0.0.0/9"), /"10\.0\.0\.0\/9" is not banned/);
  assertMatch(await answer(root, "/unban 10.0.0.*"), /Did you mean 10\.0\.0\.0\/24\?/);
});

Deno.test("a range's ban runs out like any other, while a narrower one holds on", async () => {
  await using room = withOperators();
  const root = await operator(room, "192.168.0.1");
  await root.send("/ban 10.0.0.0/8 1m\n/ban 10.0.0.0/16 2m\n");
  await room.clock.advance(61_000);
  assertMatch((await room.greeted("10.0.0.1")).received()[0]!, /banned/);
  assertMatch((await room.greeted("10.1.0.1")).received()[0]!, /^Welcome/);
  await room.clock.advance(61_000);
  assertMatch((await room.greeted("10.0.0.1")).received()[0]!, /^Welcome/);
  assertEquals(await answer(root, "/bans"), "* Nobody is banned.");
});

Deno.test("bans of ranges are in the database, and those of older versions still hold", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const first = openSqliteStore(`${directory}/room.db`, { durability: "process" });
    const bans = [
      banOf("address:10.6.6.6", { shown: "10.6.6.6" }),
      banOf("address:2001:db8:0:0::/64", { shown: "2001:db8::5" }),
      banOf("name:127.0.0.*", { shown: "127.0.0.*" }),
    ];
    first.append([], "2026-03-01T12:00:00.000Z", bans.map((ban) => ({ type: "ban", ban })));
    {
      await using room = withOperators({ store: first });
      const root = await operator(room, "192.168.0.1");
      assertMatch((await room.greeted("10.6.6.6")).received()[0]!, /banned/);
      assertMatch((await room.greeted("2001:db8::9")).received()[0]!, /banned/);
      assertMatch(await answer(root, "/unban 127.0.0.*"), /may come in again/);
      assertMatch(await answer(root, "/unban 2001:db8::1"), /2001:db8::\/64 may come in again/);
      await root.send("/ban 172.16.0.0/12\n");
    }
    const second = openSqliteStore(`${directory}/room.db`, { durability: "process" });
    assertEquals(second.bans().map(({ key }) => key), [
      "address:10.6.6.6",
      "address:172.16.0.0/12",
    ]);
    await using room = withOperators({ store: second });
    assertMatch((await room.greeted("172.31.0.1")).received()[0]!, /banned/);
    assertMatch((await room.greeted("172.32.0.1")).received()[0]!, /^Welcome/);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("a key that is of no address harms nobody", () => {
  const keys = ["address:", "address:x", "address:1.2.3.4/99", "name:10.0.0.1", "other"];
  const bans = new Bans(keys.map((key) => banOf(key)));
  assertEquals(bans.ofAddress("1.2.3.4", 0), undefined);
  assertEquals(bans.ofAddress("10.0.0.1", 0), undefined);
  assertEquals(bans.ofAddress("", 0), undefined);
  assertEquals(bans.all(0).length, 5);
});

Deno.test("an address is looked up once for each length of range, not for each ban", () => {
  const bans = new AddressBans();
  for (let i = 0; i < 10_000; i++) bans.add(`address:10.${i >> 8}.${i & 255}.0/24`);
  bans.add("address:10.0.7.9");
  bans.add("address:10.0.0.0/8");
  const get = Map.prototype.get;
  let lookups = 0;
  Map.prototype.get = function (this: Map<unknown, unknown>, key: unknown) {
    lookups++;
    return get.call(this, key);
  };
  let found: string[];
  try {
    found = [...bans.keysOf("10.0.7.9")];
  } finally {
    Map.prototype.get = get;
  }
  assertEquals(found, ["address:10.0.7.9", "address:10.0.7.0/24", "address:10.0.0.0/8"]);
  assertEquals(lookups, 3);
  bans.delete("address:10.0.7.0/24");
  bans.delete("address:10.0.7.0/24");
  assertEquals([...bans.keysOf("10.0.7.9")], ["address:10.0.7.9", "address:10.0.0.0/8"]);
});

Deno.test("a target is a name only where it can be one", () => {
  const kind = (text: string) => readTarget(text, () => false).kind;
  assertEquals(["ada", "1.2", "عادل", "O'Hara"].map(kind), Array(4).fill("name"));
  assertEquals(["10.0.0.1", "10.0.0.0/8", "fe80::1%eth0"].map(kind), Array(3).fill("addresses"));
  assertEquals(["a b", "a/b", "аda", "*", "/", ""].map(kind), Array(6).fill("problem"));
});
