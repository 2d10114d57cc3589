/**
 * Certificates that are not to be believed, as openssl makes them, at a server of openssl's: each
 * is told with its cause and a remedy, by the client, and where it can be seen by looking at the
 * certificate, by the server when it starts.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { tlsWords } from "../../src/client/tls_errors.ts";
import { JOIN_DEFAULTS } from "../../src/client/options.ts";
import { dial } from "../../src/net/dial.ts";
import { TlsFault } from "../../src/net/tls/fault.ts";
import { readIdentity } from "../../src/server/tls/identity.ts";
import { needs } from "../helpers/proc.ts";
import { commandLine, Program, run, startServer } from "../helpers/program.ts";

const ignore = !await needs("unix", "openssl");
const P256 = "ec -pkeyopt ec_paramgen_curve:P-256";
const NAME = "subjectAltName=IP:127.0.0.1";
const NO_CA = "basicConstraints=critical,CA:FALSE";

/** A certificate that vouches for itself, and its key, in `cert.pem` and `key.pem`. */
function own(extensions: readonly string[], { key = P256, more = "" } = {}): string {
  const added = extensions.map((one) => `-addext ${one}`).join(" ");
  return `openssl req -x509 -nodes -newkey ${key} -keyout key.pem -out cert.pem -subj /CN=chat ` +
    `${added} ${more}`;
}

/** An authority of the name in `NAME.pem`. */
function authority(name: string, key = P256): string {
  return `openssl req -x509 -nodes -newkey ${key} -keyout ${name}.key -out ${name}.pem ` +
    `-subj /CN=${name}`;
}

/** A certificate in `NAME.pem` that another one vouches for. */
function signed(
  by: string,
  name: string,
  extensions: readonly string[],
  { key = P256, more = "" } = {},
): string {
  const file = extensions.length === 0 ? "" : `-extfile ${name}.ext`;
  return [
    `printf '%s\\n' ${extensions.join(" ")} > ${name}.ext`,
    `openssl req -nodes -newkey ${key} -keyout ${name}.key -out ${name}.csr -subj /CN=${name}`,
    `openssl x509 -req -in ${name}.csr -CA ${by}.pem -CAkey ${by}.key -CAcreateserial ` +
    `-out ${name}.pem ${file} ${more}`,
  ].join("\n");
}

/** A server's certificate in `leaf.pem`, made into the two files. */
const LEAF = "cp leaf.pem cert.pem; cp leaf.key key.pem";
const CHAIN = "cat leaf.pem mid.pem > cert.pem; cp leaf.key key.pem";

interface Case {
  /** Commands that make the files of the server. */
  readonly make: readonly string[];
  /** What the client says. */
  readonly words: RegExp;
  /** What the server says before anybody has come; default: nothing. */
  readonly unfit?: RegExp;
  /** What the client believes; default: the certificate itself; null: nothing. */
  readonly ca?: string | null;
  /** More flags of openssl's server. */
  readonly server?: readonly string[];
  /** No server of ours can use it. */
  readonly isRefused?: boolean;
}

