/** The control plane changes the key that it signs session tokens with: enrolled machines follow, and nothing is interrupted. */
import { afterEach, expect, test } from "vitest";
import { type AgentStage, setAgentStage } from "../harness/agent-stage.ts";
import { eventually } from "../harness/eventually.ts";

let stage: AgentStage | undefined;
afterEach(() => stage?.close());

test("a machine opens after two changes of the key without being enrolled again, and its direct tunnel lives on", async () => {
  stage = await setAgentStage({ library: "werift", app: (_request, answer) => answer.end("app") });
  const viewer = await stage.openViewer("werift");
  await viewer.addPath("direct");
  for (let turn = 0; turn < 2; turn += 1) {
    await stage.rotateSigningKey();
    await stage.restartSignaling();
    await eventually(() => stage?.serverState()).toBe("ready");
    const another = await stage.openViewer("werift");
    expect(another.tunnel.state).toBe("attached");
    expect(viewer.tunnel.state).toBe("attached");
  }
});

test("a machine that was away for both changes follows them at once", async () => {
  stage = await setAgentStage({ library: "werift", app: (_request, answer) => answer.end("app") });
  await stage.rotateSigningKey();
  await stage.rotateSigningKey();
  await stage.restartSignaling();
  await eventually(() => stage?.serverState()).toBe("ready");
  expect((await stage.openViewer("werift")).tunnel.state).toBe("attached");
});
