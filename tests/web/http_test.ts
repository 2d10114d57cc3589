import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ByteSource } from "../../src/net/chunk_reader.ts";
import { MAX_HEAD_BYTES, parseHead, readHead } from "../../src/web/http.ts";

/** Gives the bytes in pieces of these sizes, the last of them again and again. */
function sourceOf(bytes: Uint8Array, sizes: readonly number[]): ByteSource {
  let at = 0;
  let reads = 0;
  return {
    read(buffer) {
      if (at === bytes.length) return Promise.resolve(null);
      const size = sizes[Math.min(reads++, sizes.length - 1)]!;
      const piece = bytes.subarray(at, at + Math.min(size, buffer.length));
      buffer.set(piece);
      at += piece.length;
      return Promise.resolve(piece.length);
    },
  };
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

Deno.test("A head is read in the same way however it is cut", async () => {
  const text = "GET /ws?x HTTP/1.1\r\nHost: a\r\nX-Long: " + "é".repeat(5_000);
  const bytes = bytesOf(`${text}\r\n\r\nand more`);
  await fc.assert(fc.asyncProperty(
    fc.array(fc.integer({ min: 1, max: 4_000 }), { minLength: 1, maxLength: 6 }),
    async (sizes) => {
      const head = await readHead(sourceOf(bytes, sizes));
      assert(head !== null && typeof head === "object");
      assertEquals(head.text, text);
      assert("and more".startsWith(new TextDecoder().decode(head.rest)));
    },
  ));
});

Deno.test("A head of up to 16 KiB is read, a longer one is too large, with or without an end", async () => {
  const start = "GET / HTTP/1.1\r\nX: ";
  const full = start + "x".repeat(MAX_HEAD_BYTES - start.length);
  for (const sizes of [[1], [1_000], [100_000]]) {
    const whole = await readHead(sourceOf(bytesOf(`${full}\r\n\r\n`), sizes));
    assert(whole !== null && typeof whole === "object");
    assertEquals(whole.text, full);
    assertEquals(await readHead(sourceOf(bytesOf(`${full}x\r\n\r\n`), sizes)), "too_large");
    assertEquals(
      await readHead(sourceOf(bytesOf(`${full}${"x".repeat(9_999)}`), sizes)),
      "too_large",
    );
  }
});

Deno.test("What is no request is told at its first newline, and an input that ends gives null", async () => {
  assertEquals(await readHead(sourceOf(bytesOf('{"type":"hello"}\n'), [1])), "not_http");
  assertEquals(await readHead(sourceOf(bytesOf("GET / HTTP/1.1\r\nHost: a"), [1])), null);
  assertEquals(await readHead(sourceOf(bytesOf("x".repeat(MAX_HEAD_BYTES + 4)), [1])), "too_large");
});

Deno.test("Bytes that arrive one by one are copied a few times at most", async () => {
  const text = `GET / HTTP/1.1\r\nX: ${"x".repeat(16_000)}`;
  const source = sourceOf(bytesOf(`${text}\r\n\r\n`), [1]);
  const builtIn = Uint8Array.prototype.set;
  let copied = 0;
  Uint8Array.prototype.set = function (this: Uint8Array, from: ArrayLike<number>, at?: number) {
    copied += from.length;
    builtIn.call(this, from, at);
  };
  try {
    const head = await readHead(source);
    assert(head !== null && typeof head === "object");
    assertEquals(head.text, text);
  } finally {
    Uint8Array.prototype.set = builtIn;
  }
  // Into the read's buffer, into ours, and when ours grows.
  assert(copied < 5 * text.length, `${copied}`);
});

/** The pattern that was here before: the specification, slow for long runs of blanks. */
const FIELD_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/;

Deno.test("Fields are understood as RFC 9112 writes them", () => {
  const line = fc.string({
    unit: fc.constantFrom(...'aZ0-!:: \t\t  \x01\x7f\x80\xff\u00a0é\n\r"(/,'),
    maxLength: 12,
  });
  fc.assert(
    fc.property(line, (line) => {
      if (line.includes("\r\n")) return;
      const [, name, value] = FIELD_LINE.exec(line) ?? [];
      const head = parseHead(`GET / HTTP/1.1\r\n${line}`);
      if (name === undefined) assertEquals(head, undefined);
      else assertEquals([...head?.headers ?? []], [[name.toLowerCase(), value]]);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("Long runs of blanks are passed over once", () => {
  const blanks = " \t".repeat(8_000);
  assertEquals(parseHead(`GET / HTTP/1.1\r\nX: a${blanks}\x01`), undefined);
  const head = parseHead(`GET / HTTP/1.1\r\nX:${blanks}a${blanks}b${blanks}`);
  assertEquals(head?.headers.get("x"), `a${blanks}b`);
});
