/** Runs one part and says how it went. Invariant: a part that could not run counts as failed or skipped, never passed. */
import { spawn } from "node:child_process";
import { globSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Provision, provideChromium } from "../provision/chromium.ts";
import { provideService } from "../provision/services.ts";
import { keptLogs } from "./kept-logs.ts";
import type { Need, Part } from "./parts.ts";

/** How a part went. `note`: why it was skipped, or failed without a failed test. */
export interface Outcome {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly tookMs: number;
  readonly note?: string;
}

/** What a run is about. */
export interface RunOptions {
  readonly root: string;
  /** Parts of test files' names; none means all. */
  readonly filters: readonly string[];
  /** On CI a machine has everything, so a missing part is a failure. */
  readonly isCi: boolean;
  say(line: string): void;
}

/** Runs a part to its end. */
export async function runPart(part: Part, options: RunOptions): Promise<Outcome> {
  const startMs = performance.now();
  const startedMs = Date.now();
  const counts = part.type === "check" ? await runCheck(part, options) : await runSuite(part, options);
  if (counts.failed > 0) for (const line of keptLogs(options.root, startedMs)) options.say(line);
  return { name: part.name, ...counts, tookMs: performance.now() - startMs };
}

type Counts = Omit<Outcome, "name" | "tookMs">;
type Check = Extract<Part, { type: "check" }>;
type Suite = Extract<Part, { type: "suite" }>;

async function runCheck({ program, args }: Check, options: RunOptions): Promise<Counts> {
  const { exitCode, output } = await execute(program, args, options, "kept");
  if (exitCode !== 0) options.say(output.trimEnd());
  return exitCode === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

async function runSuite(suite: Suite, options: RunOptions): Promise<Counts> {
  const missing = suite.needs.map((need) => provide(need, options)).find((provision) => provision.type === "missing");
  if (missing?.type === "missing") {
    const note = `${missing.what} is missing; to bring it: ${missing.command}`;
    const files = globSync(`${suite.folder}/**/*.test.ts`, { cwd: options.root }).length;
    return options.isCi
      ? { passed: 0, failed: files, skipped: 0, note }
      : { passed: 0, failed: 0, skipped: files, note };
  }
  for (const want of suite.wants) provide(want, options);
  const report = join("test-results", `${suite.name}.json`);
  rmSync(join(options.root, report), { force: true });
  mkdirSync(join(options.root, "test-results"), { recursive: true });
  const args = ["run", "--project", suite.name, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const emptyIsFine = options.filters.length > 0 ? ["--passWithNoTests"] : [];
  const { exitCode } = await execute("vitest", [...args, ...emptyIsFine, ...options.filters], options, "shown");
  return readReport(join(options.root, report), exitCode);
}

function provide(need: Need, options: RunOptions): Provision {
  switch (need) {
    case "chromium":
      return provideChromium(options.say);
    case "postgres":
    case "nats":
    case "coturn":
    case "openssl":
    case "nginx":
    case "tmux":
      return provideService(need, options.say);
  }
}

/** Counts of vitest's JSON report. A run that failed without a failed test (a file that does not load) counts one. */
function readReport(path: string, exitCode: number): Counts {
  try {
    const report = JSON.parse(readFileSync(path, "utf8"));
    const passed = Number(report.numPassedTests);
    const skipped = Number(report.numPendingTests) + Number(report.numTodoTests);
    const failed = Number(report.numFailedTests);
    if (exitCode === 0 || failed > 0) return { passed, failed, skipped };
    return { passed, failed: 1, skipped, note: "something outside the tests failed; see above" };
  } catch {
    return { passed: 0, failed: 1, skipped: 0, note: `vitest ended with exit code ${exitCode} and no report` };
  }
}

/** Runs a program of node_modules/.bin in the repository, its output shown as it comes or kept. */
function execute(
  program: string,
  args: readonly string[],
  { root }: RunOptions,
  output: "shown" | "kept",
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const path = join(root, "node_modules", ".bin", process.platform === "win32" ? `${program}.cmd` : program);
  const child = spawn(path, args, {
    cwd: root,
    stdio: ["ignore", ...(output === "shown" ? (["inherit", "inherit"] as const) : (["pipe", "pipe"] as const))],
    shell: process.platform === "win32",
  });
  return new Promise((resolve) => {
    let kept = "";
    const keep = (bytes: Buffer): void => {
      kept += bytes.toString();
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    child.on("error", (error) => resolve({ exitCode: 1, output: `${program} could not be started: ${error.message}` }));
    child.on("close", (code) => resolve({ exitCode: code ?? 1, output: kept }));
  });
}
