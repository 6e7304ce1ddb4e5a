/** A backup of a running server, restored on either engine, is that server again. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, test as anyTest, beforeAll, beforeEach, describe, expect } from "vitest";
import { verifyChain } from "../src/audit/index.ts";
import { engineNames, hasEngine, type StorePlace, startEngine, type TestEngine } from "./engines.ts";
import { Installation } from "./installation.ts";
import { SimulatedMachine } from "./simulated-machine.ts";

const origin = "http://culvert.localhost:4998";
const main = new URL("../src/main.ts", import.meta.url).pathname;
const engines = new Map<string, TestEngine>();

beforeAll(async () => {
  for (const name of engineNames) if (hasEngine(name)) engines.set(name, await startEngine(name));
}, 60_000);
afterAll(async () => {
  for (const engine of engines.values()) await engine.stop();
}, 60_000);

function engineNamed(name: string): TestEngine {
  const engine = engines.get(name);
  if (engine === undefined) throw new Error(`${name} is not there`);
  return engine;
}

/** The command, as a person runs it. */
function run(place: StorePlace, ...args: string[]): Promise<{ exitCode: number; output: string }> {
  const env = { ...process.env, CULVERT_DATA: place.dataFolder, CULVERT_DATABASE_URL: place.databaseUrl ?? "" };
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { env }, (error, stdout, stderr) => {
      resolve({ exitCode: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr });
    });
  });
}

function serve({ dataFolder, databaseUrl }: StorePlace): Promise<Installation> {
  return Installation.start({ origin, dataFolder, ...(databaseUrl === undefined ? {} : { databaseUrl }) });
}

const pairs = engineNames.flatMap((from) => engineNames.map((to) => [from, to] as const));

describe.for(pairs)("a server on %s, backed up while it runs and restored on %s", ([from, to]) => {
  const test = anyTest.skipIf(!hasEngine(from) || !hasEngine(to));
  let folder: string;
  let file: string;
  let source: StorePlace;
  let target: StorePlace;
  let server: Installation;
  let machine: SimulatedMachine;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "culvert-backup-"));
    file = join(folder, "culvert.backup");
    [source, target] = [await engineNamed(from).place(), await engineNamed(to).place()];
    server = await serve(source);
    await server.signIn();
    machine = new SimulatedMachine(server);
    await machine.enrol();
  });
  afterEach(async () => {
    await server.end();
    rmSync(folder, { recursive: true });
  });

  test("is that server again: sign-ins, machines, keys, audit", { timeout: 180_000 }, async () => {
    const taken = await run(source, "backup", file, "--with-keys");
    expect(taken).toMatchObject({ exitCode: 0, output: expect.stringContaining("holds the token-signing key") });
    expect(statSync(file).mode & 0o077).toBe(0);
    const cookie = server.cookie;
    const key = readFileSync(join(source.dataFolder, "signing-key.json"), "utf8");
    await server.end();

    expect(await run(target, "restore", file)).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(target.dataFolder, "signing-key.json"), "utf8")).toBe(key);
    server = await serve(target);
    const listed = await server.asDashboard({ path: "/api/servers", headers: { cookie } });
    expect(listed.json).toMatchObject({ servers: [{ serverId: machine.serverId, state: "disconnected" }] });
    const agent = await Object.assign(machine, { installation: server }).connect();
    await agent.close();
    await server.end();
    const store = await target.open();
    const [head] = await store.queries.selectFrom("auditHeads").select("accountId").execute();
    expect(await verifyChain(store.queries, head?.accountId ?? "", 0)).toMatchObject({ brokenAt: null });
    await store.close();
    server = await serve(target);
  });

  if (from !== to) return;

  test("gives no keys away unless asked, and says what to do without them", { timeout: 180_000 }, async () => {
    const taken = await run(source, "backup", file);
    expect(taken.output).toContain("Keep signing-key.json and cookie-secret");
    const text = gunzipSync(readFileSync(file)).toString("utf8");
    const key = JSON.parse(readFileSync(join(source.dataFolder, "signing-key.json"), "utf8"));
    for (const secret of [key.d, readFileSync(join(source.dataFolder, "cookie-secret"), "utf8").trim()]) {
      expect(text).not.toContain(secret);
    }
    const restored = await run(target, "restore", file);
    expect(restored).toMatchObject({ exitCode: 0, output: expect.stringContaining("every machine is enrolled again") });
    expect(existsSync(join(target.dataFolder, "signing-key.json"))).toBe(false);
  });

  test("is refused where there is something, unless that may be lost", { timeout: 180_000 }, async () => {
    await run(source, "backup", file);
    const other = await serve(target);
    await other.end();
    const refused = await run(target, "restore", file);
    expect(refused).toMatchObject({ exitCode: 1, output: expect.stringContaining("--replace") });
    expect(await run(target, "restore", file, "--replace")).toMatchObject({ exitCode: 0 });
    const store = await target.open();
    const rows = await store.queries.selectFrom("servers").select("serverId").execute();
    expect(rows).toEqual([{ serverId: machine.serverId }]);
    await store.close();
  });
});

describe.for(engineNames)("a restore on %s", (name) => {
  const test = anyTest.skipIf(!hasEngine(name));
  let folder: string;
  let file: string;
  let place: StorePlace;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "culvert-backup-"));
    file = join(folder, "culvert.backup");
    place = await engineNamed(name).place();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const backup = (migrations: readonly string[], ...rows: object[]) => {
    const head = { type: "culvert-backup", version: 1, createdAt: 0, migrations };
    const lines = [head, ...rows, { type: "end", rows: rows.length }];
    writeFileSync(file, gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join("")));
  };
  const code = { code_hash: "h", purpose: "sign-in", account_id: "a", created_at: 1, expires_at: 2, used_at: null };

  test("brings a backup of an older version up to date", { timeout: 120_000 }, async () => {
    backup(["0001-control-plane"], { table: "one_time_codes", row: code });
    expect(await run(place, "restore", file)).toMatchObject({ exitCode: 0 });
    const store = await place.open();
    expect(await store.queries.selectFrom("oneTimeCodes").select("codeHash").execute()).toEqual([{ codeHash: "h" }]);
    expect(await store.queries.selectFrom("notices").selectAll().execute()).toEqual([]);
    await store.close();
  });

  test("refuses a newer version, and leaves nothing of a backup that is cut short", { timeout: 120_000 }, async () => {
    backup(["0001-control-plane", "9999-from-the-future"]);
    const newer = await run(place, "restore", file);
    expect(newer).toMatchObject({ exitCode: 1, output: expect.stringContaining("newer Culvert") });

    const many = Array.from({ length: 500 }, (_, index) => ({
      table: "one_time_codes",
      row: { ...code, code_hash: `${index}` },
    }));
    backup(["0001-control-plane"], ...many);
    truncateSync(file, statSync(file).size - 20);
    const cut = await run(place, "restore", file);
    expect(cut).toMatchObject({ exitCode: 1, output: expect.stringContaining("cut short") });
    const store = await place.open();
    expect(await store.queries.selectFrom("oneTimeCodes").select("codeHash").execute()).toEqual([]);
    await store.close();
  });

  test("refuses while a server runs", { timeout: 120_000 }, async () => {
    backup(["0001-control-plane"]);
    const server = await serve(place);
    const refused = await run(place, "restore", file, "--replace");
    expect(refused.exitCode).toBe(1);
    expect(refused.output).toMatch(/in use by another Culvert process|running server uses this database/);
    await server.end();
  });
});
