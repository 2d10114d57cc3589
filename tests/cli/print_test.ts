import { assertEquals } from "@std/assert";
import { printTo } from "../../src/print.ts";

/** Takes a few bytes at a time, after throwing some errors. */
function writer(errors: Error[]) {
  const taken: number[] = [];
  return {
    text: () => new TextDecoder().decode(new Uint8Array(taken)),
    writeSync(bytes: Uint8Array): number {
      const error = errors.shift();
      if (error !== undefined) throw error;
      const part = bytes.subarray(0, 3);
      taken.push(...part);
      return part.length;
    },
  };
}

Deno.test("A text is printed whole by partial writes", () => {
  const place = writer([]);
  printTo(place, "Grüße, 東京\n");
  assertEquals(place.text(), "Grüße, 東京\n");
});

Deno.test("Printing waits a little for room, and gives up where the place is gone", () => {
  const full = writer([new Deno.errors.WouldBlock(), new Deno.errors.WouldBlock()]);
  printTo(full, "hello");
  assertEquals(full.text(), "hello");
  const gone = writer([new Deno.errors.BrokenPipe()]);
  assertEquals([printTo(gone, "hello"), gone.text()], [undefined, ""]);
});

Deno.test("Printing says when the disk is full", () => {
  const disk = writer([new Error("No space left on device (os error 28)")]);
  const problem = "Cannot write to standard output: No space left on device (os error 28)";
  assertEquals(printTo(disk, "hello"), problem);
});
