import { assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { TelnetFilter } from "../../src/net/telnet.ts";

const [IAC, DONT, DO, WONT, WILL, SB, SE] = [255, 254, 253, 252, 251, 250, 240];
const TIMING_MARK = 6;

/** Filters the bytes in one go, and again one by one: both must give the same. */
function filtered(...bytes: number[]): { data: string; replies: number[] } {
  const replies: number[] = [];
  const whole = new TelnetFilter((reply) => replies.push(...reply))
    .filter(Uint8Array.from(bytes));
  const single = new TelnetFilter();
  const pieces = bytes.flatMap((byte) => [...single.filter(Uint8Array.of(byte))]);
  assertEquals([...whole], pieces);
  return { data: String.fromCharCode(...whole), replies };
}

function chars(text: string): number[] {
  return [...text].map((char) => char.charCodeAt(0));
}

Deno.test("TelnetFilter gives back the same array when there is nothing to do", () => {
  const filter = new TelnetFilter();
  const bytes = new TextEncoder().encode("héllo\r\n\0");
  assertStrictEquals(filter.filter(bytes), bytes);
});

Deno.test("TelnetFilter strips commands and negotiation", () => {
  const noise = [IAC, WILL, 24, IAC, DO, 3, IAC, DONT, 1, IAC, WONT, 31, IAC, 241, IAC, 249];
  assertEquals(filtered(...chars("he"), ...noise, ...chars("llo")).data, "hello");
});

Deno.test("TelnetFilter strips subnegotiation, an escaped 0xFF in it too", () => {
  const naws = [IAC, SB, 31, 0, IAC, IAC, 0, 24, IAC, SE];
  assertEquals(filtered(...chars("a"), ...naws, ...chars("b")).data, "ab");
});

Deno.test("TelnetFilter gives up on a subnegotiation without an end", () => {
  const endless = new Array<number>(512).fill(120);
  assertEquals(filtered(IAC, SB, ...endless, ...chars("back")).data, "back");
});

Deno.test("TelnetFilter gives a doubled 0xFF once, and leaves one that begins nothing", () => {
  assertEquals(filtered(97, IAC, IAC, 98).data, "a\xFFb");
  assertEquals(filtered(97, IAC, 98, IAC, 13, 10).data, "a\xFFb\xFF\r\n");
});

Deno.test("TelnetFilter answers DO TIMING-MARK, and nothing else", () => {
  // What telnet sends for Ctrl-C: interrupt, then the mark.
  const { data, replies } = filtered(IAC, 244, IAC, DO, TIMING_MARK, ...chars("x"));
  assertEquals(data, "x");
  assertEquals(replies, [IAC, WONT, TIMING_MARK]);
  assertEquals(filtered(IAC, DO, 1, IAC, WILL, TIMING_MARK, IAC, DONT, TIMING_MARK).replies, []);
});

Deno.test("TelnetFilter makes the end of a line of CR NUL", () => {
  assertEquals(filtered(...chars("a\r\0b\r\nc\0")).data, "a\r\nb\r\nc\0");
});

Deno.test("TelnetFilter gives the same however the bytes are cut, and changes none of them", () => {
  const byte = fc.oneof(fc.constantFrom(0, 6, 10, 13, 65, 240, 250, 251, 253, 255), fc.nat(255));
  const input = fc.tuple(fc.array(byte, { maxLength: 60 }), fc.nat(60));
  fc.assert(fc.property(input, ([bytes, cut]) => {
    const [left, right] = [Uint8Array.from(bytes.slice(0, cut)), Uint8Array.from(bytes.slice(cut))];
    const filter = new TelnetFilter();
    const parts = [...filter.filter(left), ...filter.filter(right)];
    assertEquals([...left, ...right], bytes);
    assertEquals(parts, chars(filtered(...bytes).data));
  }));
});
