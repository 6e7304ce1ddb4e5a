/** One's own sign-ins and ways in: passwords, the list, taking one back, and what the audit log keeps of it. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { auditPageSchema, auditVerificationSchema, signInListSchema } from "@culvert/protocol/signaling";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openStore } from "../src/store/index.ts";
import { engineNames, hasEngine, startEngine, type TestEngine } from "./engines.ts";
import { Installation } from "./installation.ts";
import { Person } from "./person.ts";

const password = "four words in a row";
/** better-auth counts tries for a password by address in this process: each test has an address of its own. */
let address = 1;

describe.each(engineNames.filter(hasEngine))("on %s", (engineName) => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startEngine(engineName);
  }, 60_000);
  afterAll(() => engine.stop());

  let nowMs: number;
  let installation: Installation;
  let owner: Person;

  beforeEach(async () => {
    nowMs = Date.now();
    address += 1;
    installation = await Installation.start(
      { ...(await placeOf(engine)), trustProxy: true, rateLimits: { signIn: 1_000 } },
      () => nowMs,
    );
    owner = await Person.owner(installation);
  });
  afterEach(() => installation.end());

  const from = () => ({ "x-forwarded-for": `198.51.100.${address}` });
  const byPassword = (person: Person, email: string, typed: string) =>
    person.ask({
      ...{ method: "POST", path: "/api/auth/sign-in/email", body: { email, password: typed }, headers: from() },
    });
  const signIns = async (person: Person) => signInListSchema.parse((await person.get("/api/sign-ins")).json).signIns;
  const events = async (query = "") => auditPageSchema.parse((await owner.get(`/api/audit${query}`)).json).events;

  describe("a password", () => {
    test("is set once, changed with the old one, and signs in", async () => {
      const set = (body: object) => owner.post("/api/account/password", body);
      expect(await set({ newPassword: "too short" })).toMatchObject({
        status: 400,
        json: { error: { code: "invalid-request", message: expect.stringContaining("12 characters") } },
      });
      expect((await set({ newPassword: password })).status).toBe(200);
      expect((await owner.account()).needsSetUp).toBe(false);
      expect(await set({ newPassword: "another long one" })).toMatchObject({ status: 400 });
      expect(await set({ newPassword: "another long one", currentPassword: "wrong wrong wrong" })).toMatchObject({
        status: 400,
        json: { error: { message: "The current password is not right." } },
      });
      expect((await set({ newPassword: "another long one", currentPassword: password })).status).toBe(200);
      const again = new Person(installation);
      expect((await byPassword(again, "owner@culvert.localhost", "another long one")).status).toBe(200);
      expect((await again.account()).role).toBe("owner");
      expect((await events()).slice(0, 3).map(({ action, details }) => [action, details])).toEqual([
        ["sign-in", { method: "password" }],
        ["settings", { what: "password changed" }],
        ["settings", { what: "password set" }],
      ]);
    });

    test("that is wrong is written down for whom it was meant, without what was typed", async () => {
      await owner.post("/api/account/password", { newPassword: password });
      const stranger = new Person(installation);
      expect(await byPassword(stranger, "OWNER@culvert.localhost", "canary-wrong-password")).toMatchObject({
        status: 401,
        json: { error: { code: "unauthenticated", message: "Email and password do not match." } },
      });
      await byPassword(stranger, "canary-password-in-wrong-field", password);
      const [unknown, known] = await events();
      const details = { what: "sign-in", method: "password", because: "401" };
      expect(known).toMatchObject({ action: "deny", who: "owner@culvert.localhost", details });
      expect(unknown).toMatchObject({ action: "deny", who: "somebody unknown" });
      expect(JSON.stringify(await events()) + installation.logLines.join("")).not.toContain("canary");
    });

    test("is not guessed quickly, and the answer says how long to wait", async () => {
      await owner.post("/api/account/password", { newPassword: password });
      const stranger = new Person(installation);
      const answers = [];
      for (let count = 0; count < 4; count += 1)
        answers.push(await byPassword(stranger, "owner@culvert.localhost", "x"));
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 429]);
      expect(answers[3]?.json).toMatchObject({
        error: { code: "rate-limited", hint: expect.stringMatching(/^Wait \d+ s and try again\.$/) },
      });
    });

    test("is set by a fresh sign-in alone", async () => {
      nowMs += 25 * 60 * 60 * 1000;
      expect(await owner.post("/api/account/password", { newPassword: password })).toMatchObject({
        status: 403,
        json: { error: { code: "forbidden", hint: expect.stringContaining("sign in again") } },
      });
    });
  });

  describe("sign-ins", () => {
    test("are listed with browser, address and which one is this, and taken back one by one", async () => {
      const other = await Person.owner(installation);
      await other.ask({ path: "/api/account" });
      const list = await signIns(owner);
      expect(list.map(({ current }) => current)).toEqual([true, false]);
      expect(list[0]).toMatchObject({ address: "127.0.0.1", userAgent: "" });
      const theirs = list[1]?.signInId ?? "";
      expect((await owner.ask({ method: "DELETE", path: `/api/sign-ins/${theirs}` })).status).toBe(200);
      expect((await other.get("/api/account")).status).toBe(401);
      expect((await owner.get("/api/account")).status).toBe(200);
      expect((await owner.ask({ method: "DELETE", path: `/api/sign-ins/${theirs}` })).status).toBe(404);
      expect((await events())[0]).toMatchObject({ action: "revoke", subject: theirs, details: { what: "sign-in" } });
    });

    test("of somebody else cannot be taken back", async () => {
      const bob = await owner.joinedBy("operator");
      const [mine] = await signIns(owner);
      expect((await bob.ask({ method: "DELETE", path: `/api/sign-ins/${mine?.signInId}` })).status).toBe(404);
      expect((await owner.get("/api/account")).status).toBe(200);
    });

    test("end all at once, here too, and leave other members alone", async () => {
      const other = await Person.owner(installation);
      const bob = await owner.joinedBy("operator");
      expect((await owner.ask({ method: "DELETE", path: "/api/sign-ins" })).status).toBe(200);
      expect((await owner.get("/api/account")).status).toBe(401);
      expect((await other.get("/api/account")).status).toBe(401);
      expect((await bob.get("/api/account")).status).toBe(200);
    });

    test("tell when they were used last", async () => {
      const [before] = await signIns(owner);
      nowMs += 5 * 60 * 1000;
      await owner.get("/api/servers");
      const [after] = await signIns(owner);
      expect((after?.lastUsedAt ?? 0) - (before?.lastUsedAt ?? 0)).toBeGreaterThan(4 * 60 * 1000);
    });
  });

  describe("the audit log", () => {
    test("is read in pages, by action, by member and by text", async () => {
      const bob = await owner.joinedBy("operator", "bob@example.org");
      await bob.post("/api/auth/sign-out");
      const first = auditPageSchema.parse((await owner.get("/api/audit?limit=2")).json);
      expect(first.events.map(({ action }) => action)).toEqual(["sign-out", "join"]);
      const second = auditPageSchema.parse((await owner.get(`/api/audit?limit=2&before=${first.next}`)).json);
      expect(second.events.map(({ action }) => action)).toEqual(["invite", "sign-in"]);
      expect(second.next).toBeNull();
      expect((await events("?actions=invite,join")).map(({ action }) => action)).toEqual(["join", "invite"]);
      const { memberId } = first.events[0] ?? {};
      expect((await events(`?memberId=${memberId}`)).map(({ who }) => who)).toEqual(Array(2).fill("bob@example.org"));
      expect((await events("?text=BOB")).length).toBe(2);
      expect(await events("?text=%25")).toEqual([]);
    });

    test("is exported as JSON lines whose hashes chain", async () => {
      await owner.joinedBy("auditor");
      const answer = await owner.get("/api/audit/export");
      expect(answer.headers["content-disposition"]).toContain("culvert-audit.jsonl");
      const lines = answer.text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(lines.map(({ action }) => action)).toEqual(["sign-in", "invite", "join"]);
      expect(lines.slice(1).map(({ previousHash }) => previousHash)).toEqual(
        lines.slice(0, -1).map(({ hash }) => hash),
      );
    });

    test("is checked by the server and by the command, beside a server that runs", async () => {
      const command = (...flags: string[]) => {
        const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
        const words = [main, "audit", "verify", "--data", join(installation.folder, "data"), ...flags];
        const env = { ...process.env, CULVERT_DATABASE_URL: installation.databaseUrl ?? "" };
        return spawnSync(process.execPath, words, { encoding: "utf8", timeout: 30_000, env });
      };
      const found = auditVerificationSchema.parse((await owner.get("/api/audit/verification")).json);
      expect(found.brokenAt).toBeNull();
      expect(command()).toMatchObject({ status: 0, stdout: expect.stringMatching(/: whole, 1 events, head 1 /) });
      await installation.server.close();
      const store = await openStore(join(installation.folder, "data"), installation.databaseUrl);
      await store.queries.updateTable("auditEvents").set({ who: "nobody" }).where("sequence", "=", 1).execute();
      await store.close();
      expect(command()).toMatchObject({ status: 1, stdout: expect.stringContaining("BROKEN at event 1") });
      expect(JSON.parse(command("--json").stdout)).toMatchObject({ brokenAt: 1 });
    }, 60_000);
  });
});

/** A store of its own for each test. */
async function placeOf(engine: TestEngine) {
  const { databaseUrl } = await engine.place();
  return databaseUrl === undefined ? {} : { databaseUrl };
}
