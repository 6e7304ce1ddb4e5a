/** What three nodes agree on: codes work once, one agent per key, one list for all, and who may join them. */
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { request } from "node:http";
import { enrolmentProof, noiseKeyProof } from "@culvert/protocol/signaling";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodeNames } from "./nodes.ts";
import type { Answer } from "./owner.ts";
import { type ClusterStage, setClusterStage } from "./stage.ts";
import { listenToTicks, tickingApp } from "./ticks.ts";

let stage: ClusterStage;

beforeAll(async () => {
  stage = await setClusterStage(tickingApp, "handshake-only");
}, 120_000);
afterAll(() => stage?.close());

const hundred = Array.from({ length: 100 }, (_, index) => index);
const codeOf = ({ status, json }: Answer) => (status === 200 ? "ok" : (json as { error: { code: string } }).error.code);

/** A redemption by a machine of its own. */
function redemption(code: string): object {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const identityKey = publicKey.export({ format: "jwk" }).x ?? "";
  const noiseKey = generateKeyPairSync("x25519").publicKey.export({ format: "jwk" }).x ?? "";
  const signed = (text: string) => sign(null, Buffer.from(text, "utf8"), privateKey).toString("base64url");
  const signature = signed(enrolmentProof(code, identityKey, noiseKey));
  return {
    code,
    label: "one of many",
    identityKey,
    noiseKey,
    noiseKeySignature: signed(noiseKeyProof(noiseKey)),
    signature,
  };
}

describe("100 simultaneous uses at three nodes", () => {
  test("of an enrolment code enrol one machine", async () => {
    const { json } = await stage.owner.ask({ port: stage.anyPort(), method: "POST", path: "/api/enrollments" });
    const { code } = json as { code: string };
    const ask = () =>
      stage.owner.ask({
        port: stage.anyPort(),
        method: "POST",
        path: "/api/enrollments/redeem",
        body: redemption(code),
      });
    const codes = (await Promise.all(hundred.map(ask))).map(codeOf);
    expect(codes.filter((found) => found === "ok").length).toBe(1);
    // Tries of one address are limited on all nodes together; whoever was let through saw the code used.
    expect(new Set(codes.filter((found) => found !== "ok"))).toEqual(new Set(["already-used", "rate-limited"]));
    const listed = await stage.owner.servers(stage.anyPort());
    expect(listed.filter(({ label }) => label === "one of many").length).toBe(1);
  });

  test("of a sign-in link sign in once", async () => {
    const code = new URL(stage.nodes.node("b").signInLink).hash.slice("#code=".length);
    const ask = () =>
      stage.owner.ask({ port: stage.anyPort(), method: "POST", path: "/api/auth/sign-in/code", body: { code } });
    const codes = (await Promise.all(hundred.map(ask))).map(codeOf);
    expect(codes.filter((found) => found === "ok").length).toBe(1);
    expect(new Set(codes.filter((found) => found !== "ok"))).toEqual(new Set(["already-used", "rate-limited"]));
  });

  test("of a launch link open once", async () => {
    const path = `/api/servers/${stage.agent.agent.serverId}/launch`;
    const { json } = await stage.owner.ask({ port: stage.anyPort(), method: "POST", path, body: {} });
    const code = new URL((json as { url: string }).url).hash.slice("#code=".length);
    const ask = () =>
      stage.owner.ask({ port: stage.anyPort(), method: "POST", path: "/api/launches/exchange", body: { code } });
    const codes = (await Promise.all(hundred.map(ask))).map(codeOf);
    expect(codes.filter((found) => found === "ok").length).toBe(1);
    expect(codes.filter((found) => found === "already-used").length).toBeGreaterThan(0);
  });

  test("of a share's registration take it once, and its ticket opens it at any node", async () => {
    const { serverId } = stage.agent.agent;
    const shareId = "s".repeat(26);
    const ticket = randomBytes(32);
    const ticketHash = createHash("sha256").update(ticket).digest("base64url");
    const { serviceName } = (await stage.owner.servers(stage.anyPort()))[0]?.primaryService ?? { serviceName: "" };
    const wish = { shareId, serviceName, label: "many", ticketHash, expiresAt: Date.now() + 60_000 };
    const path = `/api/servers/${serverId}/shares`;
    const register = () => stage.owner.ask({ port: stage.anyPort(), method: "POST", path, body: wish });
    const codes = (await Promise.all(hundred.map(register))).map(codeOf);
    expect(codes.filter((found) => found === "ok").length).toBe(1);
    const deviceKey = generateKeyPairSync("x25519").publicKey.export({ format: "jwk" }).x ?? "";
    const body = { ticket: ticket.toString("base64url"), deviceKey };
    for (const name of nodeNames) {
      const { port } = stage.nodes.node(name);
      const opened = await stage.owner.ask({ port, method: "POST", path: `/api/shares/${shareId}/sessions`, body });
      expect([opened.status, opened.json]).toMatchObject([200, { serverId }]);
    }
  });
});

