import { assertEquals } from "@std/assert";
import { batched, isOneBatch, linesOf, withTag } from "../../../src/protocol/irc/batch.ts";

const START = { server: "chat", id: "7", type: "chathistory", words: ["#x"] };

Deno.test("a batch is a beginning, its lines with its id, and an end", () => {
  const lines = ":ada PRIVMSG #x :hi\r\n@time=t;msgid=m :bob PRIVMSG #x :batch=1 ho\r\n";
  assertEquals(linesOf(batched(START, lines)), [
    ":chat BATCH +7 chathistory #x\r\n",
    "@batch=7 :ada PRIVMSG #x :hi\r\n",
    "@batch=7;time=t;msgid=m :bob PRIVMSG #x :batch=1 ho\r\n",
    ":chat BATCH -7\r\n",
  ]);
  const oddities = ":ada PRIVMSG #x :what \u2028others\u2029 take\u0085 for ends\r\n";
  assertEquals(linesOf(oddities), [oddities]);
  assertEquals(linesOf(batched(START, "")), [
    ":chat BATCH +7 chathistory #x\r\n",
    ":chat BATCH -7\r\n",
  ]);
});

Deno.test("a batch among the lines becomes an inner one: its beginning is in the outer one", () => {
  const inner = "@time=t :ada BATCH +m1 draft/multiline #x\r\n@batch=m1 :ada PRIVMSG #x :a\r\n" +
    "@batch=m1;draft/multiline-concat :ada PRIVMSG #x :b\r\n:ada BATCH -m1\r\n";
  assertEquals(linesOf(batched(START, inner)).slice(1, -1), [
    "@batch=7;time=t :ada BATCH +m1 draft/multiline #x\r\n",
    "@batch=m1 :ada PRIVMSG #x :a\r\n",
    "@batch=m1;draft/multiline-concat :ada PRIVMSG #x :b\r\n",
    ":ada BATCH -m1\r\n",
  ]);
});

Deno.test("lines are one batch if that begins with the first and ends with the last of them", () => {
  const one = linesOf(batched(START, ":ada PRIVMSG #x :hi\r\n"));
  assertEquals(isOneBatch(one), true);
  assertEquals(isOneBatch([...one, ...one.map((line) => line.replace("7", "8"))]), false);
  assertEquals(isOneBatch([":chat PONG chat :x\r\n", ...one]), false);
  assertEquals(isOneBatch([":ada PRIVMSG #x :BATCH +7\r\n", one.at(-1)!]), false);
  assertEquals(isOneBatch([]), false);
});

Deno.test("a tag more stands before the others, with its value escaped", () => {
  assertEquals(withTag(":chat ACK\r\n", "label", "a b;c"), "@label=a\\sb\\:c :chat ACK\r\n");
  assertEquals(withTag("@time=t :chat ACK\r\n", "label", "l"), "@label=l;time=t :chat ACK\r\n");
});
