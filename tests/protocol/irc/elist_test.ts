import { assertEquals } from "@std/assert";
import { parseListWish } from "../../../src/protocol/irc/elist.ts";

const CHANNELS = [
  { channel: "#chan1", people: 1 },
  { channel: "#chan2", people: 2 },
  { channel: "#other", people: 10 },
];

function wanted(...items: string[]): string[] {
  const { wants } = parseListWish(items);
  return CHANNELS.filter(wants).map(({ channel }) => channel);
}

Deno.test("LIST without conditions wants all channels", () => {
  assertEquals(wanted(), ["#chan1", "#chan2", "#other"]);
});

Deno.test("Of names and masks one has to fit", () => {
  assertEquals(wanted("*an1"), ["#chan1"]);
  assertEquals(wanted("#CHAN1", "#oth*"), ["#chan1", "#other"]);
  assertEquals(wanted("#none"), []);
  assertEquals(parseListWish(["#a", "#b*", ">1"]).names, ["#a"]);
});

Deno.test("Masks that must not fit, and counts of people, all have to hold", () => {
  assertEquals(wanted("!*an1"), ["#chan2", "#other"]);
  assertEquals(wanted("!#ch*"), ["#other"]);
  assertEquals(wanted(">1"), ["#chan2", "#other"]);
  assertEquals(wanted("<2"), ["#chan1"]);
  assertEquals(wanted(">1", "<10"), ["#chan2"]);
  assertEquals(wanted("#chan*", ">1", "!*2"), []);
});

Deno.test("What is no count is a name", () => {
  assertEquals(parseListWish(["<", ">x", "<-1"]).names, ["<", ">x", "<-1"]);
});
