import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { launchdPlist, systemdUnit, windowsTask } from "./service-files.ts";

const command = {
  nodePath: "/usr/bin/node",
  scriptPath: "/opt/culvert agent/culvert.mjs",
  configPath: "/srv/eva/50% done/culvert.yaml",
  dataFolder: "/srv/eva/.local/share/culvert",
};

test("a user's unit starts the agent, comes back after a crash, leaves tmux alone, and not where it was turned away", () => {
  const unit = systemdUnit(command, { user: undefined, systemdVersion: undefined });
  expect(unit).toContain(
    'ExecStart=/usr/bin/node "/opt/culvert agent/culvert.mjs" up --no-live --config "/srv/eva/50%% done/culvert.yaml" --data /srv/eva/.local/share/culvert\n',
  );
  expect(unit).toContain("Restart=on-failure\n");
  expect(unit).toContain("RestartPreventExitStatus=2\n");
  expect(unit).toContain("KillMode=process\n");
  expect(unit).not.toContain("RestartSteps");
  expect(unit).toContain("WantedBy=default.target\n");
  expect(unit).not.toContain("User=");
});

test("the system's unit runs as the user, who may write the data folder and tmux's place alone", () => {
  const unit = systemdUnit(command, { user: "eva", systemdVersion: 256 });
  expect(unit).toContain("User=eva\n");
  expect(unit).toContain("ProtectSystem=strict\nReadWritePaths=/srv/eva/.local/share/culvert /tmp\n");
  expect(unit).toContain("RestartSec=5s\nRestartSteps=5\nRestartMaxDelaySec=60s\n");
  expect(unit).toContain("WantedBy=multi-user.target\n");
});

/** What systemd says of a unit; undefined where there is none to ask. */
function verified(unit: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "culvert-unit-"));
  const path = join(folder, "culvert-test.service");
  try {
    writeFileSync(path, unit);
    const { error, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", path], { encoding: "utf8" });
    return error === undefined ? stderr : undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each([
  ["a user's", undefined],
  ["the system's", "root"],
])("systemd takes %s unit, where there is one to ask", (_name, user) => {
  const version = spawnSync("systemd-analyze", ["--version"], { encoding: "utf8" }).stdout;
  const systemdVersion = Number(/^systemd (\d+)/.exec(version ?? "")?.[1] ?? 0);
  const words = verified(systemdUnit({ ...command, nodePath: process.execPath }, { user, systemdVersion }));
  if (words === undefined) return;
  expect(words.split("\n").filter((line) => line.includes("culvert-test"))).toEqual([]);
});

test("launchd's plist names each word apart, escaped", () => {
  const plist = launchdPlist(
    { ...command, configPath: "/srv/eva/a&b/culvert.yaml" },
    "/srv/eva/Library/Logs/culvert.log",
  );
  expect(plist).toContain("<string>/opt/culvert agent/culvert.mjs</string>");
  expect(plist).toContain("<string>/srv/eva/a&amp;b/culvert.yaml</string>");
  expect(plist).toContain("<string>dev.culvert.agent</string>");
  // Started again after each end but a good one.
  expect(plist).toContain("<key>SuccessfulExit</key>\n    <false/>");
  expect(plist).toContain("<string>--turned-away-is-done</string>");
});

test("the Windows task quotes what has blanks", () => {
  const task = windowsTask(
    {
      nodePath: "C:\\Program Files\\nodejs\\node.exe",
      scriptPath: "C:\\culvert\\culvert.mjs",
      configPath: "C:\\Users\\Eva M\\culvert.yaml",
      dataFolder: "C:\\Users\\Eva M\\Data\\",
    },
    "DESK\\eva",
  );
  expect(task).toContain("<Command>C:\\Program Files\\nodejs\\node.exe</Command>");
  expect(task).toContain(
    '<Arguments>C:\\culvert\\culvert.mjs up --no-live --config "C:\\Users\\Eva M\\culvert.yaml" --data "C:\\Users\\Eva M\\Data\\\\"</Arguments>',
  );
  expect(task).toContain("<UserId>DESK\\eva</UserId>");
});
