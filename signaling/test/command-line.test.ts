/** The server as a process: what it announces, how it ends, what it says when it cannot start. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

// Each test starts processes one after the other, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "culvert-command-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

function start(...flags: string[]) {
  const words = ["serve", "--data", join(folder, "data"), "--no-stun", "--log-level", "warn", ...flags];
  const child = spawn(process.execPath, [main, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString("utf8");
  });
  const firstLine = new Promise<string>((resolve) => createInterface({ input: child.stdout }).once("line", resolve));
  const ended = new Promise<{ exitCode: number | null; errors: string }>((resolve) =>
    child.once("close", (exitCode) => resolve({ exitCode, errors })),
  );
  return { child, firstLine, ended };
}

test("announces in one line where it is and how to get in, and ends on SIGTERM", async () => {
  const { child, firstLine, ended } = start("--port", "0", "--json", "--sign-in-link", "--enrolment-code");
  const announced = JSON.parse(await firstLine);
  expect(announced).toMatchObject({ type: "listening", host: "127.0.0.1", port: expect.any(Number) });
  expect(announced.dashboardOrigin).toBe(`http://culvert.localhost:${announced.port}`);
  expect(announced.signInLink.url).toMatch(/\/sign-in#code=[a-z2-7]{26}$/);
  expect(announced.enrolment.command).toContain(announced.enrolment.code);
  child.kill("SIGTERM");
  expect(await ended).toMatchObject({ exitCode: 0, errors: "" });
});

test("a second process on the same folder says what to do", async () => {
  const first = start("--port", "0", "--json");
  await first.firstLine;
  const { exitCode, errors } = await start("--port", "0").ended;
  expect(exitCode).toBe(1);
  expect(errors).toMatch(/in use by another Culvert process/);
  expect(errors).toMatch(/--data/);
  first.child.kill("SIGINT");
  expect(await first.ended).toMatchObject({ exitCode: 0 });
});

test("a taken port is named, or the next one taken where that is asked for", async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
  const address = blocker.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const refused = await start("--port", String(port)).ended;
  expect(refused).toMatchObject({ exitCode: 1, errors: expect.stringContaining(`Port ${port} of 127.0.0.1 is taken`) });
  const next = start("--port", String(port), "--next-free-port", "--json");
  expect(JSON.parse(await next.firstLine).port).toBeGreaterThan(port);
  blocker.close();
});

test("an origin that browsers would not trust is refused before anything is made", async () => {
  const { exitCode, errors } = await start("--port", "0", "--origin", "http://culvert.example").ended;
  expect(exitCode).toBe(1);
  expect(errors).toMatch(/needs https/);
});
