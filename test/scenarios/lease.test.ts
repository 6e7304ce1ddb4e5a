/** An agent that cannot reach the control plane ends what is open when its lease runs out: a revocation may wait there. */
import { afterEach, expect, test } from "vitest";
import { type AgentStage, setAgentStage } from "../harness/agent-stage.ts";

let stage: AgentStage | undefined;
afterEach(() => stage?.close());

test("a direct tunnel outlives the control plane for the lease, and no longer", async () => {
  stage = await setAgentStage({
    ...{ library: "werift", leaseMs: 1_500 },
    app: (_request, answer) => answer.end("app"),
  });
  const viewer = await stage.openViewer("werift");
  await viewer.addPath("direct");
  const over = new Promise<{ code: string; message: string }>((resolve) => {
    viewer.tunnel.onEvent((event) => {
      if (event.type === "closed") resolve(event.error);
    });
  });
  const startMs = performance.now();
  await stage.signaling.close();
  expect(viewer.tunnel.state).toBe("attached");
  expect(await over).toMatchObject({
    code: "offline",
    message: expect.stringContaining("could not reach the control plane"),
  });
  expect(performance.now() - startMs).toBeGreaterThan(1_400);
});
