import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { agentVersion } from "../agent/agent-version.ts";
import { createOutput } from "./output.ts";
import { compareVersions, runUpdate } from "./update-command.ts";

/** What is told, with an npm first in the path that says and ends so. */
async function told(npm: string): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), "culvert-npm-"));
  const { PATH } = process.env;
  writeFileSync(join(folder, "npm"), `#!/bin/sh\n${npm}\n`);
  chmodSync(join(folder, "npm"), 0o755);
  process.env.PATH = `${folder}:${PATH}`;
  let answer: unknown;
  try {
    await runUpdate({
      ...createOutput(true),
      answer: (value) => {
        answer = value;
      },
    });
    return answer;
  } finally {
    process.env.PATH = PATH;
    rmSync(folder, { recursive: true });
  }
}

test.runIf(process.platform !== "win32")("npm is asked which version is the newest", async () => {
  expect(await told(`[ "$1 $2" = "view @culvert/peer-agent" ] && echo '"99.0.0"'`)).toMatchObject({
    ...{ current: agentVersion, newest: "99.0.0", isNewer: true },
    install: "npm install -g @culvert/peer-agent@latest",
  });
  expect(await told(`echo '"${agentVersion}"'`)).toMatchObject({ isNewer: false });
  await expect(told("echo 'npm error code E404' >&2; exit 1")).rejects.toMatchObject({ code: "not-found" });
  await expect(told("echo 'npm error network' >&2; exit 1")).rejects.toMatchObject({ code: "network" });
  await expect(told("echo '{}'")).rejects.toMatchObject({ code: "not-found" });
});

test("versions stand in the order of semver.org §11", () => {
  const ordered = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11"];
  const all = [...ordered, "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0"];
  for (const [index, version] of all.entries()) {
    for (const [other, against] of all.entries()) {
      expect(Math.sign(compareVersions(version, against)), `${version} and ${against}`).toBe(Math.sign(index - other));
    }
  }
  expect(compareVersions("1.0.0+a", "1.0.0+b")).toBe(0);
});
