import { assertEquals, assertMatch } from "@std/assert";
import { commitDate, commitOf, NO_DATE } from "../../packaging/commit.ts";
import { needs } from "../helpers/proc.ts";

const hasGit = await needs("git");

async function git(cwd: string, ...args: string[]): Promise<void> {
  const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
  const env = {
    GIT_COMMITTER_DATE: "2024-05-06T07:08:09Z",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
  };
  const { success, stderr } = await new Deno.Command("git", { cwd, env, args: [...who, ...args] })
    .output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

Deno.test({
  name: "A build knows its commit, says when files differ from it, and does without git",
  ignore: !hasGit,
  async fn() {
    const directory = await Deno.makeTempDir();
    try {
      assertEquals(await commitOf(directory), "");
      assertEquals(await commitDate(directory), NO_DATE);
      await git(directory, "init", "-q");
      await Deno.writeTextFile(`${directory}/a`, "one");
      await git(directory, "add", "a");
      await git(directory, "commit", "-qm", "One");
      const commit = await commitOf(directory);
      assertMatch(commit, /^[0-9a-f]{40}$/);
      assertEquals(await commitDate(directory), new Date("2024-05-06T07:08:09Z"));
      await Deno.writeTextFile(`${directory}/new`, "not in the build");
      assertEquals(await commitOf(directory), commit);
      await Deno.writeTextFile(`${directory}/a`, "two");
      assertEquals(await commitOf(directory), `${commit}-dirty`);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});
