import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../src/cli/exit.ts";
import { parseJoin } from "../../src/cli/join.ts";
import { parseServe } from "../../src/cli/serve.ts";

function serve(...args: string[]) {
  return parseServe(args, () => undefined)?.tls;
}

function join(...args: string[]) {
  return parseJoin(args, () => undefined)?.tls;
}

Deno.test("A server speaks TLS with a pair of files, with names, or with both", () => {
  assertEquals(serve(), undefined);
  const pair = ["--tls-cert", "c.pem", "--tls-key", "k.pem"];
  assertEquals(serve(...pair), { certFile: "c.pem", keyFile: "k.pem" });
  assertEquals(serve("--tls-self-signed", "lab-pc.local, 192.168.1.5,::1,*.lab.example"), {
    names: ["lab-pc.local", "192.168.1.5", "::1", "*.lab.example"],
  });
  assertEquals(serve(...pair, "--tls-self-signed", "a"), {
    certFile: "c.pem",
    keyFile: "k.pem",
    names: ["a"],
  });
});

Deno.test("A certificate without its key is refused, and the other way round", () => {
  for (const [flag, other] of [["cert", "key"], ["key", "cert"]]) {
    const { message } = assertThrows(() => serve(`--tls-${flag}`, "x.pem"), UsageError);
    assertEquals(
      message,
      `--tls-cert and --tls-key belong together: there is only --tls-${flag} x.pem`,
    );
    assertThrows(
      () => serve(`--tls-${flag}`, "x.pem", "--tls-self-signed", "a"),
      UsageError,
      other,
    );
  }
});

Deno.test("Names that no certificate can be for are refused", () => {
  for (
    const names of ["", ",", "a,", "a b", "lab:5001", "http://lab", "-a", "bücher", "1.2.3", "a..b"]
  ) {
    const { message } = assertThrows(() => serve("--tls-self-signed", names), UsageError);
    assertStringIncludes(message, "it must be host names or IP addresses");
  }
});

Deno.test("--tls-reload is for a certificate of either kind", () => {
  assertEquals(serve("--tls-self-signed", "a", "--tls-reload"), { names: ["a"], reload: true });
  const pair = { certFile: "c", keyFile: "k" };
  assertEquals(serve("--tls-cert", "c", "--tls-key", "k", "--tls-reload"), {
    ...pair,
    reload: true,
  });
  const { message } = assertThrows(() => serve("--tls-reload"), UsageError);
  assertEquals(
    message,
    "The flag --tls-reload is for a certificate: give --tls-cert and --tls-key, too",
  );
});

Deno.test("A client speaks TLS with --tls, and with --ca alone", () => {
  assertEquals(join(), undefined);
  assertEquals(join("--tls"), {});
  assertEquals(join("--ca", "chat-cert.pem"), { caFile: "chat-cert.pem" });
  assertEquals(join("--tls", "--ca", "chat-cert.pem"), { caFile: "chat-cert.pem" });
});
