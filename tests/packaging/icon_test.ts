import { assert, assertEquals } from "@std/assert";
import { iconFile } from "../../packaging/icon.ts";

const icon = iconFile();
const view = new DataView(icon.buffer);

/** The pictures: their edge, and where each begins. */
const pictures = Array.from({ length: view.getUint16(4, true) }, (_, index) => {
  const entry = 6 + index * 16;
  return {
    edge: view.getUint8(entry) || 256,
    size: view.getUint32(entry + 8, true),
    offset: view.getUint32(entry + 12, true),
  };
});

/** Red, green, blue, opacity of a point, both from 0 to 1 from the top left. */
function colourAt({ edge, offset }: { edge: number; offset: number }, x: number, y: number) {
  const row = edge - 1 - Math.floor(y * edge);
  const at = offset + 40 + (row * edge + Math.floor(x * edge)) * 4;
  const [blue, green, red, opacity] = icon.subarray(at, at + 4);
  return [red, green, blue, opacity];
}

Deno.test("The icon holds the sizes that Windows shows, one after the other, to the last byte", () => {
  assertEquals(view.getUint32(0, true), 1 << 16);
  assertEquals(pictures.map(({ edge }) => edge), [16, 32, 48, 256]);
  let end = 6 + pictures.length * 16;
  for (const { offset, size, edge } of pictures) {
    assertEquals(offset, end);
    assertEquals(view.getInt32(offset + 4, true), edge);
    assertEquals(view.getInt32(offset + 8, true), edge * 2);
    end += size;
  }
  assertEquals(end, icon.length);
});

Deno.test("Each picture is a blue bubble with white writing on nothing", () => {
  for (const picture of pictures) {
    const where = `at ${picture.edge}`;
    assertEquals(colourAt(picture, 0.01, 0.01)[3], 0, where);
    assertEquals(colourAt(picture, 0.6, 0.7), [0x3b, 0x6f, 0xd4, 0xff], where);
    const [red = 0, , , opacity] = colourAt(picture, 0.5, 0.345);
    assert(red > 0xa0 && opacity === 0xff, `${where}: ${red} ${opacity}`);
    assert((colourAt(picture, 0.25, 0.8)[3] ?? 0) > 0x80, `the tail ${where}`);
  }
});

Deno.test("The icon is the same every time", () => assertEquals(iconFile(), icon));
