import { assertEquals, assertLess, assertMatch } from "@std/assert";
import { endingWords } from "../../src/client/errors.ts";
import { JOIN_DEFAULTS, type JoinOptions } from "../../src/client/options.ts";
import { TlsFault } from "../../src/net/tls/fault.ts";

/** What is said when the first connection did not come about. */
function unreachable(cause: Error, options: Partial<JoinOptions> = {}): string | undefined {
  return endingWords({ reason: "unreachable", text: "", cause, undelivered: [] }, {
    ...JOIN_DEFAULTS,
    ...options,
  });
}

Deno.test("A port that was taken for a part of an IPv6 address is asked about", () => {
  const cause = new Deno.errors.ConnectionRefused("refused");
  assertEquals(
    unreachable(cause, { host: "::1:5614" }),
    "Cannot reach [::1:5614]:5001: nobody listens there. Did you mean [::1]:5614?",
  );
  assertEquals(
    unreachable(cause, { host: "::1", port: 5614 }),
    "Cannot reach [::1]:5614: nobody listens there. It may listen on IPv4 only; chat serve " +
      "--host :: takes both. Is the server running? Start one with: chat serve --port 5614",
  );
});

Deno.test("Of several servers all are named that were tried", () => {
  const others = [{ host: "b", port: 5002 }];
  assertEquals(
    unreachable(new Deno.errors.ConnectionRefused("refused"), { host: "a", others }),
    "Cannot reach a:5001 or b:5002: nobody listens there. Is the server running? Start one with: " +
      "chat serve --port 5001",
  );
});

Deno.test("A wrong password from a file is told with its file", () => {
  const text = "That is not the password of this server. Give it with --password-file FILE.";
  const ending = { reason: "refused", code: "password", text, undelivered: [] } as const;
  assertEquals(endingWords(ending, JOIN_DEFAULTS), text);
  assertEquals(
    endingWords(ending, { ...JOIN_DEFAULTS, passwordFile: "room.password" }),
    "The first line of room.password is not the password of this server.",
  );
});

Deno.test("What there is to type holds the address that was dialled", () => {
  const text = "This port speaks TLS. Join it with: chat join HOST:PORT --tls (and --ca FILE)";
  const options = { ...JOIN_DEFAULTS, port: 5614 };
  assertEquals(
    endingWords({ reason: "removed", bye: "kicked", text, undelivered: [] }, options),
    "This port speaks TLS. Join it with: chat join 127.0.0.1:5614 --tls (and --ca FILE)",
  );
  assertEquals(
    unreachable(new TlsFault("", "speaks_tls"), options),
    "Cannot join 127.0.0.1:5614: what listens there speaks TLS. Join it with: " +
      "chat join 127.0.0.1:5614 --tls (and --ca FILE, if its operator gave you a certificate)",
  );
  assertEquals(
    unreachable(new TlsFault("UnknownIssuer"), { ...options, tls: { caFile: "other.pem" } }),
    "Cannot join 127.0.0.1:5614: the server's certificate is not the one in other.pem, and not " +
      "signed by it. Has the server a new one, or does it leave out the certificates between the " +
      "two? Ask its operator.",
  );
});

Deno.test("A server that was full for too long is said to be full", () => {
  const ending = { reason: "gave_up", code: "full", text: "x", undelivered: [] } as const;
  assertEquals(
    endingWords(ending, JOIN_DEFAULTS),
    "The server at 127.0.0.1:5001 is full. Given up after 5 s.",
  );
});

Deno.test("Of a certificate for very many names the first ones are told", () => {
  const names = Array.from({ length: 1_000 }, (_, i) => `DnsName("${i}.${"x".repeat(200)}")`);
  const fault = new TlsFault(`not valid for name: ${names.join(", ")}`);
  const words = unreachable(fault, { tls: {} }) ?? "";
  assertMatch(words, /but for 0\.x+, .*, 4\.x+ and 995 more\. Join/);
  assertLess(words.length, 2_000);
});
