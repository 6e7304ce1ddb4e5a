/** An agent's status as it is told to commands and drawn in the live view. Pure. */
import type { Agent, AgentViewer } from "../agent/agent-api.ts";
import { agentVersion } from "../agent/agent-version.ts";
import { usedPath } from "../agent/used-path.ts";
import type { Enrolment } from "../identity/index.ts";
import type { LinkState } from "../signaling-link/index.ts";
import type { LineContext } from "./event-lines.ts";
import type { ActivityLog } from "./local/activity-log.ts";
import type { AgentStatus } from "./local/agent-status.ts";
import { errorWords } from "./output.ts";

/** What it is made of. */
export interface StatusSources {
  readonly agent: Agent;
  readonly enrolment: Enrolment;
  readonly context: LineContext;
  readonly log: ActivityLog;
  readonly startedAt: number;
  readonly config: AgentStatus["config"];
  readonly nowMs: number;
}

/** The status at a moment. */
export function agentStatus({ agent, enrolment, context, log, startedAt, config, nowMs }: StatusSources): AgentStatus {
  return {
    ...{ v: 1, version: agentVersion, pid: process.pid, startedAt },
    ...{ serverId: agent.serverId, label: enrolment.label, serverUrl: enrolment.serverUrl },
    link: linkOf(agent.link),
    services: agent.services.map(({ name, mode, health, relayPolicy = "handshake-only" }) => ({
      ...{ name, mode, health, relayPolicy },
      target: context.targets.get(name)?.name ?? "",
      labels: context.labels.get(name) ?? {},
    })),
    viewers: agent.viewerList().map((viewer) => ({
      ...{ viewerId: viewer.viewerId, serviceName: viewer.serviceName },
      path: shownPath(viewer),
    })),
    requests: { total: agent.requests, perSecond: log.requestsPerSecond(nowMs) },
    config,
  };
}

function linkOf(state: LinkState): AgentStatus["link"] {
  switch (state.type) {
    case "waiting":
      return { state: "waiting", reason: state.reason };
    case "stopped":
      return { state: "stopped", reason: errorWords(state.error) };
    default:
      return { state: state.type };
  }
}

/** A viewer's way as it is shown. */
function shownPath({ paths }: AgentViewer): AgentStatus["viewers"][number]["path"] {
  const path = usedPath(paths);
  return path === undefined ? null : { kind: path.kind, rttMs: path.rttMs ?? null };
}
