/** The main job between two Node peers: signaling joins them, an agent serves an app over data channels of either library. */
import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { NodeViewer } from "@culvert/peer-agent";
import { openWebSocket, type RequestHead, type SentRequest, sendRequest } from "@culvert/protocol/http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { type AgentStage, setAgentStage } from "../harness/agent-stage.ts";

const downloadBytes = 20 * 1024 * 1024;
const download = randomBytes(downloadBytes);

function app(request: IncomingMessage, answer: ServerResponse): void {
  switch (new URL(request.url ?? "/", "http://app").pathname) {
    case "/echo":
      request.pipe(answer);
      break;
    case "/download":
      answer.writeHead(200, { "content-length": downloadBytes });
      answer.end(download);
      break;
    case "/endless":
      answer.writeHead(200, { "content-length": 2 ** 40 });
      answer.write(download);
      break;
    case "/cut":
      answer.writeHead(200, { "content-length": 100 });
      answer.write("x", () => answer.destroy());
      break;
    case "/events":
      answer.writeHead(200, { "content-type": "text/event-stream" });
      for (let id = 1; id <= 3; id++) answer.write(`id: ${id}\ndata: tick\n\n`);
      break;
    default:
      answer.end(`${request.method} ${request.url} for ${request.headers.host}`);
  }
}

function ask({ tunnel }: NodeViewer, path: string, head: Partial<RequestHead> = {}): SentRequest {
  return sendRequest(tunnel.openStream("http"), { method: "GET", path, headers: [], hasBody: false, ...head });
}

async function answered(sent: SentRequest): Promise<SentRequest> {
  await sent.readHead();
  return sent;
}

async function bodyOf(sent: SentRequest): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let bytes = await sent.readBody(); bytes !== null; bytes = await sent.readBody()) parts.push(bytes);
  return Buffer.concat(parts);
}

const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe.each([
  ["native", "native"],
  ["werift", "native"],
] as const)("a %s agent and a %s viewer", (agentLibrary, viewerLibrary) => {
  let stage: AgentStage;
  let viewer: NodeViewer;

  beforeEach(async () => {
    stage = await setAgentStage({ library: agentLibrary, app });
    viewer = await stage.openViewer(viewerLibrary);
    await viewer.addPath();
  });
  afterEach(() => stage.close());

  test("carry requests, uploads, downloads and events over a direct path", async () => {
    const hello = ask(viewer, "/hello?x=1");
    expect((await hello.readHead()).status).toBe(200);
    expect((await bodyOf(hello)).toString()).toBe(`GET /hello?x=1 for localhost:${stage.appPort}`);

    const upload = download.subarray(0, 1024 * 1024);
    const echo = ask(viewer, "/echo", { method: "POST", hasBody: true });
    const uploading = echo.writeBody(upload).then(() => echo.endBody());
    await echo.readHead();
    expect(hash(await bodyOf(echo))).toBe(hash(upload));
    await uploading;

    const large = ask(viewer, "/download");
    await large.readHead();
    expect(hash(await bodyOf(large))).toBe(hash(download));

    const events = ask(viewer, "/events");
    await events.readHead();
    let text = "";
    while (!text.includes("id: 3\ndata: tick\n\n")) text += Buffer.from((await events.readBody()) ?? []).toString();
    events.cancel();

    const kinds = viewer.tunnel.paths().map(({ kind }) => kind);
    expect(kinds).toContain("direct");
    expect(stage.agent.requests).toBe(4);
  });

  test("carry WebSocket messages of both kinds", async () => {
    const sockets = new WebSocketServer({ server: stage.app, path: "/socket" });
    sockets.on("connection", (socket) => {
      socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
    });
    const opened = await openWebSocket(viewer.tunnel.openStream("websocket"), {
      path: "/socket",
      headers: [["Origin", "app:"]],
      protocols: [],
    });
    if (opened.type === "refused") throw new Error(`refused with ${opened.head.status}`);
    const { channel } = opened;
    await channel.sendText("t\u00e9xt");
    await channel.sendBinary(download.subarray(0, 300_000));
    expect(await channel.receive()).toEqual({ type: "text", text: "t\u00e9xt" });
    const echoed = await channel.receive();
    expect(echoed.type === "binary" && hash(echoed.bytes)).toBe(hash(download.subarray(0, 300_000)));
    await channel.close({ code: 1000, reason: "" });
    expect(await channel.receive()).toMatchObject({ type: "close", close: { code: 1000 } });
  });

  test("tell that the app is down, with its port, and go on when it is back", async () => {
    stage.app.closeAllConnections();
    await new Promise((resolve) => stage.app.close(resolve));
    await expect(ask(viewer, "/").readHead()).rejects.toMatchObject({
      code: "target-unreachable",
      message: `Nothing answers on port ${stage.appPort} of studio.`,
    });
    await expect.poll(() => stage.serverState(), { timeout: 10_000 }).toBe("unavailable");
    await new Promise<void>((resolve) => stage.app.listen(stage.appPort, "127.0.0.1", resolve));
    await expect.poll(() => stage.serverState(), { timeout: 10_000 }).toBe("ready");
    expect((await ask(viewer, "/").readHead()).status).toBe(200);
  });

  test("end a download with an error when the agent stops in the middle", async () => {
    const endless = ask(viewer, "/endless");
    await endless.readHead();
    await endless.readBody();
    const rest = bodyOf(endless);
    const stopping = stage.agent.stop();
    await expect(rest).rejects.toMatchObject({ code: "closed" });
    await stopping;
    await expect.poll(() => stage.serverState(), { timeout: 10_000 }).toBe("disconnected");
  });
});

