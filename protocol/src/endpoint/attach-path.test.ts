import { describe, expect, it } from "vitest";
import { createMemoryPathPair, type MemoryPathOptions } from "../testing/memory-path.ts";
import { createOpeningStage, listen, type OpeningStage } from "../testing/opening-stage.ts";
import type { AgentTunnel, ViewerTunnel } from "./opening-api.ts";

const tunnelId = new Uint8Array(16).fill(8);

async function openedStage(seed = 0): Promise<{ stage: OpeningStage; viewer: ViewerTunnel; agent: AgentTunnel }> {
  const stage = createOpeningStage(seed);
  const viewer = await stage.open({ tunnelId });
  await stage.clock.settle();
  const [agent] = stage.agentTunnels;
  if (agent === undefined) throw new Error("no tunnel came");
  return { stage, viewer, agent };
}

/** Attaches a path from both sides at once; gives both outcomes: undefined or the fault. */
async function attachBoth(
  { stage, viewer, agent }: { stage: OpeningStage; viewer: ViewerTunnel; agent: AgentTunnel },
  pathId: number,
  options: MemoryPathOptions = {},
) {
  const pair = createMemoryPathPair(options);
  const outcomes = Promise.all(
    [viewer.attachPath(pathId, pair.first), agent.acceptPath(pathId, pair.second)].map((done) =>
      done.then(
        () => undefined,
        (fault: unknown) => fault,
      ),
    ),
  );
  await stage.clock.settle();
  await stage.clock.advance(10_000);
  return { pair, outcomes: await outcomes };
}

const idsOf = (tunnel: ViewerTunnel | AgentTunnel): string[] =>
  tunnel.paths().map(({ pathId, kind, state }) => `${pathId} ${kind} ${state}`);

