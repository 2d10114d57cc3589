import { assertEquals } from "@std/assert";
import { Input } from "../../../src/client/terminal/input.ts";

function pasted(lines: number): Input {
  const input = new Input(() => ({ names: [] }));
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
  const input = new Input(() => ({ names: [] }), () => time.ms);
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

/** An input in a room, and ways to type. */
function typing(room: string) {
  const input = new Input(() => ({ names: [] }));
  input.turnTo(room);
  const type = (text: string) => input.press({ type: "text", text });
  const key = (name: string) => input.press({ type: "key", name });
  const say = (text: string) => {
    type(text);
    key("enter");
    input.submitted();
  };
  return { input, type, key, say };
}

Deno.test("Each room keeps its own line, with the cursor where it was", () => {
  const { input, type, key } = typing("lobby");
  type("half a thought");
  key("home");
  input.turnTo("ops");
  assertEquals(input.line, "");
  type("restart it");
  input.turnTo("lobby");
  assertEquals([input.line, input.draft.cursor], ["half a thought", 0]);
  assertEquals(input.unsent, [
    { room: "lobby", text: "half a thought" },
    { room: "ops", text: "restart it" },
  ]);
  input.turnTo("ops");
  assertEquals(input.line, "restart it");
});

Deno.test("A line of the history that is shown does not take the place of what was typed", () => {
  const { input, type, key, say } = typing("lobby");
  say("sent before");
  type("half a thought");
  key("up");
  assertEquals(input.line, "sent before");
  input.turnTo("ops");
  key("up");
  assertEquals(input.line, "sent before");
  key("down");
  assertEquals(input.line, "");
  input.turnTo("lobby");
  assertEquals(input.line, "half a thought");
});

Deno.test("A line of the history that was changed stays, and what was typed before is in the history", () => {
  const { input, type, key, say } = typing("lobby");
  say("sent before");
  type("half a thought");
  key("up");
  type("!");
  input.turnTo("ops");
  input.turnTo("lobby");
  assertEquals(input.line, "sent before!");
  key("up");
  assertEquals(input.line, "half a thought");
});

Deno.test("Turning to another room ends a search, and an answer stays what it is", () => {
  const { input, type, key, say } = typing("lobby");
  say("sent before");
  type("mine");
  key("ctrl-r");
  type("sent");
  input.turnTo("ops");
  assertEquals([input.mode.type, input.line], ["typing", ""]);
  type("in ops");
  input.beginAnswer();
  type("secret");
  input.turnTo("lobby");
  assertEquals([input.line, input.answering], ["secret", true]);
  input.endAnswer();
  assertEquals(input.line, "mine");
  input.turnTo("ops");
  assertEquals(input.line, "in ops");
});

Deno.test("A text that is given back goes to the line of its room", () => {
  const { input, type } = typing("lobby");
  assertEquals(input.giveBack("refused in ops", -1, "ops"), true);
  assertEquals(input.line, "");
  assertEquals(input.giveBack("another", -1, "ops"), false);
  type("x");
  input.turnTo("ops");
  // At once: it was seen with the room.
  type("!");
  assertEquals(input.line, "refused in ops!");
});

Deno.test("What was typed for a room that is gone is in the history", () => {
  const { input, type, key } = typing("lobby");
  input.turnTo("ops");
  type("too late");
  input.turnTo("lobby");
  input.forget("ops");
  key("up");
  assertEquals(input.line, "too late");
});
