import { assert, assertEquals, assertGreater } from "@std/assert";
import {
  COLOUR_STYLE,
  PERSON_COLOURS,
  personColour,
  PersonColours,
} from "../../../src/client/view/style.ts";

/** Linear red, green and blue of one of the colours 16 to 231: a cube of 6 by 6 by 6. */
function linear(colour: number): number[] {
  const levels = [0, 95, 135, 175, 215, 255];
  const at = colour - 16;
  return [Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map((i) => {
    const value = (levels[i] ?? 0) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
}

function luminance([red = 0, green = 0, blue = 0]: readonly number[]): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** CIE Lab, D65. */
function lab([red = 0, green = 0, blue = 0]: readonly number[]): number[] {
  const curve = (t: number) => t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116;
  const x = curve((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505);
  const y = curve(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  const z = curve((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** What is seen with normal sight, without red receptors, without green ones (Viénot 1999). */
const SIGHTS = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
  deuteranopia: [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
} as const;

Deno.test("Every colour of a name can be read on black and on white", () => {
  for (const colour of PERSON_COLOURS) {
    const light = luminance(linear(colour));
    assertGreater((light + 0.05) / 0.05, 3.4, `${colour} on black`);
    assertGreater(1.05 / (light + 0.05), 3.4, `${colour} on white`);
  }
});

for (const [sight, matrix] of Object.entries(SIGHTS)) {
  Deno.test(`The colours of names can be told apart with ${sight}`, () => {
    const seen = PERSON_COLOURS.map((colour) => {
      const light = linear(colour);
      return lab(
        matrix.map((row) =>
          Math.max(0, row.reduce<number>((sum, part, i) => sum + part * (light[i] ?? 0), 0))
        ),
      );
    });
    for (const [i, one] of seen.entries()) {
      for (const other of seen.slice(0, i)) {
        assertGreater(Math.hypot(...one.map((part, j) => part - (other[j] ?? 0))), 13);
      }
    }
  });
}

Deno.test("A person has one colour in any case and width of letters, and people have different ones", () => {
  assertEquals(personColour("Ada"), personColour("ＡＤＡ"));
  const names = Array.from({ length: 1_000 }, (_, i) => `user${i}`);
  const uses = PERSON_COLOURS.map((colour) =>
    names.filter((name) => personColour(name) === colour).length
  );
  assert(uses.every((count) => count > 60 && count < 140), uses.join(" "));
  assertEquals(COLOUR_STYLE.person("ada", "a…"), `\x1b[38;5;${personColour("ada")}ma…\x1b[39m`);
});

Deno.test("Ten people have ten colours, and five of them none that look alike", () => {
  for (let first = 0; first < 50; first++) {
    const colours = new PersonColours();
    const given = Array.from({ length: 10 }, (_, i) => colours.of(`p${first}x${i}`));
    assertEquals(new Set(given).size, 10);
    assertEquals(colours.of(`P${first}X3`), given[3]);
    const families = [[93, 127], [100, 168], [162, 131], [32, 67], [99, 62]];
    const first5 = given.slice(0, 5).map((colour) =>
      families.findIndex((family) => family.includes(colour))
    );
    assertEquals(new Set(first5).size, 5, `${given}`);
  }
});

Deno.test("Those who are here together differ in colour, whoever was here before", () => {
  const colours = new PersonColours();
  for (let i = 0; i < 40; i++) colours.of(`gone${i}`);
  const here = ["ada", "bob", "zoe", "gone1", "gone2"];
  colours.keepApart(new Set(here));
  const given = here.map((name) => colours.of(name));
  assertEquals(new Set(given).size, 5);
  // Nobody changes without need.
  const more = [...here, "mia", "gone3", "tom"];
  colours.keepApart(new Set(more));
  assertEquals(here.map((name) => colours.of(name)), given);
  assertEquals(new Set(more.map((name) => colours.of(name))).size, 8);
});

Deno.test("A person has the same colour in any case of the name", () => {
  assertEquals(personColour("Ada"), personColour("ada"));
  assertEquals(COLOUR_STYLE.person("Ada"), `\x1b[38;5;${personColour("ada")}mAda\x1b[39m`);
});
