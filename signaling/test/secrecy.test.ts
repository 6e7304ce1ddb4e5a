/** What must never stand in a log or in the store: searched for, after a whole session. */
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Installation } from "./installation.ts";
import { SimulatedMachine } from "./simulated-machine.ts";
import { dataEnvelope, joinSession, openSession } from "./viewer.ts";

let installation: Installation;
beforeEach(async () => {
  installation = await Installation.start();
});
afterEach(() => installation.end());

test("nothing that opens a door, and nothing of an app, is written down", async () => {
  const canary = `canary${randomBytes(8).toString("hex")}`;
  await installation.signIn();
  const machine = new SimulatedMachine(installation);
  const enrolment = await installation.server.createEnrolmentCode();
  await machine.redeem(enrolment.code);
  const unusedLink = await installation.server.createSignInLink();
  const agent = await machine.connect();
  const session = await openSession(installation, machine.serverId);
  const { inbox: viewer, relayId } = await joinSession(installation, session);
  await agent.nextMessage("viewer-joined");
  viewer.sendBytes(dataEnvelope(relayId, Buffer.from(canary)));
  await agent.nextBytes();

  const { host } = new URL(session.appOrigin);
  const headers = { cookie: `app=${canary}`, "x-app": canary, referer: `http://${host}/${canary}` };
  await installation.ask({ host, path: `/${canary}?q=${canary}`, headers, method: "POST", body: { canary } });
  await installation.ask({
    host,
    path: `/${canary}`,
    headers: { "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" },
  });
  // Malformed bodies and addresses tempt error messages to quote them.
  await installation.asDashboard({ path: `/api/${canary}?q=${canary}`, headers: { "x-app": canary } });
  await installation.asDashboard({ method: "POST", path: "/api/auth/sign-in/code", body: { code: canary } });
  await installation.asDashboard({
    method: "POST",
    path: "/api/auth/sign-in/email",
    body: { email: canary, password: canary },
  });
  await machine.redeem(canary);
  await installation.asDashboard({ method: "POST", path: `/api/servers/${canary}/sessions`, body: canary });
  agent.socket.send(`{"type": "${canary}"`);
  await agent.closed();
  await installation.server.close();

  const folder = join(installation.folder, "data");
  const store = readdirSync(folder)
    .filter((name) => name.startsWith("culvert.db"))
    .map((name) => readFileSync(join(folder, name)).toString("latin1"))
    .join("");
  const log = installation.logLines.join("");
  expect(log).toContain('"route":"/api/servers/:serverId/sessions"');
  expect(store).toContain(session.sessionId);

  const cookieValue = installation.cookie.split("=")[1] ?? "";
  const secrets = {
    canary,
    ticket: session.signalingTicket,
    token: session.remoteSessionToken,
    tokenSignature: session.remoteSessionToken.split(".")[2] ?? "-",
    enrolmentCode: enrolment.code,
    signInCode: unusedLink.code,
    cookie: cookieValue,
    cookieSignature: decodeURIComponent(cookieValue).split(".")[1] ?? "-",
    signingKey: (JSON.parse(readFileSync(join(folder, "signing-key.json"), "utf8")) as { d: string }).d,
    cookieSecret: readFileSync(join(folder, "cookie-secret"), "utf8"),
  };
  for (const [name, secret] of Object.entries(secrets)) {
    expect(secret.length, name).toBeGreaterThan(16);
    expect(log.includes(secret), `${name} in the log`).toBe(false);
    expect(store.includes(secret), `${name} in the store`).toBe(false);
  }
});
