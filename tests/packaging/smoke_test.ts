import { assert, assertEquals } from "@std/assert";
import { verdictOf } from "../../packaging/smoke/check.ts";
import { CHECKS } from "../../packaging/smoke.ts";

Deno.test("Every check fails, in one line with the reason, for what is not this program", async () => {
  const file = await Deno.makeTempFile({ suffix: ".js" });
  try {
    await Deno.writeTextFile(file, `console.error("I am something else"); Deno.exit(3);\n`);
    const subject = { file, version: "0.1.0", commit: "" };
    for (const check of CHECKS) {
      if (check.name === "size") continue;
      const { ok, line } = await verdictOf(check, subject);
      assertEquals(ok, false, line);
      assert(/^FAILED {2}/.test(line) && line.includes(check.name), line);
      assertEquals(line.includes("\n"), false);
      assert(line.length > `FAILED  ${check.name}: `.length, "a reason");
    }
  } finally {
    await Deno.remove(file);
  }
});
