import { assertEquals, assertRejects } from "@std/assert";
import { dial } from "../../../src/net/dial.ts";
import { TlsLineConnection } from "../../../src/net/tls/accept.ts";
import { TlsFault } from "../../../src/net/tls/fault.ts";
import { tlsContext, type TlsIdentity } from "../../../src/net/tls/stream.ts";
import { batchesOf } from "../../helpers/batches.ts";
import { identity, type IdentityOptions } from "../../helpers/tls.ts";
import { within } from "../../helpers/wait.ts";

const hostname = "127.0.0.1";

/** What dialling a server with this identity throws. */
async function faultOf(server: TlsIdentity, caCerts: readonly string[]): Promise<TlsFault> {
  using listener = Deno.listen({ hostname, port: 0 });
  const serving = (async () => {
    const conn = new TlsLineConnection(await listener.accept(), tlsContext(server));
    await Array.fromAsync(batchesOf(conn));
    conn.close();
  })();
  const { port } = listener.addr;
  const fault = await assertRejects(
    () => dial({ hostname, port }, { timeoutMs: 5_000, tls: { caCerts } }),
    TlsFault,
  );
  await serving;
  return fault;
}

for (
  const [what, kind, options] of [
    ["that has expired", "expired", { fromDays: -3, toDays: -2 }],
    ["that is not valid yet", "not_yet_valid", { fromDays: 2, toDays: 3 }],
    ["for another name", "wrong_name", { names: ["chat.example", "2001:0db8::7"] }],
  ] as const satisfies readonly (readonly [string, string, IdentityOptions])[]
) {
  Deno.test(`dial tells a certificate ${what}`, async () => {
    const server = await identity(options);
    const fault = await faultOf(server, [server.cert]);
    assertEquals(fault.kind, kind);
    assertEquals(fault.names, kind === "wrong_name" ? ["chat.example", "2001:db8::7"] : []);
  });
}

Deno.test("dial tells a certificate that nobody vouches for", async () => {
  const server = await identity();
  assertEquals((await faultOf(server, [])).kind, "unknown_authority");
  const other = await identity({ names: ["chat.example"] });
  assertEquals((await faultOf(server, [other.cert])).kind, "unknown_authority");
});

Deno.test("dial tells a certificate that was made again under the same name", async () => {
  const [server, earlier] = [await identity(), await identity()];
  assertEquals((await faultOf(server, [earlier.cert])).kind, "other_authority");
});

Deno.test("dial tells a port that answers in plain text", async () => {
  using listener = Deno.listen({ hostname, port: 0 });
  const accepted = listener.accept();
  const dialling = assertRejects(
    () => dial({ hostname, port: listener.addr.port }, { timeoutMs: 5_000, tls: { caCerts: [] } }),
    TlsFault,
  );
  using server = await accepted;
  await server.write(
    new TextEncoder().encode("Welcome to chat. Type your name and press Enter.\n"),
  );
  assertEquals((await dialling).kind, "not_tls");
});

Deno.test("dial tells a server that hangs up in the handshake", async () => {
  using listener = Deno.listen({ hostname, port: 0 });
  const accepted = listener.accept();
  const dialling = assertRejects(
    () => dial({ hostname, port: listener.addr.port }, { timeoutMs: 5_000, tls: { caCerts: [] } }),
    TlsFault,
  );
  const server = await accepted;
  await server.read(new Uint8Array(4096));
  server.close();
  assertEquals((await dialling).kind, "other");
});

Deno.test("dial gives up in time when there is no handshake", async () => {
  using listener = Deno.listen({ hostname, port: 0 });
  const { port } = listener.addr;
  const options = { timeoutMs: 50, tls: { caCerts: [] } };
  await assertRejects(() => dial({ hostname, port }, options), Deno.errors.TimedOut);
  (await listener.accept()).close();
});

Deno.test("dial throws the reason of its signal in the handshake", async () => {
  using listener = Deno.listen({ hostname, port: 0 });
  const { port } = listener.addr;
  const stop = new AbortController();
  const dialling = assertRejects(
    () =>
      dial({ hostname, port }, {
        timeoutMs: 5_000,
        signal: stop.signal,
        tls: { caCerts: [] },
      }),
    Error,
    "changed my mind",
  );
  using server = await listener.accept();
  // The hello of the handshake is there: it is under way.
  await server.read(new Uint8Array(1));
  stop.abort(new Error("changed my mind"));
  await within(dialling, "the end of dialling");
});

Deno.test("dial throws for certificates that are none", async () => {
  using listener = Deno.listen({ hostname, port: 0 });
  const { port } = listener.addr;
  const caCerts = ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"];
  await assertRejects(() => dial({ hostname, port }, { timeoutMs: 5_000, tls: { caCerts } }));
  (await listener.accept()).close();
});
