/** The runner counts truthfully: nothing that did not run counts as passed, and nothing that failed gets lost. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Part } from "./runner/parts.ts";
import { runPart } from "./runner/run-part.ts";

let root: string;
const said: string[] = [];
const check: Part = { type: "check", name: "lint", program: "biome", args: ["check"] };
const suite: Part = { type: "suite", name: "unit", needs: [], wants: [], folder: "." };
const browser: Part = { type: "suite", name: "browser", needs: ["chromium"], wants: [], folder: "tests" };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "culvert-runner-"));
  mkdirSync(join(root, "node_modules/.bin"), { recursive: true });
  said.length = 0;
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

/** A program in node_modules/.bin that does what its shell lines say. */
function program(name: string, ...lines: readonly string[]): void {
  writeFileSync(join(root, "node_modules/.bin", name), ["#!/bin/sh", ...lines, ""].join("\n"), { mode: 0o755 });
}

/** A vitest that writes a report, or none, and ends. */
function vitest(report: object | undefined, exitCode: number): void {
  const write = report === undefined ? "true" : `printf '%s' '${JSON.stringify(report)}' > test-results/unit.json`;
  program("vitest", write, `exit ${exitCode}`);
}

function run(part: Part, isCi = false): Promise<object> {
  return runPart(part, { root, filters: [], isCi, say: (line) => said.push(line) });
}

test("a check that passes counts one and says nothing", async () => {
  program("biome", "echo all is well");
  expect(await run(check)).toMatchObject({ passed: 1, failed: 0, skipped: 0 });
  expect(said).toEqual([]);
});

test("a check that fails counts one and shows what it said", async () => {
  program("biome", "echo a fault; echo another >&2; exit 3");
  expect(await run(check)).toMatchObject({ passed: 0, failed: 1 });
  expect(said.join()).toMatch(/a fault[\s\S]*another/);
});

test("a program that is not there counts as failed", async () => {
  expect(await run(check)).toMatchObject({ passed: 0, failed: 1 });
  expect(said.join()).toContain("biome could not be started");
});

test("what failed tests kept is shown, its end alone, and nothing of an earlier run", async () => {
  mkdirSync(join(root, "test-results/old"), { recursive: true });
  writeFileSync(join(root, "test-results/old/agent.log"), "of an earlier run");
  utimesSync(join(root, "test-results/old/agent.log"), 1, 1);
  const lines = Array.from({ length: 100 }, (_, number) => `line ${number}`).join("\\n");
  const report = JSON.stringify({ numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0 });
  program(
    "vitest",
    "mkdir -p test-results/new",
    `printf '${lines}' > test-results/new/agent.log`,
    `printf '%s' '${report}' > test-results/unit.json`,
    "exit 1",
  );
  await run(suite);
  expect(said.join("\n")).toContain("test-results/new/agent.log");
  expect(said.at(-1)).toContain("line 99");
  expect(said.join("\n")).not.toContain("line 80");
  expect(said.join("\n")).not.toContain("earlier");
});

test("a suite's tests are counted as vitest counts them", async () => {
  vitest({ numPassedTests: 7, numFailedTests: 2, numPendingTests: 1, numTodoTests: 1 }, 1);
  expect(await run(suite)).toMatchObject({ passed: 7, failed: 2, skipped: 2 });
});

test("a test file that does not load is a failure, though no test failed", async () => {
  vitest({ numPassedTests: 7, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 }, 1);
  expect(await run(suite)).toMatchObject({ passed: 7, failed: 1 });
});

test("a suite without a report is a failure, and an older report is not taken for it", async () => {
  mkdirSync(join(root, "test-results"));
  writeFileSync(join(root, "test-results/unit.json"), JSON.stringify({ numPassedTests: 9, numFailedTests: 0 }));
  vitest(undefined, 0);
  expect(await run(suite)).toMatchObject({ passed: 0, failed: 1 });
});

test("a suite whose browser is missing counts its files as skipped, on CI as failed, and names the way out", async () => {
  vi.stubEnv("CHROME_PATH", join(root, "no-such-browser"));
  mkdirSync(join(root, "tests/deep"), { recursive: true });
  for (const file of ["tests/one.test.ts", "tests/deep/two.test.ts", "tests/no-test.ts"])
    writeFileSync(join(root, file), "");
  const note = expect.stringMatching(/no-such-browser.*to bring it:/);
  expect(await run(browser)).toMatchObject({ passed: 0, failed: 0, skipped: 2, note });
  expect(await run(browser, true)).toMatchObject({ passed: 0, failed: 2, skipped: 0, note });
});
