import { assertEquals } from "@std/assert";
import { detectOpening, type Opening } from "../../src/protocol/detect.ts";

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
  noise: [
    "\x16\x03\x01\x02\x00\x01",
    "ada\x00",
    "\x1B[A",
    "ada\uFFFD",
    "a\x7F",
    "a\x9Bb",
    "SSH\x01",
  ],
};

for (const [opening, lines] of Object.entries(OPENINGS)) {
  for (const line of lines) {
    Deno.test(`detectOpening takes ${JSON.stringify(line)} for ${opening}`, () => {
      assertEquals(detectOpening(line), opening);
    });
  }
}
