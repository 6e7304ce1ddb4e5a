/** `npm start` as a newcomer meets it: what it prints, that it works, that it ends cleanly, and what a second start keeps. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createShowcase } from "../apps/showcase/showcase.ts";
import { root } from "../architecture/sources.ts";

const readyMs = 30_000;
let folder: string;
const started: ChildProcess[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "culvert-start-"));
});
afterEach(async () => {
  for (const child of started.splice(0)) await end(child, "SIGKILL");
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

test("it prints where it is, how to sign in and what to press; Ctrl-C ends all of it; the next start keeps the account", async () => {
  const port = await freePort();
  const first = await startCulvert("--port", String(port));
  expect(first.address).toBe(`http://culvert.localhost:${port}`);
  expect(first.link).toMatch(new RegExp(`^${first.address}/sign-in#code=[a-z0-9]{26}$`));
  expect(first.output).toMatch(/Press Open beside \S+: the showcase on 127\.0\.0\.1:\d+ shows in your browser/);
  expect(first.output).toMatch(/Ctrl-C ends everything/);
  expect(first.output, "plain where nobody sees colours").not.toContain("\u001b");
  const appPort = Number(/127\.0\.0\.1:(\d+)/.exec(first.output)?.[1]);
  expect((await fetch(`http://127.0.0.1:${appPort}/`)).status).toBe(200);
  const account = await signIn(first);
  expect((await signIn(first)).code).toBe("already-used");
  const identity = readFileSync(join(folder, "data/agent/identity.json"), "utf8");
  const enrolment = readFileSync(join(folder, "data/agent/enrolment.json"), "utf8");

  expect(await end(first.child, "SIGINT")).toEqual([0, null]);
  await expect(fetch(`http://127.0.0.1:${appPort}/`)).rejects.toThrow();
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();

  const second = await startCulvert("--port", String(port));
  expect(second.link).not.toBe(first.link);
  expect((await signIn(second)).accountId).toBe(account.accountId);
  expect(readFileSync(join(folder, "data/agent/identity.json"), "utf8")).toBe(identity);
  expect(readFileSync(join(folder, "data/agent/enrolment.json"), "utf8")).toBe(enrolment);
  expect(await end(second.child, "SIGTERM")).toEqual([0, null]);
});

test("it publishes the user's own app, says so where nothing answers there, and takes the next port where one is taken", async () => {
  const taken = createServer();
  await listen(taken);
  const { port } = taken.address() as AddressInfo;
  const silent = await freePort();
  const run = await startCulvert(String(silent), "--port", String(port), "--webrtc", "werift");
  taken.close();
  expect(run.output).toContain(`Port ${port} is taken, so it runs on ${new URL(run.address).port}.`);
  expect(Number(new URL(run.address).port)).toBeGreaterThan(port);
  expect(run.output).toContain(`your app on 127.0.0.1:${silent}`);
  expect(run.output).toContain(`Nothing answers on port ${silent} yet`);
  expect(await end(run.child, "SIGTERM")).toEqual([0, null]);

  const app = createShowcase();
  const answering = await startCulvert(String(await app.listen(0)), "--port", String(await freePort()));
  expect(answering.output).not.toContain("Nothing answers");
  await end(answering.child, "SIGTERM");
  await app.close();
});

test("a data folder that is in use is told with the reason, and nothing is left running", async () => {
  const first = await startCulvert("--port", String(await freePort()));
  const second = spawnStart("--port", String(await freePort()));
  const errors = text(second.stderr);
  expect(await once(second, "close")).toEqual([1, null]);
  expect(await errors).toMatch(/signaling ended with exit code 1\./);
  expect(await errors).toMatch(/in use/);
  await end(first.child, "SIGTERM");
});

test("words that make no sense are answered with what does", async () => {
  const child = spawnStart("nonsense");
  const errors = text(child.stderr);
  expect(await once(child, "close")).toEqual([1, null]);
  expect(await errors).toContain('"nonsense" is no port');
});

interface Run {
  readonly child: ChildProcess;
  readonly address: string;
  readonly link: string;
  readonly output: string;
}

async function startCulvert(...words: readonly string[]): Promise<Run> {
  const child = spawnStart(...words);
  let output = "";
  let errors = "";
  child.stdout?.on("data", (bytes) => {
    output += bytes;
  });
  child.stderr?.on("data", (bytes) => {
    errors += bytes;
  });
  await expect.poll(() => output + (child.exitCode ?? ""), { timeout: readyMs, message: errors }).toMatch(/Ctrl-C|\d$/);
  if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}: ${errors}`);
  const address = /Culvert {2}(\S+)/.exec(output)?.[1] ?? "";
  const link = /(http\S+\/sign-in#\S+)/.exec(output)?.[1] ?? "";
  return { child, address, link, output };
}

function spawnStart(...words: readonly string[]): ChildProcess {
  const args = [join(root, "deploy/local/start.ts"), ...words, "--data", join(folder, "data")];
  // As a shell would: the test runner's own wish for colours is not the user's.
  const { FORCE_COLOR: _, ...env } = process.env;
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env });
  started.push(child);
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<readonly unknown[]> {
  if (child.exitCode !== null || child.signalCode !== null) return [child.exitCode, child.signalCode];
  const ended = once(child, "close");
  child.kill(signal);
  return ended;
}

/** What the sign-in page does with a link: the account, or the code of a refusal. */
async function signIn({ address, link }: Run): Promise<{ readonly accountId?: string; readonly code?: string }> {
  const { port, host } = new URL(address);
  const headers = { host, origin: address, "sec-fetch-site": "same-origin", "content-type": "application/json" };
  // A plain request: names under localhost resolve in browsers alone, and fetch sets Host itself.
  const sent = request({ host: "127.0.0.1", port, path: "/api/auth/sign-in/code", method: "POST", headers });
  sent.end(JSON.stringify({ code: new URLSearchParams(new URL(link).hash.slice(1)).get("code") }));
  const [response] = await once(sent, "response");
  const body = JSON.parse(await text(response));
  return body.error ?? body;
}

async function text(stream: NodeJS.ReadableStream | null): Promise<string> {
  let all = "";
  for await (const part of stream ?? []) all += part;
  return all;
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await listen(server);
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
