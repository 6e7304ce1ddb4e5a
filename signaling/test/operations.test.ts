/** What whoever runs the server sees of it: health, figures, numbers of requests, and how often somebody may ask. */
import { afterEach, describe, expect, test } from "vitest";
import { Installation } from "./installation.ts";
import { SimulatedMachine } from "./simulated-machine.ts";
import { SocketInbox } from "./socket-inbox.ts";
import { openSession } from "./viewer.ts";

let installation: Installation;
afterEach(() => installation.end());

const figures = async () => {
  const answer = await fetch(`http://127.0.0.1:${installation.server.metricsPort}/metrics`);
  expect(answer.headers.get("content-type")).toContain("text/plain");
  return answer.text();
};

describe("figures", () => {
  test("are on a port of their own, and nowhere on the port of the world", async () => {
    installation = await Installation.start({ metrics: { port: 0 } });
    await installation.signIn();
    const machine = new SimulatedMachine(installation);
    await machine.enrol();
    await machine.connect();
    await openSession(installation, machine.serverId);
    await installation.asDashboard({ path: "/api/servers/nonsense" });
    const text = await figures();
    expect(text).toMatch(/^culvert_agents 1$/m);
    expect(text).toMatch(/^culvert_nodes 1$/m);
    expect(text).toMatch(
      /^culvert_http_request_seconds_count\{method="POST",route="\/api\/servers\/:serverId\/sessions",status="200"\} 1$/m,
    );
    expect(text).toMatch(/^culvert_failures_total\{code="invalid-request"\} 1$/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m);
    expect((await installation.ask({ path: "/metrics" })).status).toBe(404);
    expect((await installation.ask({ host: "127.0.0.1", path: "/metrics" })).text).not.toContain("culvert_agents");
  });

  test("name no server, account, address or path that a client wrote", async () => {
    installation = await Installation.start({ metrics: { port: 0 } });
    await installation.signIn();
    const machine = new SimulatedMachine(installation);
    await machine.enrol();
    await machine.connect();
    const { sessionId } = await openSession(installation, machine.serverId);
    await installation.asDashboard({ path: "/api/canary-4711?canary=4711" });
    await installation.ask({ path: "/canary-4711" });
    await expect(SocketInbox.open(installation.port, "/canary-4711", {})).rejects.toMatchObject({ status: 404 });
    const text = await figures();
    expect(text).toMatch(/^culvert_sockets_refused_total\{code="not-found"\} 1$/m);
    for (const secret of ["canary", machine.serverId, sessionId, installation.cookie]) {
      expect(text.includes(secret), secret).toBe(false);
    }
  });

  test("are off where no port is named", async () => {
    installation = await Installation.start();
    expect(installation.server.metricsPort).toBeUndefined();
  });
});

describe("health", () => {
  test("is told whatever name a load balancer uses, and readiness says what the bus does", async () => {
    installation = await Installation.start();
    expect(await installation.ask({ host: "node-7.internal", path: "/healthz" })).toMatchObject({ status: 200 });
    expect(await installation.ask({ host: "node-7.internal", path: "/readyz?probe=1" })).toMatchObject({
      status: 200,
      json: { status: "ok", bus: "up" },
    });
  });

  test("a certificate is granted for the dashboard's name and for names of apps alone", async () => {
    installation = await Installation.start({ origin: "https://culvert.example" });
    await installation.signIn();
    const machine = new SimulatedMachine(installation);
    await machine.enrol();
    await machine.connect();
    const { appOrigin } = await openSession(installation, machine.serverId);
    const ask = async (domain: string) =>
      (await installation.ask({ host: "signaling:4000", path: `/tls-ask?domain=${domain}` })).status;
    expect(await ask("culvert.example")).toBe(200);
    expect(await ask(new URL(appOrigin).hostname)).toBe(200);
    expect(await ask(`made-up-${"a".repeat(26)}.culvert.example`)).toBe(404);
    expect(await ask("elsewhere.example")).toBe(404);
    expect(await ask("")).toBe(400);
  });
});

