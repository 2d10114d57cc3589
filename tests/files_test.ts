import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { Failure } from "../src/failure.ts";
import { quotePath, readPasswordFile, readTextFile } from "../src/files.ts";

Deno.test("A file that cannot be read is told with where it was looked for", () => {
  assertEquals(quotePath("my.pem", "/home/ada"), '"my.pem" ("/home/ada/my.pem")');
  assertEquals(quotePath("./my.pem", "/"), '"./my.pem" ("/my.pem")');
  assertEquals(quotePath("my.pem", "C:\\chat"), '"my.pem" ("C:\\\\chat\\\\my.pem")');
  for (const path of ["/etc/my.pem", "C:\\my.pem", "d:/my.pem"]) {
    assertEquals(quotePath(path, "/home/ada"), JSON.stringify(path));
  }
});

Deno.test("Why a file cannot be read is told without the path that the system repeats", () => {
  const missing = `${import.meta.dirname}/it's not here`;
  const read = () => readTextFile(missing, "password");
  const { message } = assertThrows(read, Failure);
  assertMatch(message, /^Cannot read the password file "[^"]+it's not here": [^:']+\.$/);
});

Deno.test("A key file that cannot be used is not called a password file", async () => {
  const missing = assertThrows(() => readPasswordFile("/nope", "key"), Failure);
  assertMatch(missing.message, /^Cannot read the key file "\/nope": /);
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeFile(file, Uint8Array.of(0xf6));
    const { message } = assertThrows(() => readPasswordFile(file, "key"), Failure);
    assertMatch(message, /^The key file ".*" is not UTF-8 text: save it as UTF-8\.$/);
  } finally {
    await Deno.remove(file);
  }
});

/** A text in UTF-16. */
function utf16(text: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}

const encoder = new TextEncoder();

Deno.test("A password file may begin with a byte order mark, or be in UTF-16 with one", async () => {
  const file = await Deno.makeTempFile();
  try {
    for (
      const bytes of [
        encoder.encode("öffne sesam\nnot this\n"),
        encoder.encode("\uFEFFöffne sesam\r\nnot this\r\n"),
        utf16("\uFEFFöffne sesam\r\nnot this", true),
        utf16("\uFEFFöffne sesam", false),
      ]
    ) {
      await Deno.writeFile(file, bytes);
      assertEquals(readPasswordFile(file), "öffne sesam");
    }
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("A password file that is no UTF-8 is refused, and it is said why", async () => {
  const file = await Deno.makeTempFile();
  try {
    const latin1 = Uint8Array.of(0xf6, 0x66, 0x66, 0x6e, 0x65);
    for (const bytes of [latin1, utf16("sesame\n", true), utf16("sesame", false)]) {
      await Deno.writeFile(file, bytes);
      const { message } = assertThrows(() => readPasswordFile(file), Failure);
      assertMatch(message, /^The password file ".*" is not UTF-8 text: save it as UTF-8\.$/);
    }
  } finally {
    await Deno.remove(file);
  }
});
