import { assert, assertEquals, assertMatch } from "@std/assert";
import { banner, machineAddresses } from "../../src/server/banner.ts";

const ADDRESSES = ["192.168.1.5", "2001:db8::5"];

/** What one could type, of a banner for a host. */
function ways(host: string, addresses: readonly string[] = ADDRESSES): string[] {
  const text = banner({ host, port: 5001, addresses, version: "0.1.0" });
  return [...text.matchAll(/^ {2}(chat join \S+) +or {2}(nc \S+ \d+)/gm)]
    .map(([, join, nc]) => `${join} | ${nc}`);
}

Deno.test("The banner begins with the line that scripts read", () => {
  const options = { port: 5001, addresses: ADDRESSES, version: "0.1.0" };
  const first = (host: string) => banner({ host, ...options }).split("\n")[0];
  assertEquals(first("0.0.0.0"), "chat 0.1.0 is listening on 0.0.0.0:5001");
  assertEquals(first("::"), "chat 0.1.0 is listening on [::]:5001");
});

Deno.test("The banner shows the whole picture", () => {
  assertEquals(
    banner({ host: "0.0.0.0", port: 5001, addresses: ADDRESSES, version: "0.1.0" }),
    `chat 0.1.0 is listening on 0.0.0.0:5001

To come in, type one of these in a terminal:
  chat join 192.168.1.5:5001  or  nc 192.168.1.5 5001
  chat join 127.0.0.1:5001    or  nc 127.0.0.1 5001  (on this machine)
To let browsers in, start it with --web.

Ctrl-C stops the server.
`,
  );
});

Deno.test("The banner of a clone says what chat join is there, below the lines for everybody", () => {
  const text = banner({
    ...{ host: "127.0.0.1", port: 5001, addresses: [], version: "0.1.0" },
    clone: "deno task join",
  });
  assertMatch(
    text,
    /\n {2}chat join 127\.0\.0\.1:5001 .*\nIn a clone, chat join is: deno task join\n/,
  );
});

Deno.test("The banner shows only addresses that the host listens on", () => {
  const v4 = "chat join 192.168.1.5:5001 | nc 192.168.1.5 5001";
  const v6 = "chat join [2001:db8::5]:5001 | nc 2001:db8::5 5001";
  assertEquals(ways("0.0.0.0"), [v4, "chat join 127.0.0.1:5001 | nc 127.0.0.1 5001"]);
  assertEquals(ways("::"), [v4, v6, "chat join [::1]:5001 | nc ::1 5001"]);
  assertEquals(ways("0:0::0"), [v4, v6, "chat join [::1]:5001 | nc ::1 5001"]);
  assertEquals(ways("192.168.1.5"), [v4]);
  assertEquals(ways("2001:db8::5"), [v6]);
  assertEquals(ways("127.0.0.1"), ["chat join 127.0.0.1:5001 | nc 127.0.0.1 5001"]);
  assertEquals(ways("::1"), ["chat join [::1]:5001 | nc ::1 5001"]);
  assertEquals(ways("localhost"), ["chat join localhost:5001 | nc localhost 5001"]);
  assertEquals(ways("0.0.0.0", []), ["chat join 127.0.0.1:5001 | nc 127.0.0.1 5001"]);
});

Deno.test("The machine's addresses leave out what no other machine can reach, IPv4 first", () => {
  const addresses = machineAddresses();
  assertEquals(addresses.filter((one) => /^(127\.|169\.254\.|::1$|fe8)/.test(one)), []);
  const isIpv6 = addresses.map((one) => one.includes(":"));
  assertEquals(isIpv6, isIpv6.toSorted((a, b) => Number(a) - Number(b)));
});

Deno.test({
  name: "The machine's addresses are none when they may not be asked",
  permissions: { sys: false },
  fn() {
    assertEquals(machineAddresses(), []);
  },
});

/** What one could type to a server that speaks TLS. */
function tlsWays(host: string, names: readonly string[], caFile?: string): string[] {
  const text = banner({
    host,
    port: 5001,
    addresses: ADDRESSES,
    version: "0.1.0",
    tls: { names, caFile },
  });
  return text.split("\n").filter((line) => line.startsWith("  ")).map((line) => line.trim());
}

