import { assertEquals } from "@std/assert";
import { isTlsAlert, isTlsHello } from "../../../src/net/tls/fault.ts";

Deno.test("TLS is told by its first bytes, one being enough for a handshake", () => {
  const ofBytes = (...bytes: number[]) => {
    const first = Uint8Array.from(bytes);
    return [isTlsHello(first), isTlsAlert(first)];
  };
  assertEquals(ofBytes(0x16), [true, false]);
  assertEquals(ofBytes(0x16, 3, 1), [true, false]);
  assertEquals(ofBytes(0x16, 97), [false, false]);
  assertEquals(ofBytes(0x15, 3, 3), [false, true]);
  assertEquals(ofBytes(0x15), [false, false]);
  assertEquals(ofBytes(97, 3), [false, false]);
});
