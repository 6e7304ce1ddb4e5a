import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { fileState } from "./kept-state.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "culvert-kept-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = () => fileState(join(folder, "count.json"), z.object({ count: z.number() }), { count: 0 });

test("changes of several writers on one file are all kept, and the file is its owner's alone", async () => {
  const writers = [open(), open(), open()];
  const change = (state: { count: number }) => ({ count: state.count + 1 });
  await Promise.all(writers.flatMap((state) => Array.from({ length: 20 }, () => state.update(change))));
  expect(await open().read()).toEqual({ count: 60 });
  expect(statSync(join(folder, "count.json")).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["count.json"]);
});

test("a lock that a dead process left is taken over", async () => {
  const lockPath = join(folder, "count.json.lock");
  writeFileSync(lockPath, "");
  utimesSync(lockPath, new Date(0), new Date(0));
  await open().update(() => ({ count: 7 }));
  expect(await open().read()).toEqual({ count: 7 });
});

test("a change that fails changes nothing and frees the file", async () => {
  const state = open();
  await state.update(() => ({ count: 1 }));
  await expect(
    state.update(() => {
      throw new Error("no");
    }),
  ).rejects.toThrow("no");
  await state.update(({ count }) => ({ count: count + 1 }));
  expect(await state.read()).toEqual({ count: 2 });
});

test("a damaged file is refused in words", async () => {
  writeFileSync(join(folder, "count.json"), "{");
  await expect(open().read()).rejects.toMatchObject({ code: "internal", message: expect.stringContaining("damaged") });
});
