/** Our own agent, enrolled at the conformance kit and driven by it, in this process. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAgent, createWebRtcLibrary, loadIdentity, redeemEnrolment } from "@culvert/peer-agent";
import { type CaseResult, runKit } from "../../protocol/conformance/src/index.ts";

/** Results of the agent's suite; `only` as for the command. */
export async function testOwnAgent(only: readonly string[], patienceMs = 5_000): Promise<readonly CaseResult[]> {
  const folder = await mkdtemp(join(tmpdir(), "culvert-conformance-"));
  const library = await createWebRtcLibrary("native");
  const agents: { stop(): Promise<void> }[] = [];
  try {
    const { results } = await runKit({
      ...{ host: "127.0.0.1", port: 0, appPort: 0, role: "agent", only, joinMs: 20_000, patienceMs },
      onListening: ({ port, appPort }) => void enrolAndStart(port, appPort ?? 0),
    });
    return results;
  } finally {
    await Promise.all(agents.map((agent) => agent.stop()));
    await rm(folder, { recursive: true, force: true });
  }

  async function enrolAndStart(port: number, appPort: number): Promise<void> {
    const identity = await loadIdentity(folder);
    const serverUrl = `http://127.0.0.1:${port}`;
    const enrolment = await redeemEnrolment({ serverUrl, enrolmentCode: "any", label: "own", identity });
    const services = [{ name: "app", port: appPort, relayPolicy: "full" as const }];
    const agent = createAgent({ identity, enrolment, services, library });
    agents.push(agent);
    await agent.start();
  }
}

/** Failed cases as lines: id, section, message. */
export function failures(results: readonly CaseResult[]): readonly string[] {
  const failed = results.filter(({ outcome }) => outcome === "failed");
  return failed.map(({ id, section, message }) => `${id} (§${section}): ${message}`);
}
