import { execFileSync, spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { completionScript, shells } from "./completion-scripts.ts";
import { createProgram } from "./program.ts";

const program = createProgram({ dataFolder: "/data", run: async () => {} });

/** What bash offers for a command line whose last word is being typed. */
function offered(...typed: string[]): string[] {
  const script = `${completionScript("bash", program)}
COMP_WORDS=(${typed.map((word) => `'${word}'`).join(" ")})
COMP_CWORD=${typed.length - 1}
_culvert
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["--norc", "-c", script], { encoding: "utf8" }).split("\n").filter(Boolean);
}

test("bash offers commands, commands below them, and flags", () => {
  expect(offered("culvert", "co")).toEqual(["connect", "completion", "config"]);
  expect(offered("culvert", "devices", "re")).toEqual(["revoke"]);
  expect(offered("culvert", "connect", "5173", "--na")).toEqual(["--name"]);
  expect(offered("culvert", "devices", "approve", "--l")).toEqual(["--label"]);
});

test.each([
  ["zsh", ["-n"]],
  ["fish", ["-n"]],
] as const)("%s takes its script, where it is installed", (shell, args) => {
  const { error, status, stderr } = spawnSync(shell, args, {
    input: completionScript(shell, program),
    encoding: "utf8",
  });
  if (error !== undefined) return;
  expect([status, stderr]).toEqual([0, ""]);
});

test("every shell's script knows every command", () => {
  for (const shell of shells) {
    const script = completionScript(shell, program);
    for (const { name } of program.commands.map((command) => ({ name: command.name() })))
      expect(script).toContain(name);
  }
});
