import { assertEquals } from "@std/assert";
import { Readers } from "../../src/room/readers.ts";

Deno.test("who is woken first is another one each time, and everybody is woken once", () => {
  for (const size of [1, 2, 5, 100]) {
    const readers = new Readers();
    let woken: number[] = [];
    for (let n = 0; n < size; n++) readers.add({ wake: () => void woken.push(n) });
    const everybody = Array.from({ length: size }, (_, n) => n);
    const places = everybody.map(() => ({ early: false, late: false }));
    for (let wake = 0; wake < Math.max(size, 16); wake++) {
      woken = [];
      readers.wake();
      assertEquals(woken.toSorted((a, b) => a - b), everybody);
      for (const [place, n] of woken.entries()) {
        if (place < size / 2) places[n]!.early = true;
        if (place + 1 >= size / 2) places[n]!.late = true;
      }
    }
    assertEquals(places.filter(({ early, late }) => !early || !late), []);
  }
});

Deno.test("a reader that is gone is not woken, nor one that another's wake removes", () => {
  const readers = new Readers();
  const woken: string[] = [];
  const gone = { wake: () => void woken.push("gone") };
  const removed = { wake: () => void woken.push("removed") };
  readers.add(gone);
  readers.add({
    wake() {
      woken.push("remover");
      readers.delete(removed);
    },
  });
  readers.add(removed);
  readers.delete(gone);
  for (let wake = 0; wake < 3; wake++) readers.wake(1);
  assertEquals(woken.filter((name) => name === "gone"), []);
  assertEquals(woken.filter((name) => name === "remover").length, 3);
  assertEquals(readers.size, 1);
});