const CASES: Readonly<Record<string, Case>> = {
  "of plain openssl req -x509": {
    make: [own([])],
    words: /that of an authority .* another one, with -addext basicConstraints=critical,CA:FALSE/,
    unfit: /^is that of an authority \(CA:TRUE\)\nhas no names/,
  },
  "of an authority, where its names are right": {
    make: [own([NAME])],
    words: /that of an authority/,
    unfit: /^is that of an authority \(CA:TRUE\)$/,
    ca: null,
  },
  "without names": {
    make: [own([NO_CA])],
    words: /for no name, so not for 127\.0\.0\.1 .* -addext subjectAltName=IP:127\.0\.0\.1 /,
    unfit: /^has no names \(subjectAltName\)$/,
  },
  "for another name": {
    make: [own([NO_CA, "subjectAltName=DNS:chat.example"])],
    words: /is not for 127\.0\.0\.1 but for chat\.example\. Join under a name that it is for/,
  },
  "for clients": {
    make: [own([NO_CA, NAME, "extendedKeyUsage=clientAuth"])],
    words: /for another purpose than servers.* with extendedKeyUsage=serverAuth/,
    unfit: /^is for another purpose/,
  },
  "that has expired": {
    make: [authority("ca"), signed("ca", "leaf", [NAME, NO_CA], { more: "-days -1" }), LEAF],
    words: /has expired.* renew it/,
    ca: "ca.pem",
  },
  "that is not valid yet": {
    make: [
      authority("ca"),
      signed("ca", "leaf", [NAME, NO_CA]),
      "touch index; echo 01 > serial",
      "printf '[ca]\\ndefault_ca=x\\n[x]\\ndatabase=index\\nserial=serial\\nnew_certs_dir=.\\n" +
      "default_md=sha256\\npolicy=p\\n[p]\\nCN=supplied\\n' > ca.conf",
      "openssl ca -batch -config ca.conf -cert ca.pem -keyfile ca.key -in leaf.csr -out leaf.pem " +
      "-notext -extfile leaf.ext -startdate 20900101000000Z -enddate 20910101000000Z",
      LEAF,
    ],
    words: /not valid yet\. Is the clock/,
    ca: "ca.pem",
  },
  "that nobody vouches for": {
    make: [own([NO_CA, NAME])],
    words: /does not trust its certificate\. Ask its operator .*--ca FILE/,
    ca: null,
  },
  "of another authority": {
    make: [
      authority("ca"),
      authority("other"),
      signed("ca", "leaf", [NAME, NO_CA]),
      LEAF,
    ],
    words: /not the one in other\.pem, and not signed by it\. Has the server a new one/,
    ca: "other.pem",
  },
  "of an authority that was made again under its name": {
    make: [
      authority("ca"),
      signed("ca", "leaf", [NAME, NO_CA]),
      LEAF,
      authority("ca"),
    ],
    words: /not the one in ca\.pem, and not signed by it\. .* Ask its operator for it/,
    ca: "ca.pem",
  },
  "without those between it and its authority": {
    make: [
      authority("ca"),
      signed("ca", "mid", ["basicConstraints=CA:TRUE"]),
      signed("mid", "leaf", [NAME, NO_CA]),
      LEAF,
    ],
    words: /does it leave out the certificates between the two/,
    ca: "ca.pem",
  },
  "whose authority is none": {
    make: [
      authority("ca"),
      signed("ca", "mid", [NO_CA]),
      signed("mid", "leaf", [NAME, NO_CA]),
      CHAIN,
    ],
    words: /vouch for the server's may not do so \(EndEntityUsedAsCa\)/,
    unfit: /no authority \(CA:FALSE\)/,
    ca: "ca.pem",
  },
  "whose authority may have none below it": {
    make: [
      authority("ca"),
      signed("ca", "top", ["basicConstraints=CA:TRUE,pathlen:0"]),
      signed("top", "mid", ["basicConstraints=CA:TRUE"]),
      signed("mid", "leaf", [NAME, NO_CA]),
      `${CHAIN}; cat top.pem >> cert.pem`,
    ],
    words: /may not do so \(PathLenConstraintViolated\)/,
    ca: "ca.pem",
  },
  "of version 1": {
    make: [authority("ca"), signed("ca", "leaf", []), LEAF],
    words: /of version 1, .* -extfile FILE and in FILE subjectAltName=IP:127\.0\.0\.1/,
    unfit: /^has no names/,
    ca: "ca.pem",
  },
  "with a key that is too weak": {
    make: [own([NO_CA, NAME], { key: "rsa:1024" })],
    words: /key that is too weak \(RSA with less than 2048 bits\)/,
    isRefused: true,
  },
  "that is signed with SHA-1": {
    make: [own([NO_CA, NAME], { key: "rsa:2048", more: "-sha1" })],
    words: /too weak, such as SHA-1\. .* with SHA-256\.$/,
    unfit: /signed with SHA-1/,
  },
  "with a key of a kind that nobody knows": {
    make: [own([NO_CA, NAME], { key: "ec -pkeyopt ec_paramgen_curve:secp256k1" })],
    words: /no TLS that this program knows \(HandshakeFailure\)\. .* P-256 or of RSA/,
    unfit: /a key of a kind/,
  },
  "that wants something that nobody knows": {
    make: [own([NO_CA, NAME, "1.2.3.4=critical,ASN1:UTF8String:hi"])],
    words: /cannot be used \(UnsupportedCriticalExtension\)\. Its operator can make another one/,
  },
  "at a server of TLS 1.1": {
    make: [own([NO_CA, NAME])],
    words: /no TLS that this program knows \(ProtocolVersion\)\. .* TLS 1\.3 or 1\.2/,
    server: ["-tls1_1"],
  },
};