Deno.test("The banner of a server with a certificate of its own shows how to trust it", () => {
  assertEquals(
    banner({
      host: "0.0.0.0",
      port: 5001,
      addresses: ADDRESSES,
      version: "0.1.0",
      tls: { names: ["lab-pc.local", "localhost", "127.0.0.1", "::1"], caFile: "chat-cert.pem" },
    }),
    `chat 0.1.0 is listening on 0.0.0.0:5001

To come in, type one of these in a terminal:
  chat join lab-pc.local:5001 --tls --ca chat-cert.pem
  chat join 127.0.0.1:5001 --tls --ca chat-cert.pem  (on this machine)
To let browsers in, start it with --web.

Clients need a copy of chat-cert.pem. It is no secret; the key is.

Ctrl-C stops the server.
`,
  );
});

Deno.test("With TLS the banner shows the names of the certificate, and no nc", () => {
  assertEquals(tlsWays("0.0.0.0", ["chat.example"]), ["chat join chat.example:5001 --tls"]);
  assertEquals(tlsWays("127.0.0.1", ["chat.example", "localhost"]), [
    "chat join localhost:5001 --tls  (on this machine)",
  ]);
  assertEquals(tlsWays("127.0.0.1", ["chat.example"]), ["chat join chat.example:5001 --tls"]);
  assertEquals(tlsWays("192.168.1.5", []), ["chat join 192.168.1.5:5001 --tls"]);
  assertEquals(tlsWays("::", ["2001:db8::5", "::1"], "my certs/c.pem"), [
    'chat join [2001:db8::5]:5001 --tls --ca "my certs/c.pem"',
    'chat join [::1]:5001 --tls --ca "my certs/c.pem"  (on this machine)',
  ]);
});

Deno.test("The banner says what to open in a browser", () => {
  const pages = (host: string, names: string[], tls?: { names: string[]; caFile: undefined }) =>
    banner({
      host,
      port: 5001,
      addresses: ADDRESSES,
      version: "0.1.0",
      web: { port: 8080, names },
      tls,
    }).split("\n").filter((line) => /^ {2}https?:/.test(line));
  assertEquals(pages("0.0.0.0", []), [
    "  http://192.168.1.5:8080/",
    "  http://127.0.0.1:8080/  (on this machine)",
  ]);
  assertEquals(pages("::", ["chat.test"]), [
    "  http://chat.test:8080/",
    "  http://192.168.1.5:8080/",
    "  http://[2001:db8::5]:8080/",
    "  http://[::1]:8080/  (on this machine)",
  ]);
  assertEquals(pages("127.0.0.1", []), ["  http://127.0.0.1:8080/  (on this machine)"]);
  const under = banner({
    host: "127.0.0.1",
    port: 5001,
    addresses: [],
    version: "0.1.0",
    web: { port: 8080, names: [], path: "/chat" },
  });
  assert(under.includes("  http://127.0.0.1:8080/chat/  (on this machine)\n"));
  const sign = { names: ["lab.test", "127.0.0.1"], caFile: undefined };
  assertEquals(pages("0.0.0.0", ["lab.test"], sign), [
    "  https://lab.test:8080/",
    "  https://127.0.0.1:8080/  (on this machine)",
  ]);
});

Deno.test("The banner draws the first address of the page that others reach, if there is one", () => {
  const drawn = (host: string, names: readonly string[] = []) =>
    banner({
      ...{ host, port: 5001, addresses: ADDRESSES, version: "0.1.0", web: { port: 8080, names } },
      draw: (address) => [`<${address}>`],
    }).match(/<.*>/)?.[0];
  assertEquals(drawn("0.0.0.0"), "<http://192.168.1.5:8080/>");
  assertEquals(drawn("127.0.0.1"), undefined);
  assertEquals(drawn("127.0.0.1", ["chat.lab.local"]), "<http://chat.lab.local:8080/>");
});
