/** On Linux with a systemctl of the test's own, which keeps what it is asked. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { storeEnrolment } from "../../identity/index.ts";
import { createOutput } from "../output.ts";
import { runService, type ServiceWish } from "./service-command.ts";

const before = { HOME: process.env.HOME, PATH: process.env.PATH };
let folder = "";
let data = "";
const unitPath = () => join(folder, ".config/systemd/user/culvert.service");
const asked = () => readFileSync(join(folder, "asked"), "utf8").trim().split("\n");

/** Puts a systemctl first in the path, that ends with a code. */
function systemctl(exitCode: number): void {
  const path = join(folder, "bin/systemctl");
  writeFileSync(path, `#!/bin/sh\necho "$@" >> "${join(folder, "asked")}"\necho "no bus"\nexit ${exitCode}\n`);
  chmodSync(path, 0o755);
}

function run(what: ServiceWish["what"]): Promise<number> {
  const wish = { what, configPath: join(folder, "culvert.yaml"), isSystem: false };
  return runService(wish, data, { ...createOutput(false), answer: () => {}, error: () => {} });
}

function enrol(): Promise<void> {
  const serverId = "a".repeat(26) as Parameters<typeof storeEnrolment>[1]["serverId"];
  return storeEnrolment(data, {
    v: 1,
    serverUrl: "https://culvert.example",
    label: "studio",
    serverId,
    signingKeys: [],
  });
}

describe.runIf(process.platform === "linux")("a service of systemd", () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "culvert-service-"));
    data = join(folder, "data");
    mkdirSync(join(folder, "bin"));
    writeFileSync(join(folder, "culvert.yaml"), "services:\n  web: {target: 5173}\n");
    process.env.HOME = folder;
    process.env.PATH = `${join(folder, "bin")}:${before.PATH}`;
    systemctl(0);
  });
  afterEach(() => {
    Object.assign(process.env, before);
    rmSync(folder, { recursive: true, force: true });
  });

  test("is put in place and started, shown, and taken away", async () => {
    await enrol();
    expect(await run("install")).toBe(0);
    expect(readFileSync(unitPath(), "utf8")).toContain(`--config ${join(folder, "culvert.yaml")} --data ${data}\n`);
    expect(asked()).toEqual(["--user daemon-reload", "--user enable --now culvert"]);
    expect(await run("status")).toBe(0);
    expect(await run("uninstall")).toBe(0);
    expect(asked().slice(2)).toEqual(["--user status --no-pager culvert", "--user disable --now culvert"]);
    expect(existsSync(unitPath())).toBe(false);
    expect(await run("status")).toBe(3);
  });

  test("is not installed before the machine is enrolled, nor from a configuration with a fault", async () => {
    await expect(run("install")).rejects.toMatchObject({ hint: expect.stringContaining("Enrol it first") });
    await enrol();
    writeFileSync(join(folder, "culvert.yaml"), "services:\n  web: {target: 0}\n");
    await expect(run("install")).rejects.toThrow("culvert.yaml:2:17: services.web.target: is less than 1");
    expect(existsSync(unitPath())).toBe(false);
  });

  test("keeps its file where the system cannot start it, and says what to run", async () => {
    await enrol();
    systemctl(1);
    await expect(run("install")).rejects.toMatchObject({
      message: "systemctl --user daemon-reload failed: no bus",
      hint: expect.stringContaining(unitPath()),
    });
    expect(statSync(unitPath()).mode & 0o777).toBe(0o644);
  });
});
