import { assertEquals } from "@std/assert";
import { Input } from "../../../src/client/terminal/input.ts";

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

/** An input with a clock, and a line that was sent after so many keys. */
function sent(line: string) {
  const time = { ms: 0 };
  const input = new Input(() => [], () => time.ms);
  input.press({ type: "text", text: line });
  input.press({ type: "key", name: "enter" });
  const { presses } = input;
  input.submitted();
  return { input, time, presses };
}

Deno.test("A text is given back only when no key was pressed since it was sent", () => {
  const quiet = sent("/msg bob hi");
  assertEquals(quiet.input.giveBack("/msg bob hi", quiet.presses), true);
  assertEquals(quiet.input.line, "/msg bob hi");
  const busy = sent("/msg bob hi");
  busy.input.press({ type: "text", text: "x" });
  busy.input.press({ type: "key", name: "backspace" });
  assertEquals(busy.input.giveBack("/msg bob hi", busy.presses), false);
  assertEquals(busy.input.line, "");
  busy.input.press({ type: "key", name: "up" });
  assertEquals(busy.input.line, "/msg bob hi");
});

Deno.test("A text given back makes way for who goes on typing before it can have been seen", () => {
  const { input, time, presses } = sent("/msg bob hi");
  input.giveBack("/msg bob hi", presses);
  time.ms = 999;
  for (const text of "so") input.press({ type: "text", text });
  assertEquals(input.line, "so");
  input.press({ type: "key", name: "up" });
  assertEquals(input.line, "/msg bob hi");
});

Deno.test("A text given back that was seen is edited like any other", () => {
  const late = sent("hi");
  late.input.giveBack("hi", late.presses);
  late.time.ms = 1_000;
  late.input.press({ type: "text", text: "!" });
  assertEquals(late.input.line, "hi!");
  const edited = sent("hi");
  edited.input.giveBack("hi", edited.presses);
  edited.input.press({ type: "key", name: "backspace" });
  edited.input.press({ type: "text", text: "o" });
  assertEquals(edited.input.line, "ho");
});
