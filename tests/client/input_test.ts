import { assertEquals } from "@std/assert";
import { Input } from "../../src/client/input.ts";

function pasted(lines: number): Input {
  const input = new Input(() => []);
  input.press({ type: "paste", text: Array.from({ length: lines }, (_, i) => `${i}`).join("\n") });
  return input;
}

Deno.test("A paste of a few lines is sent at Enter, one of many is asked about", () => {
  assertEquals(pasted(4).press({ type: "key", name: "enter" }), "submit");
  const input = pasted(5);
  assertEquals(input.press({ type: "key", name: "enter" }), undefined);
  assertEquals(input.mode.type, "confirming");
});

Deno.test("A paste of too many lines is not asked about: it is refused at the first Enter", () => {
  const input = pasted(45);
  assertEquals(input.press({ type: "key", name: "enter" }), "submit");
  assertEquals(input.mode.type, "typing");
});
