/**
 * Checks without a server: does it start, and does it say what it is.
 *
 * @module
 */

import { type Check, demand } from "./check.ts";

/** What the program says of itself. */
export const BASICS: readonly Check[] = [
  {
    name: "--help names both commands",
    async look(bench) {
      const { code, stdout, stderr } = await bench.run(["--help"]);
      demand(code === 0, `exit code ${code}: ${stderr}${stdout}`);
      demand(/\bserve\b/.test(stdout) && /\bjoin\b/.test(stdout), `it says: ${stdout}`);
    },
  },
  {
    name: "--version",
    async look(bench, { version }) {
      const { code, stdout } = await bench.run(["--version"]);
      demand(code === 0 && stdout.trim() === `chat ${version}`, `code ${code}, it says: ${stdout}`);
      return stdout.trim();
    },
  },
  {
    name: "--version --verbose names the commit and the target",
    async look(bench, { commit }) {
      const { code, stdout } = await bench.run(["--version", "--verbose"]);
      const said = /^commit: (.+)$/m.exec(stdout)?.[1];
      const target = /^target: (.+)$/m.exec(stdout)?.[1];
      demand(
        code === 0 && said !== undefined && target !== undefined,
        `code ${code}, it says: ${stdout}`,
      );
      demand(commit === "" || said === commit, `the commit is ${said}, not ${commit}`);
      return `${said}, ${target}`;
    },
  },
  {
    name: "A wrong flag is refused with exit code 2",
    async look(bench) {
      const { code, stderr } = await bench.run(["serve", "--prot", "80"]);
      demand(code === 2 && stderr.includes("--port"), `code ${code}: ${stderr}`);
    },
  },
];
