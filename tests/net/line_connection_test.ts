import { assertEquals, assertRejects } from "@std/assert";
import { writeAll } from "../../src/net/line_connection.ts";

Deno.test("writeAll writes what is left, until nothing is, and tells of each part", async () => {
  const written: number[] = [];
  const parts: number[] = [];
  const sink = {
    write(bytes: Uint8Array): Promise<number> {
      const part = bytes.subarray(0, 3);
      written.push(...part);
      return Promise.resolve(part.length);
    },
  };
  await writeAll(sink, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), (count) => parts.push(count));
  assertEquals([written, parts], [[1, 2, 3, 4, 5, 6, 7, 8], [3, 3, 2]]);
  await writeAll(sink, new Uint8Array(0));
  assertEquals(written.length, 8);
  const gone = { write: () => Promise.reject(new Deno.errors.BrokenPipe("gone")) };
  await assertRejects(() => writeAll(gone, Uint8Array.of(1)), Deno.errors.BrokenPipe);
});