describe("a request's number", () => {
  test("stands in the answer and in the log's line", async () => {
    installation = await Installation.start();
    const { headers } = await installation.asDashboard({ path: "/api/account" });
    const id = String(headers["x-request-id"]);
    expect(id).toMatch(/^[\w-]{12}$/);
    expect(installation.logLines.join("")).toContain(`"requestId":"${id}"`);
    const named = await installation.asDashboard({ path: "/api/account", headers: { "request-id": "canary-4711" } });
    expect(named.headers["x-request-id"]).not.toBe("canary-4711");
  });
});

describe("who asks too often", () => {
  const refused = {
    status: 429,
    headers: { "retry-after": expect.stringMatching(/^[1-9]\d?$/) },
    json: {
      error: {
        code: "rate-limited",
        message: expect.stringContaining("too many tries"),
        hint: expect.stringMatching(/^Try again in /),
      },
    },
  };

  test("guesses at secrets are bounded by address, also through a proxy, and one address does not keep out another", async () => {
    installation = await Installation.start({ rateLimits: { signIn: 2 }, trustProxy: ["127.0.0.1"] });
    const guess = (address: string) =>
      installation.asDashboard({
        method: "POST",
        path: "/api/auth/sign-in/code",
        body: { code: "a".repeat(26) },
        headers: { "x-forwarded-for": `10.9.9.9, ${address}` },
      });
    expect([(await guess("203.0.113.7")).status, (await guess("203.0.113.7")).status]).toEqual([404, 404]);
    expect(await guess("203.0.113.7")).toMatchObject(refused);
    expect((await guess("203.0.113.8")).status).toBe(404);
  });

  test("a count outlives the process", async () => {
    installation = await Installation.start({ rateLimits: { redeem: 1 } });
    const machine = new SimulatedMachine(installation);
    expect((await machine.redeem("a".repeat(26))).status).toBe(404);
    await installation.restart();
    expect(await new SimulatedMachine(installation).redeem("a".repeat(26))).toMatchObject(refused);
  });

  test("an account is bounded however it asks", async () => {
    installation = await Installation.start({ rateLimits: { api: 5 } });
    await installation.signIn();
    const answers = [];
    for (let count = 0; count < 6; count += 1) answers.push(await installation.asDashboard({ path: "/api/servers" }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(answers.at(-1)).toMatchObject(refused);
  });

  test("an address is bounded over the whole API", async () => {
    installation = await Installation.start({ rateLimits: { api: 3 }, trustProxy: true });
    const ask = () => installation.ask({ path: "/api/nothing", headers: { "x-forwarded-for": "203.0.113.7" } });
    const statuses = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await ask()).status);
    expect(statuses).toEqual([404, 404, 404, 429]);
  });

  test("sockets of an account and of an address are bounded", async () => {
    const quotas = { socketsPerAccount: 2, socketsPerAddress: 3 };
    installation = await Installation.start({ quotas, trustProxy: true });
    await installation.signIn();
    const open = (path: string, address: string) => {
      const isViewer = path.endsWith("viewer");
      const whose = isViewer ? { origin: installation.server.dashboardOrigin, cookie: installation.cookie } : {};
      return SocketInbox.open(installation.port, path, {
        host: installation.host,
        "x-forwarded-for": address,
        ...whose,
      });
    };
    await open("/api/signaling/viewer", "203.0.113.7");
    const second = await open("/api/signaling/viewer", "203.0.113.8");
    await expect(open("/api/signaling/viewer", "203.0.113.9")).rejects.toMatchObject({ status: 429 });
    second.socket.close();
    await second.closed();
    await open("/api/signaling/viewer", "203.0.113.9");
    for (let count = 0; count < 3; count += 1) await open("/api/signaling/agent", "198.51.100.4");
    await expect(open("/api/signaling/agent", "198.51.100.4")).rejects.toMatchObject({ status: 429 });
  });
});
