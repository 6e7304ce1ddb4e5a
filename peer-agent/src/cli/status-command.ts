/** `culvert status` and `culvert services`: what the agent of this machine does now. */
import { TunnelError } from "@culvert/protocol";
import { loadEnrolment } from "../identity/index.ts";
import type { Mark } from "./event-lines.ts";
import { exitCodes } from "./exit-codes.ts";
import type { AgentStatus } from "./local/agent-status.ts";
import { askStatus } from "./local/local-client.ts";
import type { Output, Palette } from "./output.ts";
import { counted, spokenDuration } from "./spoken.ts";
import { stateOf } from "./state-words.ts";
import { tableLines } from "./text-table.ts";

const healthWords = { healthy: "answers", unreachable: "does not answer", unknown: "not looked at yet" } as const;
const healthMarks = { healthy: "ready", unreachable: "lost", unknown: "connecting" } as const satisfies Record<
  string,
  Mark
>;

/** Says how the agent stands. Resolves with `notRunning` where none runs. */
export async function runStatus(dataFolder: string, output: Output): Promise<number> {
  const status = await runningStatus(dataFolder, output);
  if (status === undefined) return exitCodes.notRunning;
  output.answer({ state: stateOf(status).word, ...status }, statusLines(status, output.palette, Date.now()));
  return exitCodes.done;
}

/** Lists the services. Resolves with `notRunning` where no agent runs. */
export async function runServices(dataFolder: string, output: Output): Promise<number> {
  const status = await runningStatus(dataFolder, output);
  if (status === undefined) return exitCodes.notRunning;
  output.answer(status.services, serviceLines(status, output.palette));
  return exitCodes.done;
}

/** The status; where there is none it is said why and what to do. */
async function runningStatus(dataFolder: string, output: Output): Promise<AgentStatus | undefined> {
  const status = await askStatus(dataFolder);
  if (status === undefined) output.error(await notRunning(dataFolder));
  return status;
}

/** Why nobody answers on a data folder, and what to type. */
export async function notRunning(dataFolder: string): Promise<TunnelError> {
  const enrolment = await loadEnrolment(dataFolder);
  if (enrolment === undefined) {
    const hint = "Publish an app: culvert connect <port> --server <dashboard>";
    return new TunnelError("offline", "No agent runs here, and this machine is not enrolled anywhere yet", { hint });
  }
  const hint = "Start it: culvert connect <port>, or culvert up with a culvert.yaml.";
  return new TunnelError("offline", `No agent runs here; ${enrolment.label} is offline`, { hint });
}

function statusLines(status: AgentStatus, palette: Palette, nowMs: number): string[] {
  const { mark, word, reason } = stateOf(status);
  const { label, serverUrl, version, pid, startedAt, viewers, requests, config } = status;
  const lines = [`${palette.marks[mark]} ${palette.bold(label)}  ${word}  ${serverUrl}`];
  if (reason !== undefined) lines.push(`  ${reason}`);
  lines.push(
    `  version ${version}, process ${pid}, up ${spokenDuration(nowMs - startedAt)}`,
    `  ${counted(viewers.length, "viewer")}, ${counted(requests.total, "request")}, ${requests.perSecond.toFixed(1)} per second`,
    "",
    ...serviceLines(status, palette),
  );
  if (viewers.length > 0) lines.push("", ...tableLines(viewers.map(viewerRow)));
  if (config !== null) lines.push("", `  configuration ${config.path}`);
  if (config?.fault) lines.push(`${palette.marks.degraded} ${config.fault}`);
  return lines;
}

function serviceLines({ services }: AgentStatus, palette: Palette): string[] {
  return tableLines(
    services.map(({ name, mode, health, target, labels }) => [
      `${palette.marks[healthMarks[health]]} ${name}`,
      ...[mode, target, healthWords[health]],
      ...Object.entries(labels).map(([key, value]) => palette.dim(value === "" ? key : `${key}=${value}`)),
    ]),
  );
}

function viewerRow({ viewerId, serviceName, path }: AgentStatus["viewers"][number]): string[] {
  if (path === null) return [`· viewer ${viewerId}`, serviceName, "no path"];
  const kind = { direct: "direct", turn: "TURN", relay: "relay" }[path.kind];
  const words = path.rttMs === null ? kind : `${kind}, ${Math.round(path.rttMs)} ms`;
  return [`· viewer ${viewerId}`, serviceName, words];
}
