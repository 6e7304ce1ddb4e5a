import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ActivityLog } from "./activity-log.ts";
import type { AgentStatus, LogRecord } from "./agent-status.ts";
import { askStatus, readLog } from "./local-client.ts";
import { startLocalServer } from "./local-server.ts";
import { socketPathOf } from "./socket-place.ts";

let dataFolder = "";
const record = (type: string, text: string): LogRecord => ({
  time: new Date(0).toISOString(),
  type,
  mark: "note",
  text,
});

const status = (pid: number): AgentStatus => ({
  ...{ v: 1, version: "1.0.0", pid, startedAt: 0, serverId: "a".repeat(26), label: "studio" },
  ...{ serverUrl: "https://culvert.example", link: { state: "online" }, services: [], viewers: [] },
  ...{ requests: { total: 0, perSecond: 0 }, config: null },
});

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), "culvert-local-"));
});
afterEach(() => rm(dataFolder, { recursive: true, force: true }));

test("nobody answers where no agent runs, and after it has ended", async () => {
  expect(await askStatus(dataFolder)).toBeUndefined();
  const server = await startLocalServer({ dataFolder, log: new ActivityLog(), status: () => status(1) });
  expect(await askStatus(dataFolder)).toEqual(status(1));
  await server.close();
  expect(await askStatus(dataFolder)).toBeUndefined();
});

test("only its user may open the socket", async () => {
  const server = await startLocalServer({ dataFolder, log: new ActivityLog(), status: () => status(1) });
  expect((await stat(socketPathOf(dataFolder))).mode & 0o777).toBe(0o600);
  await server.close();
});

test("a second agent takes over, and the first one's end leaves it alone", async () => {
  const log = new ActivityLog();
  const first = await startLocalServer({ dataFolder, log, status: () => status(1) });
  const second = await startLocalServer({ dataFolder: `${dataFolder}/`, log, status: () => status(2) });
  await first.close();
  expect((await askStatus(dataFolder))?.pid).toBe(2);
  await second.close();
});

test("a folder that others may write is refused", async () => {
  const { chmod } = await import("node:fs/promises");
  await chmod(dataFolder, 0o777);
  const starting = startLocalServer({ dataFolder, log: new ActivityLog(), status: () => status(1) });
  await expect(starting).rejects.toMatchObject({ code: "forbidden", hint: expect.stringContaining("chmod 700") });
});

test("a path that is too long for a socket has its socket elsewhere", async () => {
  const deep = join(dataFolder, "d".repeat(120));
  const server = await startLocalServer({ dataFolder: deep, log: new ActivityLog(), status: () => status(3) });
  expect((await askStatus(deep))?.pid).toBe(3);
  await server.close();
});

test("the log is given without requests unless asked for, and followed until its reader leaves", async () => {
  const log = new ActivityLog();
  const server = await startLocalServer({ dataFolder, log, status: () => status(1) });
  for (const type of ["link", "request", "link"]) log.add(record(type, type), 0);
  const signal = new AbortController().signal;
  const read = async (wish: object) => {
    const texts: string[] = [];
    const wanted = { lines: 10, withRequests: false, follow: false, signal, ...wish };
    await readLog(dataFolder, wanted, ({ text }) => texts.push(text));
    return texts;
  };
  expect(await read({})).toEqual(["link", "link"]);
  expect(await read({ withRequests: true, lines: 2 })).toEqual(["request", "link"]);

  const controller = new AbortController();
  const followed: string[] = [];
  const wish = { lines: 1, withRequests: false, follow: true, signal: controller.signal };
  await readLog(dataFolder, wish, ({ text }) => {
    followed.push(text);
    if (text === "link") log.add(record("viewer-opened", "new"), 0);
    else controller.abort();
  });
  expect(followed).toEqual(["link", "new"]);
  await server.close();
});
