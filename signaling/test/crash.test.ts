/** What was acknowledged is there after a crash: of the process, and of PostgreSQL itself. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { verifyChain } from "../src/audit/index.ts";
import { openStore } from "../src/store/index.ts";
import { hasPostgres, startPostgres } from "./postgres.ts";

const writer = new URL("./store-writer.ts", import.meta.url).pathname;
const crashes = 6;

/** Writes until so many writes are acknowledged, then runs `crash`; gives the last one acknowledged. */
async function writeUntilCrash(place: readonly [string, string], from: number, crash: () => Promise<void>) {
  const child = spawn(process.execPath, [writer, ...place, String(from)], { stdio: ["ignore", "pipe", "ignore"] });
  const exited = once(child, "exit");
  let last = from - 1;
  const enough = Promise.withResolvers<void>();
  const wanted = 20 + Math.floor(Math.random() * 30);
  const lines = createInterface({ input: child.stdout }).on("line", (line) => {
    last = Number(line);
    if (last - from >= wanted) enough.resolve();
  });
  await Promise.race([enough.promise, exited.then(() => Promise.reject(new Error("the writer ended by itself")))]);
  const read = once(lines, "close");
  await crash();
  child.kill("SIGKILL");
  await exited;
  await read;
  return last;
}

/** Everything acknowledged is there, once, and the audit chain is whole. Gives the number to go on from. */
async function check(place: readonly [string, string], last: number): Promise<number> {
  const store = await openStore(place[0], place[1] === "" ? undefined : place[1]);
  const rows = await store.queries.selectFrom("appOrigins").select("label").execute();
  const kept = new Set(rows.map(({ label }) => Number(label)));
  const missing = Array.from({ length: last + 1 }, (_, number) => number).filter((number) => !kept.has(number));
  expect(missing).toEqual([]);
  expect(await verifyChain(store.queries, "a", 0)).toMatchObject({ brokenAt: null, events: kept.size });
  await store.close();
  return kept.size;
}

test("killed in the middle of writing, the embedded store has lost nothing acknowledged", {
  timeout: 60_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "culvert-crash-"));
  const place = [join(folder, "data"), ""] as const;
  let from = 0;
  for (let crash = 0; crash < crashes; crash += 1) {
    from = await check(place, await writeUntilCrash(place, from, async () => undefined));
  }
  expect(from).toBeGreaterThan(crashes * 20);
  rmSync(folder, { recursive: true });
});

test.skipIf(!hasPostgres())(
  "killed in the middle of writing, node and database alike, PostgreSQL has lost nothing acknowledged",
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "culvert-crash-"));
    const postgres = await startPostgres();
    const place = [folder, await postgres.createDatabase()] as const;
    let from = 0;
    for (let crash = 0; crash < crashes; crash += 1) {
      const killsDatabase = crash % 2 === 1;
      const last = await writeUntilCrash(place, from, async () => {
        if (killsDatabase) await postgres.kill();
      });
      if (killsDatabase) await postgres.start();
      from = await check(place, last);
    }
    expect(from).toBeGreaterThan(crashes * 20);
    await postgres.stop();
    rmSync(folder, { recursive: true });
  },
);
