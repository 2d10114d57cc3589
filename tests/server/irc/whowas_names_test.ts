import { assertEquals } from "@std/assert";
import { PastNames } from "../../../src/server/irc/whowas_names.ts";

Deno.test("the last thousand who had a name are known, the newest first", () => {
  const names = new PastNames();
  assertEquals(names.of("bob", 10), []);
  const times = (most: number) => names.of("Bob", most).map(({ untilMs }) => untilMs);
  for (let untilMs = 1; untilMs <= 1_500; untilMs++) {
    const name = untilMs % 2 === 0 ? "bob" : "eve";
    names.add({ name, fold: name, user: "u", realname: name, untilMs });
    if (untilMs === 5) assertEquals(times(10), [4, 2]);
    if (untilMs === 1_000) assertEquals(times(2), [1_000, 998]);
  }
  assertEquals(times(3), [1_500, 1_498, 1_496]);
  assertEquals(times(Infinity).length, 500);
  assertEquals(times(Infinity).at(-1), 502);
});
