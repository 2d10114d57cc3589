import { assertEquals } from "@std/assert";
import { GRANT_FLAGS } from "../../packaging/grants.ts";
import { ROOT } from "../../packaging/task.ts";

/** `--allow-env=A,B` as `--allow-env=A` and `--allow-env=B`. */
function single(flag: string): string[] {
  const [name = "", values] = flag.split("=");
  return values === undefined ? [name] : values.split(",").map((value) => `${name}=${value}`);
}

Deno.test("What is built starts with what the tasks serve and join allow, no more and no less", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const allowed = ["serve", "join"].flatMap((name) =>
    (tasks[name].command as string).split(" ").filter((word) => word.startsWith("--allow-"))
  );
  const granted = GRANT_FLAGS.filter((flag) => flag !== "--no-prompt");
  assertEquals(
    new Set(granted.flatMap(single)),
    new Set(allowed.flatMap(single)),
  );
  assertEquals(GRANT_FLAGS[0], "--no-prompt");
});
