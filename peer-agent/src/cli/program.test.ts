import { expect, test } from "vitest";
import { commandsOf, createProgram, usageWords } from "./program.ts";

const program = createProgram({ dataFolder: "/data", run: async () => {} });

test.each([
  ["error: missing required argument 'port'", "Missing required argument 'port'"],
  [
    "error: command-argument value '99999' is invalid for argument 'port'. A port is a number.\n",
    '"99999" cannot be. A port is a number.',
  ],
  ["error: command-argument value 'web' is invalid for argument 'port'. \"web\" is no port.", '"web" is no port.'],
  [
    "error: option '--name <name>' argument 'No Name' is invalid. A name is made of letters.",
    '--name: "No Name" cannot be. A name is made of letters.',
  ],
  ["(outputHelp)", undefined],
])("%s reads as %s", (text, words) => {
  expect(usageWords(text)).toBe(words);
});

test("every command says what it does, takes JSON and a data folder where it does something, and has no two alike", () => {
  const all = commandsOf(program).filter(({ path }) => path !== "culvert");
  expect(all.length).toBeGreaterThan(20);
  expect(new Set(all.map(({ path }) => path)).size).toBe(all.length);
  for (const { command, path } of all) {
    expect(command.description(), path).not.toBe("");
    if (command.commands.length > 0 || path === "culvert completion") continue;
    const flags = command.options.map(({ long }) => long);
    expect(flags, path).toEqual(expect.arrayContaining(["--json", "--data"]));
  }
});
