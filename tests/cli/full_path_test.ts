import { assertEquals } from "@std/assert";
import { quotePath } from "../../src/full_path.ts";

Deno.test("A file that cannot be read is told with where it was looked for", () => {
  assertEquals(quotePath("my.pem", "/home/ada"), '"my.pem" ("/home/ada/my.pem")');
  assertEquals(quotePath("./my.pem", "/"), '"./my.pem" ("/my.pem")');
  assertEquals(quotePath("my.pem", "C:\\chat"), '"my.pem" ("C:\\\\chat\\\\my.pem")');
  for (const path of ["/etc/my.pem", "C:\\my.pem", "d:/my.pem"]) {
    assertEquals(quotePath(path, "/home/ada"), JSON.stringify(path));
  }
});
