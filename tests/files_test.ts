import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { Failure } from "../src/failure.ts";
import { quotePath, readTextFile } from "../src/files.ts";

Deno.test("A file that cannot be read is told with where it was looked for", () => {
  assertEquals(quotePath("my.pem", "/home/ada"), '"my.pem" ("/home/ada/my.pem")');
  assertEquals(quotePath("./my.pem", "/"), '"./my.pem" ("/my.pem")');
  assertEquals(quotePath("my.pem", "C:\\chat"), '"my.pem" ("C:\\\\chat\\\\my.pem")');
  for (const path of ["/etc/my.pem", "C:\\my.pem", "d:/my.pem"]) {
    assertEquals(quotePath(path, "/home/ada"), JSON.stringify(path));
  }
});

Deno.test("Why a file cannot be read is told without the path that the system repeats", () => {
  const missing = `${import.meta.dirname}/it's not here`;
  const read = () => readTextFile(missing, "password");
  const { message } = assertThrows(read, Failure);
  assertMatch(message, /^Cannot read the password file "[^"]+it's not here": [^:']+\.$/);
});