/** What `chat join` says about a server with the files of a directory. */
async function clientWords(directory: string, { ca = "cert.pem", server = [] }: Case) {
  const files = ["-cert", "cert.pem", "-cert_chain", "cert.pem", "-key", "key.pem"];
  const command = `cd ${directory} && exec openssl s_server -accept 127.0.0.1:0 ${
    [...files, ...server].join(" ")
  } -cipher ALL:@SECLEVEL=0`;
  await using program = new Program(["sh", "-c", command]);
  const [, digits] = /:(\d+)$/.exec(await program.stdout.expect(/^ACCEPT .*:\d+$/)) ?? [];
  const [host, port] = ["127.0.0.1", Number(digits)];
  const caCerts = ca === null ? [] : [Deno.readTextFileSync(`${directory}/${ca}`)];
  const fault = await assertRejects(
    () => dial({ hostname: host, port }, { timeoutMs: 20_000, tls: { caCerts } }),
    TlsFault,
  );
  const tls = ca === null ? { caCerts } : { caCerts, caFile: ca };
  return tlsWords(fault, { ...JOIN_DEFAULTS, host, port, tls });
}

for (const [what, one] of Object.entries(CASES)) {
  Deno.test(`A certificate ${what} is told with cause and remedy`, { ignore }, async () => {
    const directory = await Deno.makeTempDir({ prefix: "chat-certificates-" });
    try {
      const script = ["set -e", `cd ${directory}`, ...one.make].join("\n");
      const made = await run(["sh", "-c", script]);
      assertEquals(made.code, 0, made.stderr);
      const words = await clientWords(directory, one);
      assertMatch(words, one.words);
      assert(!words.includes("\n") && words.length < 400, words);
      if (one.isRefused === true) return;
      const [certFile, keyFile] = [`${directory}/cert.pem`, `${directory}/key.pem`];
      assertMatch(readIdentity({ certFile, keyFile }).unfit.join("\n"), one.unfit ?? /^$/);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

Deno.test("A server says at its start what clients will say", { ignore }, async () => {
  const directory = await Deno.makeTempDir({ prefix: "chat-certificates-" });
  try {
    await run(["sh", "-c", `cd ${directory} && ${own([])}`]);
    const files = ["--tls-cert", `${directory}/cert.pem`, "--tls-key", `${directory}/key.pem`];
    await using server = await startServer(files);
    await server.log.expect(
      / warn +clients will refuse the certificate why=".*CA:TRUE.*subjectAltName.*" todo="make /,
    );
    const address = `127.0.0.1:${server.port}`;
    const join = ["join", address, "--name", "eve", "--ca", `${directory}/cert.pem`, "--plain"];
    const { code, stderr } = await run(commandLine(join));
    assertEquals(code, 1);
    assertMatch(
      stderr,
      /^chat: Cannot join 127\.0\.0\.1:\d+: its certificate is that of an auth.*\n$/,
    );
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