describe("attaching a further path", () => {
  it("adds it on both sides, and the tunnel lives on when the first one goes", async () => {
    const opened = await openedStage();
    const { stage, viewer, agent } = opened;
    expect([viewer.nextPathId(), viewer.nextPathId()]).toEqual([2, 3]);
    const { outcomes } = await attachBoth(opened, 3);
    expect(outcomes).toEqual([undefined, undefined]);
    expect(idsOf(viewer)).toEqual(["1 relay active", "3 direct active"]);
    expect(idsOf(agent)).toEqual(["1 relay active", "3 direct active"]);
    const stream = viewer.openStream("tcp");
    agent.onStream(async (accepted) => {
      await accepted.write((await accepted.read()) ?? new Uint8Array(0));
      accepted.end();
    });
    await stream.write(Uint8Array.of(1, 2, 3));
    expect(await stream.read()).toEqual(Uint8Array.of(1, 2, 3));
    await stage.clock.settle();
  });

  it("works over a relay path too, through the acceptor: a tunnel without paths comes back", async () => {
    const stage = createOpeningStage();
    const first = stage.relay();
    const viewer = await stage.open({ path: first.first });
    await stage.clock.settle();
    first.cut();
    await stage.clock.settle();
    expect([viewer.state, stage.agentTunnels[0]?.state]).toEqual(["detached", "detached"]);
    await viewer.attachPath(viewer.nextPathId(), stage.relay().first);
    await stage.clock.settle();
    expect([viewer.state, stage.agentTunnels[0]?.state]).toEqual(["attached", "attached"]);
    expect(stage.agentTunnels).toHaveLength(1);
    expect(stage.asked).toHaveLength(1);
  });

  it("is given up with the tunnel: no path and no timer is left of it", async () => {
    const { stage, viewer, agent } = await openedStage();
    const [viewerSide, agentSide] = [createMemoryPathPair(), createMemoryPathPair()];
    const heard = [listen(viewerSide.second), listen(agentSide.first)];
    const attaching = [viewer.attachPath(2, viewerSide.first), agent.acceptPath(2, agentSide.second)];
    const faults = Promise.all(attaching.map((attached) => attached.catch((fault: unknown) => fault)));
    await stage.clock.settle();
    viewer.close("revoked", "the session was taken back");
    await stage.clock.settle();
    expect(heard.map(({ closes }) => closes)).toMatchObject([[{ code: "revoked" }], [{ code: "revoked" }]]);
    expect(await faults).toMatchObject([
      { code: "revoked", scope: "path" },
      { code: "revoked", scope: "path" },
    ]);
    const late = createMemoryPathPair();
    const lateHeard = listen(late.second);
    await expect(viewer.attachPath(3, late.first)).rejects.toMatchObject({ code: "closed", scope: "path" });
    await stage.clock.settle();
    expect(lateHeard.messages).toEqual([]);
    // What is left: the moment in which CLOSE can arrive, and the agent's memory of the ended tunnel's id.
    expect(stage.clock.pendingTimers()).toBeLessThanOrEqual(2);
  });

  it("refuses a path id that was used before, on either side", async () => {
    const opened = await openedStage();
    const { stage, viewer } = opened;
    await attachBoth(opened, 2);
    const { outcomes } = await attachBoth(opened, 2);
    expect(outcomes).toMatchObject([{ code: "already-used", scope: "path" }, { scope: "path" }]);
    expect(idsOf(viewer)).toEqual(["1 relay active", "2 direct active"]);
    await stage.clock.settle();
  });

  it("is refused with not-found where the agent has no such tunnel", async () => {
    const { viewer } = await openedStage();
    const other = createOpeningStage(1);
    const attaching = viewer.attachPath(2, other.relay().first);
    await expect(attaching).rejects.toMatchObject({ code: "not-found", scope: "path", origin: "remote" });
    expect(viewer.state).toBe("attached");
  });

  it("is refused where the path begins with anything but an attachment that knows the tunnel's secret", async () => {
    const { stage, agent } = await openedStage();
    const others = await openedStage(1);
    const pair = createMemoryPathPair();
    const accepting = agent.acceptPath(2, pair.second);
    const attaching = others.viewer.attachPath(2, pair.first);
    await expect(accepting).rejects.toMatchObject({ code: "path-failed", scope: "path" });
    await expect(attaching).rejects.toMatchObject({ code: "path-failed", scope: "path" });
    const garbage = createMemoryPathPair();
    const refusing = agent.acceptPath(3, garbage.second);
    const { closes } = listen(garbage.first);
    garbage.first.send(Uint8Array.of(1, 1, 3, 0));
    await expect(refusing).rejects.toMatchObject({ code: "protocol-error", scope: "path" });
    await stage.clock.settle();
    expect(closes).toMatchObject([{ code: "protocol-error" }]);
    expect(idsOf(agent)).toEqual(["1 relay active"]);
  });

  it("is refused where the path carries another path id than was negotiated", async () => {
    const { viewer, agent } = await openedStage();
    const pair = createMemoryPathPair();
    const accepting = agent.acceptPath(2, pair.second);
    await expect(viewer.attachPath(3, pair.first)).rejects.toMatchObject({ code: "protocol-error" });
    await expect(accepting).rejects.toMatchObject({ code: "protocol-error" });
  });

  it("gives up after ten seconds of silence, on both sides, and leaves the tunnel alone", async () => {
    const opened = await openedStage();
    const { outcomes } = await attachBoth(opened, 2, { tamper: () => undefined });
    expect(outcomes).toMatchObject([
      { code: "timeout", scope: "path" },
      { code: "timeout", scope: "path" },
    ]);
    expect([opened.viewer.state, opened.agent.state]).toEqual(["attached", "attached"]);
  });

  it("never puts a path on the agent before the viewer confirmed it: a replayed attachment adds nothing", async () => {
    const opened = await openedStage();
    const { stage, agent } = opened;
    const sent: Uint8Array[] = [];
    const recording = createMemoryPathPair({
      tamper: (message, from) => {
        if (from === "first") sent.push(message.slice());
        return undefined;
      },
    });
    opened.viewer.attachPath(2, recording.first).catch(() => {});
    await stage.clock.settle();
    const replay = stage.relay();
    const { messages } = listen(replay.first);
    replay.first.send(sent[0] ?? new Uint8Array(0));
    await stage.clock.settle();
    expect(messages).toHaveLength(1);
    expect(idsOf(agent)).toEqual(["1 relay active"]);
  });

  it("closes only its own path for a flipped bit in any of its first messages", async () => {
    for (let target = 0; target < 6; target += 1) {
      const opened = await openedStage();
      let count = 0;
      const { pair, outcomes } = await attachBoth(opened, 2, {
        tamper: (message) => {
          const flipped = message.slice();
          const at = (target * 7) % flipped.length;
          if (count === target) flipped[at] = (flipped[at] ?? 0) ^ 0x10;
          count += 1;
          return flipped;
        },
      });
      expect(count).toBeGreaterThan(target);
      for (const fault of outcomes) if (fault !== undefined) expect(fault).toMatchObject({ scope: "path" });
      expect(idsOf(opened.viewer)).toEqual(["1 relay active"]);
      expect(idsOf(opened.agent)).toEqual(["1 relay active"]);
      expect([opened.viewer.state, opened.agent.state]).toEqual(["attached", "attached"]);
      pair.cut();
    }
  });
});

describe("a flipped bit on a tunnel's first path", () => {
  it("closes that path alone: the opening fails, or the tunnel waits for another path", async () => {
    for (let target = 0; target < 6; target += 1) {
      const stage = createOpeningStage();
      let count = 0;
      const pair = stage.relay({
        tamper: (message) => {
          const flipped = message.slice();
          const at = (target * 11) % flipped.length;
          if (count === target) flipped[at] = (flipped[at] ?? 0) ^ 0x01;
          count += 1;
          return flipped;
        },
      });
      const outcome = stage.open({ path: pair.first }).then(
        (viewer) => viewer,
        (fault: unknown) => fault,
      );
      await stage.clock.advance(3_000);
      const result = await outcome;
      if (target < 2) {
        expect(result).toMatchObject({ name: "TunnelError" });
        expect(stage.agentTunnels).toEqual([]);
      } else {
        expect((result as ViewerTunnel).state).toBe("detached");
        for (const agent of stage.agentTunnels) expect(agent.state).toBe("detached");
      }
    }
  });
});
