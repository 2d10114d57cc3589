import { assertEquals, assertRejects } from "@std/assert";
import { inTurn } from "../../../src/client/core/in_turn.ts";

/** Servers that are there, and which were tried. */
function stage(...there: readonly string[]) {
  const up = new Set(there);
  const tried: string[] = [];
  const connect = inTurn(["a", "b", "c"], (server) => {
    tried.push(server);
    return up.has(server) ? Promise.resolve(server) : Promise.reject(new Error(`no ${server}`));
  });
  return { up, tried, connect: () => connect(new AbortController().signal) };
}

Deno.test("The first server that answers is taken, in the order that was given", async () => {
  const { tried, connect } = stage("b", "c");
  assertEquals([await connect(), tried.join("")], ["b", "ab"]);
});

Deno.test("Who comes back begins with the next server, and comes to the first one again", async () => {
  const { up, tried, connect } = stage("a", "b", "c");
  assertEquals([await connect(), await connect(), await connect()], ["a", "b", "c"]);
  up.delete("b");
  assertEquals([await connect(), await connect(), await connect()], ["a", "c", "a"]);
  assertEquals(tried.join(""), "abcabca");
});

Deno.test("Where nobody answers each is asked once, and the last error is told", async () => {
  const { up, tried, connect } = stage();
  await assertRejects(connect, Error, "no c");
  up.add("c");
  assertEquals([await connect(), tried.join("")], ["c", "abcabc"]);
});

Deno.test("Who has left tries no other server", async () => {
  const left = new AbortController();
  const tried: string[] = [];
  const connect = inTurn(["a", "b"], (server) => {
    tried.push(server);
    left.abort();
    return Promise.reject(new Error("left"));
  });
  await assertRejects(() => connect(left.signal), Error, "left");
  assertEquals(tried, ["a"]);
});
