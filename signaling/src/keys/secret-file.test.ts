/** Secret files: made once, closed to others. */
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readOrCreateSecret } from "./secret-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "culvert-secret-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a secret is made once, readable by its owner alone", async () => {
  const path = join(folder, "data", "secret");
  expect(await readOrCreateSecret(path, () => "first")).toBe("first");
  expect(await readOrCreateSecret(path, () => "second")).toBe("first");
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("an empty secret, as a full disk leaves one, is refused in words and not taken for one", async () => {
  const path = join(folder, "secret");
  writeFileSync(path, "\n", { mode: 0o600 });
  await expect(readOrCreateSecret(path, () => "second")).rejects.toMatchObject({
    code: "internal",
    message: expect.stringContaining("is empty"),
  });
});

test("a start that was cut short in the middle of writing is made good by the next", async () => {
  const path = join(folder, "secret");
  writeFileSync(`${path}.unfinished`, "fir", { mode: 0o644 });
  expect(await readOrCreateSecret(path, () => "second")).toBe("second");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["secret"]);
});

test("a secret that others may read is refused with the command that closes it", async () => {
  const path = join(folder, "secret");
  await readOrCreateSecret(path, () => "first");
  chmodSync(path, 0o644);
  await expect(readOrCreateSecret(path, () => "second")).rejects.toMatchObject({
    code: "policy",
    hint: expect.stringContaining("chmod 600"),
  });
});
