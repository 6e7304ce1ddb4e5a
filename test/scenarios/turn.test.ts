/** Paths over a TURN server: where no direct way exists, one of them carries the app, and the tunnel outlives it. */
import { connectTunnel, type ServiceConnection } from "@culvert/peer-agent/viewer";
import { afterEach, describe, expect, test } from "vitest";
import { type AgentStage, setAgentStage } from "../harness/agent-stage.ts";
import { turnOnly } from "../harness/turn-only-library.ts";
import { noTurnServer, startTurnServer, type TurnServer } from "../harness/turn-server.ts";

const waitMs = 40_000;
const part = new Uint8Array(64 * 1024);

let turn: TurnServer | undefined;
let stage: AgentStage | undefined;
let service: ServiceConnection | undefined;

afterEach(async () => {
  await service?.close();
  await stage?.close();
  await turn?.kill();
});

async function open(viewerLibrary: "native" | "werift") {
  const server = await startTurnServer();
  turn = server;
  const { iceServers } = server;
  const running = await setAgentStage({
    library: "werift",
    relayPolicy: "full",
    wrapLibrary: (library) => turnOnly(library, iceServers),
    app: (_request, response) => {
      const pump = () => {
        while (!response.destroyed) if (!response.write(part)) return;
      };
      response.on("drain", pump);
      pump();
    },
  });
  stage = running;
  const connection = await connectTunnel({
    createSession: async (deviceKey) => ({ ...(await running.createSession(deviceKey)), iceServers: [...iceServers] }),
    headers: running.ownerHeaders,
    webrtc: viewerLibrary,
  });
  service = connection;
  const kinds = () => connection.paths().map(({ kind }) => kind);
  return { server, connection, kinds };
}

describe.skipIf(noTurnServer !== undefined)(`over a TURN server (${noTurnServer ?? "coturn"})`, () => {
  // werift can be held to TURN alone; the native library answers a check straight where it can.
  test.each(["native", "werift"] as const)(
    "a viewer with %s finds the one way there is, and calls it turn",
    async (viewer) => {
      const { connection, kinds } = await open(viewer);
      await expect.poll(kinds, { timeout: waitMs }).toContain("turn");
      expect(kinds()).not.toContain("direct");
      await expect
        .poll(() => stage?.events.some((event) => event.type === "viewer-path" && event.kind === "turn"))
        .toBe(true);
      const answer = await connection.fetch("/endless");
      const reader = answer.body?.getReader();
      const carried = () => connection.paths().find(({ kind }) => kind === "turn")?.receivedBytes ?? 0;
      while (carried() < 4_000_000) await reader?.read();
      await reader?.cancel();
    },
  );

  test("a download goes on over the relay when the TURN server dies, and over a new path when it is back", async () => {
    const { server, connection, kinds } = await open("native");
    await expect.poll(kinds, { timeout: waitMs }).toContain("turn");
    const answer = await connection.fetch("/endless");
    const reader = answer.body?.getReader();
    let bytes = 0;
    const readUntil = async (isDone: () => boolean) => {
      const untilMs = Date.now() + waitMs;
      while (!isDone() && Date.now() < untilMs) bytes += (await reader?.read())?.value?.length ?? 0;
      expect(isDone()).toBe(true);
    };
    const of = (kind: string) => connection.paths().find((path) => path.kind === kind);
    await readUntil(() => bytes > 1_000_000);
    await server.kill();
    const before = of("relay")?.receivedBytes ?? 0;
    await readUntil(() => (of("relay")?.receivedBytes ?? 0) > before + 1_000_000);
    expect(connection.state).toBe("open");
    await server.restart();
    const lost = of("turn")?.pathId;
    await readUntil(() => {
      const now = of("turn");
      return now !== undefined && now.pathId !== lost && now.receivedBytes > 1_000_000;
    });
    await reader?.cancel();
  });
});
