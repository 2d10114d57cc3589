import { assertEquals } from "@std/assert";
import { isOwnHost, isOwnOrigin } from "../../src/web/handshake.ts";

const HOSTS: readonly [host: string | undefined, names: readonly string[], own: boolean][] = [
  ["127.0.0.1:8080", [], true],
  ["127.0.0.1", [], true],
  ["192.168.1.5:9000", [], true],
  ["0.0.0.0:8080", [], true],
  ["[::1]:8080", [], true],
  ["[2001:DB8::5]", [], true],
  ["[::ffff:192.168.1.5]:8080", [], true],
  ["localhost:8080", [], true],
  ["LOCALHOST", [], true],
  ["chat.example.org:8080", ["chat.example.org"], true],
  ["Chat.Example.ORG", ["chat.example.org"], true],
  // A name that somebody else can make point here.
  ["evil.test:8080", [], false],
  ["evil.test", ["chat.example.org"], false],
  ["127.0.0.1.evil.test:8080", [], false],
  ["localhost.evil.test", [], false],
  ["a.localhost", [], false],
  ["xchat.example.org", ["chat.example.org"], false],
  ["chat.example.org.", ["chat.example.org"], false],
  // No browser sends these.
  ["", [], false],
  [undefined, [], false],
  ["127.1", [], false],
  ["0x7f000001", [], false],
  ["2130706433", [], false],
  ["127.0.0.256", [], false],
  ["127.0.0.01", [], false],
  ["::1", [], false],
  ["[::1", [], false],
  ["[:::1]", [], false],
  ["[evil]", [], false],
  ["127.0.0.1:99999", [], false],
  ["127.0.0.1:", [], false],
  ["127.0.0.1:80:80", [], false],
  ["user@127.0.0.1", [], false],
  ["127.0.0.1/evil.test", [], false],
  ["127.0.0.1, evil.test", [], false],
  [" 127.0.0.1", [], false],
];

const ORIGINS: readonly [origin: string | undefined, host: string, own: boolean][] = [
  ["http://127.0.0.1:8080", "127.0.0.1:8080", true],
  ["http://127.0.0.1", "127.0.0.1", true],
  ["http://127.0.0.1", "127.0.0.1:80", true],
  ["http://localhost:8080", "LOCALHOST:8080", true],
  ["http://[::1]:8080", "[::1]:8080", true],
  ["http://[2001:db8::5]", "[2001:DB8:0::5]:80", true],
  ["https://chat.example.org", "chat.example.org", true],
  ["https://chat.example.org", "chat.example.org:443", true],
  // Another site, another port, another name for the same address.
  ["http://evil.test", "127.0.0.1:8080", false],
  ["http://127.0.0.1:8081", "127.0.0.1:8080", false],
  ["http://127.0.0.1", "127.0.0.1:8080", false],
  ["http://localhost:8080", "127.0.0.1:8080", false],
  ["https://127.0.0.1", "127.0.0.1:80", false],
  ["http://127.0.0.1:8080.evil.test", "127.0.0.1:8080", false],
  ["http://evil.test#127.0.0.1:8080", "127.0.0.1:8080", false],
  ["http://127.0.0.1:8080@evil.test", "127.0.0.1:8080", false],
  // No page at all.
  ["null", "127.0.0.1:8080", false],
  ["file://", "127.0.0.1:8080", false],
  ["chrome-extension://abc", "127.0.0.1:8080", false],
  ["", "127.0.0.1:8080", false],
  [undefined, "127.0.0.1:8080", false],
];

Deno.test("Only a host that nobody else can own is this server's", () => {
  for (const [host, names, own] of HOSTS) assertEquals(isOwnHost(host, names), own, String(host));
});

Deno.test("Only a page of the same host and port may open a socket", () => {
  for (const [origin, host, own] of ORIGINS) {
    assertEquals(isOwnOrigin(origin, host), own, `${origin} at ${host}`);
  }
});
