import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadConfig } from "./config-file.ts";
import { watchConfig } from "./config-watch.ts";

let folder = "";
const put = (name: string, text: string) => writeFile(join(folder, name), text);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "culvert-config-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("a file beside the keys is found, and its addresses become targets in order", async () => {
  await put("culvert.yaml", "services:\n  db: {target: 'tcp://localhost:5432'}\n  web: {target: 80, relay: full}\n");
  const { path, services } = await loadConfig(undefined, folder);
  expect(path).toBe(join(folder, "culvert.yaml"));
  expect(services).toEqual([
    { name: "db", target: { type: "loopback", port: 5432 }, mode: "tcp", relayPolicy: "handshake-only" },
    { name: "web", target: { type: "loopback", port: 80 }, mode: "http", relayPolicy: "full" },
  ]);
});

test("a fault is told with file, line and how many more there are", async () => {
  await put("bad.yaml", "services:\n  web:\n    target: 0\nextra: 1\n");
  await expect(loadConfig(join(folder, "bad.yaml"), folder)).rejects.toMatchObject({
    code: "invalid-request",
    message: `${join(folder, "bad.yaml")}:3:13: services.web.target: is less than 1, and 1 more after it`,
  });
});

test("a file that is not there is told with the places that were looked at", async () => {
  await expect(loadConfig(undefined, folder)).rejects.toMatchObject({
    code: "not-found",
    message: expect.stringContaining(join(folder, "culvert.yaml")),
  });
});

test("a handler's module answers, and is loaded anew when its file has changed", async () => {
  await put("culvert.yaml", "services:\n  tool:\n    target: {type: handler, module: ./tool.mjs}\n");
  const answer = async () => {
    const [service] = (await loadConfig(undefined, folder)).services;
    if (service === undefined || !("target" in service) || service.target.type !== "handler") throw new Error("none");
    return (await service.target.fetch?.(new Request("http://tool.localhost/")))?.text();
  };
  await put("tool.mjs", "export default () => new Response('one')");
  expect(await answer()).toBe("one");
  await put("tool.mjs", "export const fetch = () => new Response('two')");
  expect(await answer()).toBe("two");
});

test.each([
  ["", "exports neither a function"],
  ["throw new Error('broken inside')", "cannot be loaded: broken inside"],
])("a module that says %j is refused in words", async (text, words) => {
  await put("culvert.yaml", "services:\n  tool:\n    target: {type: handler, module: ./tool.mjs}\n");
  await put("tool.mjs", text);
  await expect(loadConfig(undefined, folder)).rejects.toThrow(words);
});

test("changes are handed on once each, an emptied file is waited for, and a file that is gone is told", async () => {
  const path = join(folder, "culvert.yaml");
  await put("culvert.yaml", "one");
  const heard: (string | undefined)[] = [];
  const watch = watchConfig({
    ...{ path, text: "one" },
    async onText(text) {
      heard.push(text);
    },
  });
  await watch.look();
  for (const text of ["", "two", "two"]) {
    await put("culvert.yaml", text);
    await watch.look();
  }
  await rm(path);
  await watch.look();
  watch.stop();
  expect(heard).toEqual(["two", undefined]);
});
