import { X509Certificate } from "node:crypto";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Failure } from "../../../src/failure.ts";
import { ipBytes } from "../../../src/net/address_range.ts";
import { readIdentity, selfSigned } from "../../../src/server/tls/identity.ts";
import { identity } from "../../helpers/tls.ts";

const NOW = new Date("2026-03-01T12:00:00Z");

/** Two files in a directory of their own, which is removed when disposed. */
function files() {
  const dir = Deno.makeTempDirSync();
  return {
    certFile: `${dir}/chat-cert.pem`,
    keyFile: `${dir}/chat-key.pem`,
    [Symbol.dispose]: () => Deno.removeSync(dir, { recursive: true }),
  };
}

async function refusal(options: Parameters<typeof selfSigned>[0]): Promise<string> {
  return (await assertRejects(() => selfSigned(options), Failure)).message;
}

Deno.test("A certificate is made for the names and this machine, no authority, for ten years", async () => {
  using place = files();
  const made = await selfSigned({ ...place, names: ["lab-pc.local", "2001:DB8::5"], now: NOW });
  assertEquals(made.names, ["lab-pc.local", "2001:db8::5", "localhost", "127.0.0.1", "::1"]);
  assertEquals(made.from.toISOString(), "2026-02-28T12:00:00.000Z");
  assertEquals(made.to.toISOString(), "2036-03-01T12:00:00.000Z");
  const certificate = new X509Certificate(made.cert);
  assertEquals(certificate.ca, false);
  assertEquals(certificate.subject, "CN=lab-pc.local");
  assertEquals(Deno.readTextFileSync(place.certFile), made.cert);
});

Deno.test({
  name: "The key is for its owner's eyes only",
  ignore: Deno.build.os === "windows",
  async fn() {
    using place = files();
    await selfSigned({ ...place, names: ["a.example"] });
    assertEquals((Deno.statSync(place.keyFile).mode ?? 0) & 0o777, 0o600);
    assertEquals((Deno.statSync(place.certFile).mode ?? 0) & 0o133, 0);
  },
});

Deno.test("What is there is used again, however a name is written", async () => {
  using place = files();
  const first = await selfSigned({ ...place, names: ["Lab.example", "2001:db8:0::5"], now: NOW });
  const again = await selfSigned({ ...place, names: ["lab.EXAMPLE", "2001:DB8::5"], now: NOW });
  assertEquals(again, first);
});

Deno.test("A certificate that is not for a requested name is refused with what to do", async () => {
  using place = files();
  await selfSigned({ ...place, names: ["a.example"], now: NOW });
  const message = await refusal({ ...place, names: ["a.example", "b.example"], now: NOW });
  assert(message.includes("is not for b.example but for a.example, localhost"), message);
  assert(message.includes("away and start again"), message);
});

Deno.test("A certificate that is over, or not yet begun, is refused with the date", async () => {
  using place = files();
  const names = ["a.example"];
  await selfSigned({ ...place, names, now: NOW });
  const late = await refusal({ ...place, names, now: new Date("2036-03-02") });
  assert(late.includes("expired on 2036-03-01"), late);
  const early = await refusal({ ...place, names, now: new Date("2026-01-01") });
  assert(early.includes("is valid from 2026-02-28 on"), early);
  assert(early.includes("Is the clock right?"), early);
});

Deno.test("One file without the other is refused, and stays as it is", async () => {
  using place = files();
  Deno.writeTextFileSync(place.keyFile, "mine");
  const message = await refusal({ ...place, names: ["a.example"] });
  assert(/There is .*chat-key\.pem.* but no .*chat-cert\.pem/.test(message), message);
  assertEquals(Deno.readTextFileSync(place.keyFile), "mine");
});

Deno.test("A directory that does not exist is an error that says where else", async () => {
  using place = files();
  const nowhere = { certFile: `${place.certFile}/x/c.pem`, keyFile: `${place.certFile}/x/k.pem` };
  const message = await refusal({ ...nowhere, names: ["a.example"] });
  assert(message.includes("--tls-cert and --tls-key"), message);
});

Deno.test("Two certificates for one name are two: serial number and key differ", async () => {
  const [one, other] = await Promise.all([identity(), identity()]);
  const serials = [one, other].map(({ cert }) => new X509Certificate(cert).serialNumber);
  assert(serials[0] !== serials[1]);
  assert(one.key !== other.key);
});

Deno.test("A certificate can end after 2049, where times are written in another way", async () => {
  const made = await identity({ toDays: 365 * 40 });
  assert(new X509Certificate(made.cert).validToDate.getUTCFullYear() > 2060);
});

Deno.test("A pair of files that do not belong together, or are something else, is refused", async () => {
  using place = files();
  const [one, other] = await Promise.all([identity(), identity()]);
  const cases: readonly (readonly [cert: string, key: string, message: RegExp])[] = [
    [one.cert, other.key, /key in .* does not belong to the certificate/],
    [one.key, one.key, /no certificate in .*BEGIN CERTIFICATE/],
    ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", one.key, /no certificate/],
    [one.cert, one.cert, /no private key in .*BEGIN PRIVATE KEY/],
    [one.cert, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n", /has a password/],
    [one.cert, "", /no private key/],
  ];
  for (const [cert, key, message] of cases) {
    Deno.writeTextFileSync(place.certFile, cert);
    Deno.writeTextFileSync(place.keyFile, key);
    const failure = assertThrows(() => readIdentity(place), Failure);
    assert(message.test(failure.message), failure.message);
  }
  Deno.writeTextFileSync(place.keyFile, one.key);
  assertEquals(readIdentity(place).names, ["127.0.0.1"]);
});

Deno.test("A certificate file that does not exist is one line", () => {
  using place = files();
  const { message } = assertThrows(() => readIdentity(place), Failure);
  assert(/^Cannot read the certificate file ".*": No such file/.test(message), message);
});

Deno.test("IP addresses as bytes, in every way to write them", () => {
  const bytes = (text: string) => ipBytes(text) && [...ipBytes(text) ?? []];
  assertEquals(bytes("192.168.1.5"), [192, 168, 1, 5]);
  assertEquals(bytes("::1"), [...Array(15).fill(0), 1]);
  assertEquals(bytes("::"), Array(16).fill(0));
  assertEquals(bytes("1::"), [0, 1, ...Array(14).fill(0)]);
  const full = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5];
  for (const text of ["2001:db8::5", "2001:0DB8:0:0:0:0:0:5"]) assertEquals(bytes(text), full);
  assertEquals(bytes("1:2:3:4:5:6:7:8"), [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]);
  assertEquals(bytes("::ffff:192.0.2.1")?.slice(10), [255, 255, 192, 0, 2, 1]);
  for (const text of ["lab.example", "fe80::1%eth0", "1.2.3", ""]) {
    assertEquals(bytes(text), undefined);
  }
});
