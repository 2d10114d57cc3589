import { assertEquals } from "@std/assert";
import { qrCode, qrRows } from "../src/qr_code.ts";
import { readQrCode, readQrRows } from "./helpers/qr_reader.ts";

const BEGINNING = "\x1b[38;5;16;48;5;231m";
const END = "\x1b[39;49m";

/** Without its colours, which it must have. */
function plain(row: string): string {
  assertEquals([row.startsWith(BEGINNING), row.endsWith(END)], [true, true]);
  return row.slice(BEGINNING.length, -END.length);
}

const ADDRESSES = [
  "http://192.168.1.5:8080/",
  "https://[2001:db8::5]:8443/#%E6%9D%B1%E4%BA%AC",
  `https://chat.example.org/${"x".repeat(600)}`,
];

Deno.test("What a code shows, a reader of others reads, with squares and in rows of a terminal", () => {
  for (const address of ADDRESSES) {
    const code = qrCode(address);
    assertEquals(readQrCode((x, y) => code[y]?.[x] === true, code.length), address);
    const rows = qrRows(address, 500).map(plain);
    assertEquals(readQrRows(rows), address);
  }
});

Deno.test("A terminal that is too narrow shows no code, and in others every row has its colours", () => {
  const [address = ""] = ADDRESSES;
  const { length } = qrCode(address);
  assertEquals(qrRows(address, length - 1), []);
  const rows = qrRows(address, length);
  assertEquals(rows.length, Math.ceil(length / 2));
  for (const row of rows) assertEquals(plain(row).length, length);
});
