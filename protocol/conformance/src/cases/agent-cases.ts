/** The agent's suite, in the order in which it runs. */
import type { AgentStage } from "../agent-stage.ts";
import type { ConformanceCase } from "../conformance-case.ts";
import { attachmentCases } from "./agent-attachments.ts";
import { flowCases } from "./agent-flow.ts";
import { handshakeCases } from "./agent-handshakes.ts";
import { httpCases } from "./agent-http.ts";
import { pathCases } from "./agent-paths.ts";
import { streamCases } from "./agent-streams.ts";
import { tunnelCases } from "./agent-tunnel.ts";
import { webSocketCases } from "./agent-websockets.ts";

export const agentCases: readonly ConformanceCase<AgentStage>[] = [
  ...tunnelCases.filter(({ id }) => id === "signaling.hello"),
  ...handshakeCases,
  ...attachmentCases,
  ...pathCases,
  ...streamCases,
  ...flowCases,
  ...httpCases,
  ...webSocketCases,
  ...tunnelCases.filter(({ id }) => id !== "signaling.hello"),
];
