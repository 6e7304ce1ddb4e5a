/** Members of an account: invited, given roles, removed; the last owner stays. */
import { auditPageSchema, invitationListSchema, memberListSchema } from "@culvert/protocol/signaling";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { engineNames, hasEngine, startEngine, type TestEngine } from "./engines.ts";
import { Installation } from "./installation.ts";
import { codeOf, Person } from "./person.ts";

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
    installation = await Installation.start({ ...(await placeOf(engine)), rateLimits: { signIn: 1_000 } }, () => nowMs);
    owner = await Person.owner(installation);
  });
  afterEach(() => installation.end());

  const join = (code: string, email = "bob@example.org") =>
    new Person(installation).post("/api/auth/sign-in/invitation", { code, name: "Bob", email });
  const members = async (person = owner) => memberListSchema.parse((await person.get("/api/members")).json).members;
  const actions = async () =>
    auditPageSchema.parse((await owner.get("/api/audit")).json).events.map(({ action, who }) => `${who}: ${action}`);

  describe("an invitation", () => {
    test("carries its code in the fragment, tells its offer, and makes a member of that role", async () => {
      const invitation = await owner.invite("operator");
      expect(invitation.url).toMatch(new RegExp(`^${installation.server.dashboardOrigin}/join#code=[a-z2-7]{26}$`));
      const offer = await new Person(installation).post("/api/invitations/look", { code: codeOf(invitation) });
      expect(offer.json).toEqual({
        role: "operator",
        invitedBy: "owner@culvert.localhost",
        expiresAt: nowMs + 7 * 24 * 60 * 60 * 1000,
      });
      const bob = new Person(installation);
      const body = { code: codeOf(invitation), name: "Bob", email: "Bob@example.org" };
      nowMs += 1;
      expect((await bob.post("/api/auth/sign-in/invitation", body)).status).toBe(200);
      const mine = await owner.account();
      expect(await bob.account()).toMatchObject({
        ...{ role: "operator", email: "bob@example.org", needsSetUp: true },
      });
      expect((await bob.account()).accountId).toBe(mine.accountId);
      expect((await members()).map(({ email, role }) => [email, role])).toEqual([
        ["owner@culvert.localhost", "owner"],
        ["bob@example.org", "operator"],
      ]);
      expect(await actions()).toEqual([
        "bob@example.org: join",
        "owner@culvert.localhost: invite",
        "owner@culvert.localhost: sign-in",
      ]);
    });

    test("of 100 who use it at once makes exactly one member", async () => {
      const code = codeOf(await owner.invite("auditor"));
      const tries = Array.from({ length: 100 }, (_, index) => join(code, `bob${index}@example.org`));
      const statuses = (await Promise.all(tries)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(statuses.filter((status) => status === 409)).toHaveLength(99);
      expect(await members()).toHaveLength(2);
    });

    test.each([
      ["was used", async (code: string) => void (await join(code, "first@example.org")), 409, "already-used"],
      ["has expired", letItExpire, 410, "expired"],
      ["was taken back", takeBackAll, 403, "revoked"],
    ])("that %s says so", async (_what, spoil, status, code) => {
      const invitation = await owner.invite("operator");
      await spoil(codeOf(invitation));
      expect(await join(codeOf(invitation))).toMatchObject({ status, json: { error: { code } } });
      const look = await new Person(installation).post("/api/invitations/look", { code: codeOf(invitation) });
      expect(look).toMatchObject({ status, json: { error: { code } } });
    });

    test("that was never made is unknown", async () => {
      expect(await join("a".repeat(26))).toMatchObject({ status: 404, json: { error: { code: "not-found" } } });
    });

    test("is not used up by an email that is taken", async () => {
      const code = codeOf(await owner.invite("operator"));
      const taken = await join(code, "OWNER@culvert.localhost");
      expect(taken).toMatchObject({ status: 409, json: { error: { message: expect.stringContaining("belongs to") } } });
      expect((await join(code)).status).toBe(200);
    });

    async function letItExpire(): Promise<void> {
      nowMs += 7 * 24 * 60 * 60 * 1000;
    }

    async function takeBackAll(): Promise<void> {
      const { invitations } = invitationListSchema.parse((await owner.get("/api/invitations")).json);
      for (const { invitationId } of invitations) {
        await owner.ask({ method: "DELETE", path: `/api/invitations/${invitationId}` });
      }
      expect(invitationListSchema.parse((await owner.get("/api/invitations")).json).invitations).toEqual([]);
    }
  });

  describe("the last owner", () => {
    const changeRole = (memberId: string, role: string, by = owner) =>
      by.ask({ method: "PATCH", path: `/api/members/${memberId}`, body: { role } });
    const remove = (memberId: string, by = owner) => by.ask({ method: "DELETE", path: `/api/members/${memberId}` });

    test("can neither step down nor leave", async () => {
      const { memberId } = await owner.account();
      for (const answer of [await changeRole(memberId, "operator"), await remove(memberId)]) {
        expect(answer).toMatchObject({
          status: 403,
          json: { error: { code: "policy", message: expect.stringContaining("is the last owner") } },
        });
      }
      expect((await owner.account()).role).toBe("owner");
    });

    test("may go once another member is an owner", async () => {
      const bob = await owner.joinedBy("operator");
      const { memberId: bobsId } = await bob.account();
      expect((await changeRole(bobsId, "owner")).status).toBe(200);
      const { memberId } = await owner.account();
      expect((await remove(memberId)).status).toBe(200);
      expect((await owner.get("/api/account")).status).toBe(401);
      // Their role changed, so Bob signs in again.
      expect((await bob.get("/api/account")).status).toBe(401);
      const again = await Person.owner(installation);
      expect((await again.account()).memberId).toBe(bobsId);
    });

    test("is left where two owners step down at once", async () => {
      const bob = await owner.joinedBy("owner");
      const ids = [(await owner.account()).memberId, (await bob.account()).memberId];
      const answers = await Promise.all(ids.map((memberId, index) => remove(memberId, index === 0 ? bob : owner)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    });
  });

  test("a member who is removed loses every sign-in, and their email is free again", async () => {
    const bob = await owner.joinedBy("operator", "bob@example.org");
    const { memberId } = await bob.account();
    expect((await owner.ask({ method: "DELETE", path: `/api/members/${memberId}` })).status).toBe(200);
    expect((await bob.get("/api/account")).status).toBe(401);
    expect(await members()).toHaveLength(1);
    await owner.joinedBy("auditor", "bob@example.org");
    expect(await actions()).toContain("owner@culvert.localhost: remove");
  });

  test("what a role forbids is refused in words and written down", async () => {
    const auditor = await owner.joinedBy("auditor");
    expect(await auditor.post("/api/enrollments")).toMatchObject({
      status: 403,
      json: { error: { code: "forbidden", message: "You are an auditor here; this takes an owner." } },
    });
    expect((await actions())[0]).toBe("auditor@example.org: deny");
  });
});

/** A store of its own for each test. */
async function placeOf(engine: TestEngine) {
  const { databaseUrl } = await engine.place();
  return databaseUrl === undefined ? {} : { databaseUrl };
}
