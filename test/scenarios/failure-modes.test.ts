/**
 * Every way in which opening can fail: its code, its HTTP status, and the words that a person reads. One table; each row
 * makes the failure happen where it really comes from: the API, or the agent behind it.
 */
import { expect, test } from "vitest";
import { type Failed, type FailureStage, failureOfAgent, onFailureStage } from "../harness/failure-stage.ts";

interface Mode {
  readonly code: string;
  readonly status: number;
  readonly headline: string;
  readonly what: string;
  readonly remedy: string;
  fail(stage: FailureStage): Promise<Failed>;
}

const tokenOf = (claims: object) => (stage: FailureStage) => failureOfAgent(stage, { claims });

const modes: Readonly<Record<string, Mode>> = {
  "a machine uses an old enrolment code": {
    ...{ code: "expired", status: 410, headline: "Expired" },
    what: "This enrolment code is over: it works for 10 minutes.",
    remedy: "Get a new code in the dashboard: Servers, Add server.",
    async fail(stage) {
      const { code } = await stage.installation.server.createEnrolmentCode();
      stage.passMs(600_000);
      return stage.machine.redeem(code);
    },
  },
  "a session token comes too late": {
    ...{ code: "expired", status: 410, headline: "Expired" },
    what: "The session token was not used in time.",
    remedy: "Open the service again.",
    fail: tokenOf({ iat: -120, exp: -60 }),
  },
  "a machine uses an enrolment code again": {
    ...{ code: "already-used", status: 409, headline: "Used before" },
    what: "This enrolment code was used before. Each enrols one machine.",
    remedy: "Get a new code in the dashboard: Servers, Add server.",
    async fail(stage) {
      const { code } = await stage.installation.server.createEnrolmentCode();
      await stage.machine.redeem(code);
      return stage.machine.redeem(code);
    },
  },
  "a session token is shown twice": {
    ...{ code: "already-used", status: 409, headline: "Used before" },
    what: "The session token was used before.",
    remedy: "Open the service again.",
    fail: (stage) => failureOfAgent(stage, { shownBefore: true }),
  },
  "a session token is for another server": {
    ...{ code: "wrong-server", status: 403, headline: "Made for another server" },
    what: "The session token is for another server.",
    remedy: "Open it from the list again.",
    fail: tokenOf({ aud: "z".repeat(26) }),
  },
  "the machine is not connected": {
    ...{ code: "offline", status: 409, headline: "The server is offline" },
    what: "studio-mac is not connected.",
    remedy: "Start it again there, with `npm start` or `culvert connect <port>`.",
    async fail(stage) {
      await stage.machine.enrol();
      return stage.open();
    },
  },
  "remote access is switched off there": {
    ...{ code: "not-ready", status: 409, headline: "The service is not ready" },
    what: "Remote access is switched off on studio-mac.",
    remedy: "Switch it on there, then try again.",
    async fail(stage) {
      await stage.connect({ remoteAccessEnabled: false });
      return stage.open();
    },
  },
  "the machine publishes nothing": {
    ...{ code: "not-ready", status: 409, headline: "The service is not ready" },
    what: "studio-mac publishes no app to open.",
    remedy: "Publish one there: culvert connect <port>",
    async fail(stage) {
      await stage.connect({ primaryServiceName: null, services: [] });
      return stage.open();
    },
  },
  "the machine's policy forbids a path": {
    ...{ code: "policy", status: 403, headline: "The server's policy refuses it" },
    what: "This service does not allow that path.",
    remedy: "Change the policy on the server. The rule: allow.pathPrefixes.",
    fail: (stage) => stage.askWithin({ allow: { pathPrefixes: ["/docs"] } }, "/admin"),
  },
  "the agent is too old": {
    ...{ code: "version-unsupported", status: 426, headline: "The two versions do not fit" },
    what: "The agent on studio-mac (0.1.0) is too old for this server.",
    remedy: "Update the agent: npm install -g @culvert/peer-agent@latest",
    async fail(stage) {
      await stage.connect({});
      stage.pretendVersions({ min: 0, max: 0 });
      return stage.open();
    },
  },
  "the account has too many sessions": {
    ...{ code: "limit-reached", status: 429, headline: "A limit is reached" },
    what: "Your account has 2 live remote sessions, the most it may have.",
    remedy: "End some under Sessions.",
    async fail(stage) {
      await stage.connect({});
      await stage.open();
      await stage.open();
      return stage.open();
    },
  },
  "the account has too many servers": {
    ...{ code: "limit-reached", status: 429, headline: "A limit is reached" },
    what: "This account has 1 servers, the most it may have.",
    remedy: "Remove servers that are gone.",
    async fail(stage) {
      await stage.machine.enrol();
      return stage.anotherMachine().redeem((await stage.installation.server.createEnrolmentCode()).code);
    },
  },
};

test.each(Object.entries(modes))("%s", async (_name, mode) => {
  const { code, status, headline, what, remedy } = mode;
  const failed = await onFailureStage((stage) => mode.fail(stage));
  expect({ status: failed.status, body: failed.json }).toEqual({
    status,
    body: { error: { code, message: what, hint: remedy } },
  });
  expect(failed.read).toEqual({ code, headline, what, remedy });
});