describe("one tunnel", () => {
  test("goes on over its direct path while signaling is away", async () => {
    const stage = await setAgentStage({ library: "native", app });
    try {
      const viewer = await stage.openViewer("native");
      await viewer.addPath();
      const large = ask(viewer, "/download");
      await large.readHead();
      await stage.signaling.close();
      expect(hash(await bodyOf(large))).toBe(hash(download));
      await expect.poll(() => stage.agent.link.type).not.toBe("online");
      expect((await ask(viewer, "/").readHead()).status).toBe(200);
      expect(
        viewer.tunnel
          .paths()
          .filter(({ state }) => state !== "dead")
          .map(({ kind }) => kind),
      ).toEqual(["direct"]);
    } finally {
      await stage.close();
    }
  });

  test("serves more exchanges than it has streams at once, however they end", async () => {
    const stage = await setAgentStage({ library: "native", app });
    try {
      const viewer = await stage.openViewer("native");
      await viewer.addPath();
      const endings: readonly (() => Promise<unknown>)[] = [
        async () => bodyOf(await answered(ask(viewer, "/"))),
        async () => (await answered(ask(viewer, "/download"))).cancel(),
        async () => ask(viewer, "/upload/%2e%2e", { method: "POST", hasBody: true }).readHead(),
        async () => bodyOf(await answered(ask(viewer, "/cut"))),
        async () => openWebSocket(viewer.tunnel.openStream("websocket"), { path: "/", headers: [], protocols: [] }),
      ];
      for (const ending of endings) {
        for (let count = 0; count < 120; count++) await ending().catch(() => {});
      }
      expect((await ask(viewer, "/").readHead()).status).toBe(200);
    } finally {
      await stage.close();
    }
  });
});

describe("a session that is taken back", () => {
  test("ends its tunnel and no other", async () => {
    const stage = await setAgentStage({ library: "native", app });
    try {
      const one = await stage.openViewer("native");
      const two = await stage.openViewer("native");
      await Promise.all([one.addPath(), two.addPath()]);
      await stage.revoke(one);
      await expect.poll(() => one.tunnel.state).toBe("closed");
      expect((await ask(two, "/").readHead()).status).toBe(200);
    } finally {
      await stage.close();
    }
  });

  test("by signing out ends its tunnel too, whatever path it runs on", async () => {
    const stage = await setAgentStage({ library: "native", app });
    try {
      const viewer = await stage.openViewer("native");
      await viewer.addPath();
      const endless = ask(viewer, "/endless");
      await endless.readHead();
      await stage.signOut();
      await expect(bodyOf(endless)).rejects.toMatchObject({ code: "revoked", origin: "remote" });
      expect(viewer.tunnel.state).toBe("closed");
    } finally {
      await stage.close();
    }
  });
});
