/** Where a secret of the environment comes from. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { secretText } from "./secret-text.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "culvert-secret-"));
  file = join(folder, "secret");
  writeFileSync(file, "north wind\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("is the variable, or what the named file holds without its line end", () => {
  expect(secretText("CULVERT_X", { CULVERT_X: "direct" })).toBe("direct");
  expect(secretText("CULVERT_X", { CULVERT_X_FILE: file })).toBe("north wind");
});

test("is none where nothing is set, and an empty variable is nothing", () => {
  expect(secretText("CULVERT_X", {})).toBeUndefined();
  expect(secretText("CULVERT_X", { CULVERT_X: "", CULVERT_X_FILE: "" })).toBeUndefined();
});

test("is refused in words where both are set, or the file is not there", () => {
  expect(() => secretText("CULVERT_X", { CULVERT_X: "a", CULVERT_X_FILE: file })).toThrow(/both set/);
  expect(() => secretText("CULVERT_X", { CULVERT_X_FILE: join(folder, "none") })).toThrow(/CULVERT_X_FILE/);
});
