/** What streams outlive: an agent that falls silent, a relay that is used up, paths that come and go. */
import { describe, expect, it } from "vitest";
import { openedConnection, setUpConnection } from "../../test/connection-stage.ts";
import { remoteSession } from "../../test/fake-agent.ts";

describe("ViewerConnection", () => {
  it("waits for a server that fell silent through the grace time, and streams go on", async () => {
    const { agent, clock, connection, phases, sessions } = await openedConnection();
    const stream = await connection.openStream("http");
    agent.online = false;
    agent.refusal = "network";
    agent.relays[0]?.cut();
    agent.channels.get(2)?.cut();
    await clock.advance(90_000);
    expect(phases().at(-1)).toBe("lost network");
    const written = stream.write(Uint8Array.of(7));
    agent.online = true;
    await clock.advance(20_000);
    await written;
    expect(await stream.read()).toEqual(Uint8Array.of(7));
    expect(sessions()).toBe(1);
  });

  it("takes a relay that goes during its attachment for what it is, and tries again", async () => {
    const { agent, clock, connection, sessions } = await openedConnection();
    const stream = await connection.openStream("http");
    agent.exhausted = true;
    agent.relays[0]?.cut();
    agent.channels.get(2)?.cut();
    await clock.advance(10_000);
    expect(agent.relays.length).toBeGreaterThan(2);
    agent.exhausted = false;
    await clock.advance(20_000);
    const written = stream.write(Uint8Array.of(7));
    await clock.advance(50);
    await written;
    expect(await stream.read()).toEqual(Uint8Array.of(7));
    expect(sessions()).toBe(1);
  });

  it("that was taken back stays so, whatever was measured a moment before", async () => {
    const { agent, clock, connection, phases, serve, echo } = await openedConnection();
    serve();
    // Traffic, so that a round trip waits to be told.
    for (let count = 0; count < 5; count += 1) {
      const answer = echo();
      await clock.advance(100);
      await answer;
    }
    expect(connection).toBeDefined();
    agent.tunnels.at(-1)?.close("revoked", "the session was taken back");
    await clock.advance(10_000);
    expect(phases().at(-1)).toBe("failed revoked");
  });

  it.each(["full", "fallback"] as const)("goes from the relay to a direct path and back (%s)", async (policy) => {
    const { agent, clock, connection, states, serve, sessions } = setUpConnection(async () => remoteSession(policy));
    agent.directWorks = false;
    connection.start();
    await clock.advance(200);
    serve();
    const kinds = (): string[] => {
      const names = states.map((state) => (state.phase === "open" ? state.pathKind : state.phase));
      return names.filter((name, index) => name !== names[index - 1]);
    };
    expect(kinds()).toEqual(["relay"]);
    const stream = await connection.openStream("http");
    const echoes = async (byte: number): Promise<void> => {
      const written = stream.write(Uint8Array.of(byte));
      await clock.advance(100);
      await written;
      expect(await stream.read()).toEqual(Uint8Array.of(byte));
    };
    await echoes(1);
    agent.directWorks = true;
    await clock.advance(20_000);
    expect(kinds().at(-1)).toBe("direct");
    await echoes(2);
    agent.directWorks = false;
    for (const channel of agent.channels.values()) channel.cut();
    await clock.advance(200);
    expect(kinds().at(-1)).toBe("relay");
    await echoes(3);
    agent.relays.at(-1)?.cut();
    await clock.advance(5_000);
    await echoes(4);
    expect(kinds().at(-1)).toBe("relay");
    expect(sessions()).toBe(1);
  });
});
