import { TunnelError } from "@culvert/protocol";
import { describe, expect, it } from "vitest";
import { openedConnection, setUpConnection } from "../../test/connection-stage.ts";
import { remoteSession } from "../../test/fake-agent.ts";

describe("ViewerConnection", () => {
  it("opens step by step and carries streams over the direct path", async () => {
    const { steps, states, echo, clock } = await openedConnection();
    expect(steps).toEqual([
      "session running",
      "session done",
      "relay running",
      "relay done",
      "agent running",
      "agent done",
      "direct running",
      "direct done",
    ]);
    expect(states.at(-1)).toMatchObject({ phase: "open", pathKind: "direct" });
    const answer = echo();
    await clock.advance(50);
    expect(await answer).toBe("hello");
  });

  it("lets a stream wait that is wanted before there is a tunnel", async () => {
    const { connection, clock, serve, echo } = setUpConnection();
    const answer = echo();
    connection.start();
    await clock.advance(50);
    serve();
    await clock.advance(50);
    expect(await answer).toBe("hello");
  });

  it("tells which path carries what, and that there is none when the tunnel is over", async () => {
    const { agent, clock, paths } = await openedConnection();
    const told = () => paths.at(-1)?.map(({ kind, carries, isTrusted }) => `${kind} ${carries} ${isTrusted}`);
    expect(told()).toEqual(["relay none true", "direct all true"]);
    agent.tunnels.at(-1)?.close("closed", "over");
    await clock.advance(50);
    expect(paths).toContainEqual([]);
  });

  it("says on the relay why there is no direct path, for as long as there is none", async () => {
    const { agent, connection, clock, states } = setUpConnection(async () => remoteSession("full"));
    agent.directWorks = false;
    connection.start();
    await clock.advance(40_000);
    expect(states.at(-1)).toMatchObject({
      ...{ phase: "open", pathKind: "relay" },
      directFault: { code: "path-failed", message: expect.any(String) },
    });
    agent.directWorks = true;
    await clock.advance(120_000);
    expect(states.at(-1)).toMatchObject({ phase: "open", pathKind: "direct" });
    expect(states.at(-1)).not.toHaveProperty("directFault");
  });

  it("makes a new peer connection when the direct path is lost, and streams go on", async () => {
    const { agent, clock, phases, connection, sessions } = await openedConnection();
    const stream = await connection.openStream("http");
    await stream.write(Uint8Array.of(1));
    await clock.advance(50);
    expect(await stream.read()).toEqual(Uint8Array.of(1));
    agent.channels.get(2)?.cut();
    await clock.advance(1_000);
    expect(phases()).toEqual(["open", "lost path-failed", "open"]);
    expect(agent.peersClosed).toContain(2);
    await stream.write(Uint8Array.of(2));
    await clock.advance(50);
    expect(await stream.read()).toEqual(Uint8Array.of(2));
    expect(sessions()).toBe(1);
  });

  it("joins the relay again when it is lost, without telling a person who is connected directly", async () => {
    const { agent, clock, phases, sessions } = await openedConnection();
    agent.relays[0]?.cut();
    await clock.advance(2_000);
    expect(agent.relays).toHaveLength(2);
    expect(phases()).toEqual(["open"]);
    expect(sessions()).toBe(1);
  });

  it("comes back on the same tunnel when every path was lost", async () => {
    const { agent, clock, phases, connection, sessions } = await openedConnection();
    const stream = await connection.openStream("http");
    agent.online = false;
    agent.relays[0]?.cut();
    agent.channels.get(2)?.cut();
    await clock.advance(5_000);
    expect(phases().at(-1)).toBe("lost offline");
    const written = stream.write(Uint8Array.of(7));
    agent.online = true;
    await clock.advance(20_000);
    expect(phases().at(-1)).toBe("open");
    await written;
    expect(await stream.read()).toEqual(Uint8Array.of(7));
    expect(sessions()).toBe(1);
  });

  it("starts over with a new session when the agent restarted, and ends the old streams", async () => {
    const { agent, clock, phases, connection, sessions, serve, echo } = await openedConnection();
    const stream = await connection.openStream("http");
    agent.restart();
    agent.relays[0]?.cut();
    agent.channels.get(2)?.cut();
    await clock.advance(15_000);
    await expect(stream.read()).rejects.toMatchObject({ code: "peer-restarted" });
    expect(sessions()).toBe(2);
    expect(phases().at(-1)).toBe("open");
    serve();
    const answer = echo();
    await clock.advance(50);
    expect(await answer).toBe("hello");
  });

  it("finds out soon that the direct path is dead too when the relay is lost", async () => {
    const { agent, clock, phases } = await openedConnection();
    await clock.advance(3_000);
    agent.online = false;
    agent.channels.get(2)?.blackHole();
    agent.relays[0]?.cut();
    await clock.advance(8_000);
    expect(phases().at(-1)).toBe("lost offline");
  });

  it("fails streams in words when the server stays offline, and comes back with a new session", async () => {
    const { agent, clock, connection, phases, sessions } = await openedConnection();
    const stream = await connection.openStream("http");
    agent.online = false;
    agent.relays[0]?.cut();
    agent.channels.get(2)?.cut();
    await clock.advance(25_000);
    await expect(stream.read()).rejects.toMatchObject({ code: "offline" });
    expect(phases().at(-1)).toBe("lost offline");
    agent.online = true;
    await clock.advance(20_000);
    expect(phases().at(-1)).toBe("open");
    expect(sessions()).toBeGreaterThan(1);
  });

  it("waits for an offline server with growing pauses and says so", async () => {
    const { agent, clock, connection, states, sessions } = setUpConnection(() =>
      Promise.reject(new TunnelError("offline", "laptop is not connected", { hint: "Start it." })),
    );
    connection.start();
    await clock.advance(60_000);
    expect(states[0]).toEqual({
      phase: "lost",
      code: "offline",
      message: "laptop is not connected",
      hint: "Start it.",
      attempt: 1,
    });
    expect(sessions()).toBeGreaterThan(6);
    expect(sessions()).toBeLessThan(12);
    expect(agent.relays).toHaveLength(0);
  });

  it("tries at once when asked", async () => {
    const { clock, connection, sessions } = setUpConnection(() =>
      Promise.reject(new TunnelError("offline", "offline")),
    );
    connection.start();
    await clock.advance(30_000);
    const before = sessions();
    connection.retry();
    await clock.settle();
    expect(sessions()).toBe(before + 1);
  });

  it("stops on a refusal that waiting cannot heal, fails waiting streams, and can be retried", async () => {
    const { agent, clock, connection, phases, states, serve, echo } = setUpConnection();
    agent.admission = { type: "refused", code: "policy", message: "not from here", hint: "Ask." };
    const refused = expect(connection.openStream("http")).rejects.toMatchObject({ code: "policy" });
    connection.start();
    await clock.advance(60_000);
    await refused;
    expect(phases()).toEqual(["failed policy"]);
    expect(states.at(-1)).toMatchObject({ message: "not from here", hint: "Ask." });
    agent.admission = { type: "accepted" };
    connection.retry();
    await clock.advance(100);
    serve();
    expect(phases().at(-1)).toBe("open");
    const answer = echo();
    await clock.advance(50);
    expect(await answer).toBe("hello");
  });

  it("says that no direct path came up, and opens when one does", async () => {
    const { agent, clock, connection, phases, states, steps } = setUpConnection();
    agent.directWorks = false;
    connection.start();
    await clock.advance(20_000);
    expect(phases()).toEqual(["lost no-direct-path"]);
    expect(states.at(-1)).toMatchObject({ message: "No direct connection to the server came up (no route)." });
    expect(steps).toContain("direct failed");
    agent.directWorks = true;
    await clock.advance(20_000);
    expect(phases().at(-1)).toBe("open");
  });

  it("closes everything and leaves nothing behind", async () => {
    const { agent, clock, connection, phases } = await openedConnection();
    connection.close();
    await clock.advance(10_000);
    expect(phases().at(-1)).toBe("closed");
    expect(agent.tunnels[0]?.state).toBe("closed");
    await expect(connection.openStream("http")).rejects.toMatchObject({ code: "closed" });
  });

  it("opens no path of a tunnel that came up after it was closed", async () => {
    const { agent, clock, connection, steps, phases } = setUpConnection();
    connection.start();
    while (!steps.includes("agent running")) await null;
    connection.close();
    await clock.advance(130_000);
    expect(agent.tunnels.map(({ state }) => state)).not.toContain("attached");
    expect(steps).not.toContain("direct running");
    expect(phases()).toEqual(["closed"]);
    expect(clock.pendingTimers()).toBe(0);
  });

  it("says on which path app data runs: the relay where the policy allows it", async () => {
    const { agent, clock, connection, states } = setUpConnection(async () => remoteSession("full"));
    agent.directWorks = false;
    connection.start();
    await clock.advance(200);
    expect(states.at(-1)).toMatchObject({ phase: "open", pathKind: "relay" });
  });
});