test("a change of a server is told to watchers at every node", async () => {
  const lists = await Promise.all(nodeNames.map((name) => watch(stage.nodes.node(name).port)));
  const port = stage.nodes.node("b").port;
  const path = `/api/servers/${stage.agent.agent.serverId}`;
  await stage.owner.ask({ port, method: "PATCH", path, body: { label: "renamed at b" } });
  for (const list of lists) await expect.poll(list.text).toContain("renamed at b");
  for (const list of lists) list.stop();
});

test("a newer agent with the same key takes the place of the older one at another node, which is told and stays away", async () => {
  stage.nodes.balancer.prefer("c");
  const sinceMs = performance.now();
  const twin = await stage.twin();
  await twin.online(sinceMs);
  const stopped = () =>
    stage.agent.events.find(({ event }) => event.type === "link" && event.state.type === "stopped")?.event;
  await expect.poll(stopped, { timeout: 10_000 }).toMatchObject({ state: { error: { code: "superseded" } } });
  // The agent is welcome a moment before its row says so.
  const state = async () =>
    (await stage.owner.servers(stage.anyPort())).find(({ label }) => label === "renamed at b")?.state;
  await expect.poll(state, { timeout: 10_000 }).toBe("ready");
  const service = await stage.open("b");
  expect((await service.fetch("/")).status).toBe(200);
  await service.close();
});

test("a node that is told to end sends its agents away and leaves live tunnels alone", async () => {
  const service = await stage.open("a");
  const ticks = await listenToTicks(service);
  stage.nodes.balancer.prefer("a");
  const startMs = performance.now();
  // The agent of the test before is at node c.
  const end = await stage.nodes.drain("c");
  expect(end.exitCode).toBe(0);
  const [server] = (await stage.owner.servers(stage.anyPort())).filter(({ label }) => label === "renamed at b");
  console.log(`  node drained and gone after ${((performance.now() - startMs) / 1_000).toFixed(1)} s`);
  await expect
    .poll(
      async () =>
        (await stage.owner.servers(stage.anyPort())).find(({ serverId }) => serverId === server?.serverId)?.state,
      { timeout: 10_000 },
    )
    .toBe("ready");
  const again = await stage.open("b");
  expect((await again.fetch("/")).status).toBe(200);
  await again.close();
  expect(ticks.fault()).toBeUndefined();
  expect(ticks.longestGapMs()).toBeLessThan(5_000);
  ticks.stop();
  await stage.nodes.start("c");
});

test("a node with other secrets, or without the bus, is refused in words", async () => {
  const secret = { CULVERT_COOKIE_SECRET: "a secret that no other node has", CULVERT_COOKIE_SECRET_FILE: "" };
  await expect(stage.nodes.start("c", secret)).rejects.toThrow(/other secrets, or without a bus/);
  await expect(stage.nodes.start("c", { CULVERT_NATS_URL: "" })).rejects.toThrow(/other secrets, or without a bus/);
});

/** The live list of a node, as text. */
function watch(port: number): Promise<{ text(): string; stop(): void }> {
  const host = new URL(stage.nodes.origin).host;
  const headers = { ...stage.owner.headers, host, "sec-fetch-site": "same-origin" };
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", port, path: "/api/servers/events", headers, agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
          // The snapshot: from now on nothing is missed.
          resolve({ text: () => text, stop: () => sent.destroy() });
        });
      },
    );
    sent.on("error", reject).end();
  });
}
