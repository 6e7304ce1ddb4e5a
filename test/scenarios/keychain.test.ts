/** Keys in the system's keychain: refused in words where there is none, and for real where a Secret Service can be started. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { RunningCommand } from "../harness/running-command.ts";

const longMs = 120_000;
const home = mkdtempSync(join(tmpdir(), "culvert-keychain-"));
const runtime = join(home, "run");
mkdirSync(runtime, { mode: 0o700 });
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));

const isThere = (program: string) => spawnSync(program, ["--version"]).error === undefined;
const hasSecretService = process.platform === "linux" && isThere("dbus-run-session") && isThere("gnome-keyring-daemon");

/** A desktop session of its own, whose keyring is the one of the sessions before. */
const unlock = 'printf pw | gnome-keyring-daemon --unlock --components=secrets > /dev/null; exec "$@"';
const session = ["dbus-run-session", "--", "sh", "-c", unlock, "sh"];

async function keys(data: string, words: readonly string[], within: readonly string[]) {
  const environment = { HOME: home, XDG_RUNTIME_DIR: runtime, DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent" };
  const command = new RunningCommand(["keys", ...words, "--data", join(home, data), "--json"], { environment, within });
  const exitCode = await command.ended;
  const json = command.lines.slice(command.lines.findIndex((line) => line.startsWith("{")));
  return { exitCode, told: JSON.parse(json.join("\n")) as { place?: string; serverId?: string; message?: string } };
}

describe.runIf(process.platform === "linux")("without a desktop session", () => {
  test("keys stay in their file, and it is said why", { timeout: longMs }, async () => {
    const made = await keys("plain", ["move", "file"], []);
    expect(made).toMatchObject({ exitCode: 0, told: { place: "file" } });
    const refused = await keys("plain", ["move", "keychain"], []);
    expect(refused.exitCode).toBe(1);
    expect(refused.told.message).toContain("The system's keychain cannot be used");
    expect((await keys("plain", ["show"], [])).told).toEqual({ place: "file" });
    expect((await keys("plain", ["move", "file"], [])).told.serverId).toBe(made.told.serverId);
  });
});

describe.runIf(hasSecretService)("with a Secret Service", () => {
  test("keys move into it, outlive the session, and come back", { timeout: longMs }, async () => {
    const { told } = await keys("desk", ["move", "file"], []);
    const { serverId } = told;
    expect(await keys("desk", ["move", "keychain"], session)).toMatchObject({ exitCode: 0, told: { serverId } });
    expect(readFileSync(join(home, "desk", "identity.json"), "utf8")).not.toContain('"d"');
    expect((await keys("desk", ["show"], [])).told).toEqual({ place: "keychain" });
    expect(await keys("desk", ["move", "file"], session)).toMatchObject({ exitCode: 0, told: { serverId } });
  });
});
