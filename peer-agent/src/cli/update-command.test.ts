import { expect, test } from "vitest";
import { compareVersions } from "./update-command.ts";

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
