import { assertEquals } from "@std/assert";
import { detectOpening, type Opening } from "../../src/protocol/dialect.ts";

const OPENINGS: Readonly<Record<Opening, readonly string[]>> = {
  json: ['{"type":"hello","protocol":1,"name":"ada"}', "{", "{broken", "{}", '{"name":"\uFFFD"}'],
  plain: [
    "ada",
    "",
    "  ",
    "{quit}",
    "{quit} ",
    "/quit",
    "quit",
    "山田",
    "a\tb",
    "GET",
    "get up",
    "Ada L.",
    "Nick",
    "USER",
    "quit",
    "CAPTAIN x",
    "Pass-partout x",
    "SSH",
    "SSH Keys",
    // Keys, and letters in another encoding: the name is asked for again.
    "\x1B[A",
    "\x1B[200~ada\x1B[201~",
    "a\x7F",
    "ad\x08a",
    "\x16ada",
    "a\x9Bb",
    "Ren\uFFFD",
    "\uFFFD".repeat(8),
    "SSH\x01",
  ],
  http: [
    "GET / HTTP/1.1",
    "get / http/1.0",
    "POST /room?x=1 HTTP/1.1",
    "OPTIONS * HTTP/1.1",
    "CONNECT example.org:443 HTTP/1.1",
    "PRI * HTTP/2.0",
    "BREW /pot HTTP/1.1",
    "GET /",
  ],
  irc: [
    "CAP LS 302",
    "NICK ada",
    "nick ada",
    "USER ada 0 * :Ada L.",
    "PASS sesame",
    "QUIT :bye",
    "AUTHENTICATE PLAIN",
    "PING :1234",
    "PING 1",
    "PING",
    "JOIN #ops",
    ":ada NICK bob",
    "@time=2026-11-27T12:00:00.000Z NICK ada",
    "@a=b :ada!a@b JOIN #ops",
  ],
  proxy: [
    "PROXY TCP4 198.51.100.7 192.0.2.1 4711 5001\r",
    "PROXY TCP6 ::1 ::1 1 2",
    "PROXY UNKNOWN",
    "\0\r",
    "\0",
  ],
  noise: [
    "\x16\x03\x01\x02\x00\x01",
    "\x16\x03\x01",
    "\x16",
    "ada\x00",
    "SSH-2.0-OpenSSH_9.6",
    "SSH-1.99-x",
    "\uFFFD".repeat(9),
    "a\uFFFD".repeat(9),
  ],
};

for (const [opening, lines] of Object.entries(OPENINGS)) {
  for (const line of lines) {
    Deno.test(`detectOpening takes ${JSON.stringify(line)} for ${opening}`, () => {
      assertEquals(detectOpening(line), opening);
    });
  }
}
