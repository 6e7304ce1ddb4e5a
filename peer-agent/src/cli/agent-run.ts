/**
 * One run of an agent by the command line: enrolled first where it must be, then online until it is stopped or turned away.
 * Invariant: when it resolves nothing of it is left: no tunnel, socket, timer or redrawn line.
 */
import { TunnelError } from "@culvert/protocol";
import { createAgent } from "../agent/agent.ts";
import type { Agent } from "../agent/agent-api.ts";
import type { AgentEvent } from "../agent/agent-events.ts";
import { loadTrust } from "../agent/agent-trust.ts";
import { agentVersion } from "../agent/agent-version.ts";
import {
  type AgentIdentity,
  askForEnrolment,
  type Enrolment,
  keepSigningKeys,
  loadIdentity,
} from "../identity/index.ts";
import { type AgentService, targetOf } from "../services/index.ts";
import { createWebRtcLibrary, type LibraryChoice } from "../webrtc/index.ts";
import { agentStatus } from "./agent-status-now.ts";
import { type EnrolmentWish, enrolmentFor } from "./connect-enrolment.ts";
import { type LineContext, lineFor, type Mark, plainEvent } from "./event-lines.ts";
import { exitCodes } from "./exit-codes.ts";
import { shapeHeap } from "./heap-shape.ts";
import { startLiveView } from "./live/live-view.ts";
import { ActivityLog } from "./local/activity-log.ts";
import type { AgentStatus } from "./local/agent-status.ts";
import { askStatus } from "./local/local-client.ts";
import { type LocalServer, startLocalServer } from "./local/local-server.ts";
import type { Output } from "./output.ts";
import { askServerUrl } from "./questions.ts";
import { showLink } from "./shown-link.ts";
import { stopAgent } from "./stop-agent.ts";
import { targetWords } from "./target-words.ts";

/** What to run. */
export interface AgentRunOptions extends EnrolmentWish {
  readonly webrtc: LibraryChoice;
  /** The first one is what "Open" opens. */
  readonly services: readonly AgentService[];
  /** Redraw one view in place of lines, where this is a terminal. */
  readonly isLive: boolean;
  /** How long what is under way may go on after a signal to stop. */
  readonly graceMs: number;
  /** What the status says of a configuration. */
  config?(): AgentStatus["config"];
  /** Called once it runs; what it returns is called before it ends. */
  onRunning?(run: AgentRun): () => void;
}

/** A run, to be changed while it lasts. */
export interface AgentRun {
  readonly enrolment: Enrolment;
  /** As the agent's. */
  replaceServices(services: readonly AgentService[]): Promise<void>;
  /** Says something, and keeps it in the log. */
  note(text: string, mark: Mark): void;
}

/** Runs until `signal` aborts or the control plane turns the agent away. Resolves with the exit code; never rejects. */
export async function runAgent(options: AgentRunOptions, output: Output, signal: AbortSignal): Promise<number> {
  const ending: (() => unknown)[] = [];
  shapeHeap();
  try {
    const over = Promise.withResolvers<number>();
    signal.addEventListener("abort", () => over.resolve(exitCodes.done), { once: true });
    const identity = await loadIdentity(options.dataFolder);
    const enrolment = await enrolled(identity, options, output, signal);
    await tellOfOther(options.dataFolder, output);
    const run = await startAgent({ identity, enrolment, options, output, signal, ending, onTurnedAway: over.resolve });
    const stop = options.onRunning?.(run);
    if (stop !== undefined) ending.push(stop);
    return await over.promise;
  } catch (thrown) {
    const error = TunnelError.from(thrown);
    if (error.code === "canceled" && signal.aborted) return exitCodes.done;
    output.error(error);
    return exitCodes.failed;
  } finally {
    for (const end of ending.toReversed()) await end();
  }
}

function enrolled(
  identity: AgentIdentity,
  options: AgentRunOptions,
  output: Output,
  signal: AbortSignal,
): Promise<Enrolment> {
  return enrolmentFor(identity, options, {
    askServerUrl: () => askServerUrl(output),
    askOwner: (serverUrl) =>
      askForEnrolment({
        ...{ serverUrl, identity, label: options.label, signal },
        onLink: ({ url }) => showLink(output, `Approve ${options.label} in the dashboard:`, url, identity.serverId),
        onApproved: (approvedBy) => output.note(`Approved by ${approvedBy}.`, "ready"),
      }),
  });
}

/** The control plane keeps one socket for each key: whoever comes later has it. */
async function tellOfOther(dataFolder: string, output: Output): Promise<void> {
  const other = await askStatus(dataFolder).catch(() => undefined);
  if (other === undefined || other.pid === process.pid) return;
  const names = other.services.map(({ name }) => name).join(", ");
  output.note(
    `Another agent runs with these keys (process ${other.pid}, it publishes ${names}). This one takes its place.`,
  );
}

interface StartOptions {
  readonly identity: AgentIdentity;
  readonly enrolment: Enrolment;
  readonly options: AgentRunOptions;
  readonly output: Output;
  readonly signal: AbortSignal;
  /** Takes what ends each part, in order. */
  readonly ending: (() => unknown)[];
  onTurnedAway(exitCode: number): void;
}

async function startAgent(start: StartOptions): Promise<AgentRun> {
  const { identity, enrolment, options, output, signal, ending, onTurnedAway } = start;
  const library = await createWebRtcLibrary(options.webrtc);
  const { label, serverUrl } = enrolment;
  const log = new ActivityLog();
  const startedAt = Date.now();
  let context = contextOf(label, serverUrl, options.services);
  let isShownLive = false;
  const keep = (fields: { readonly type: string }, mark: Mark, text: string) => {
    const nowMs = Date.now();
    log.add({ time: new Date(nowMs).toISOString(), ...fields, mark, text }, nowMs);
  };
  const note = (text: string, mark: Mark) => {
    keep({ type: "note" }, mark, text);
    if (!isShownLive) output.note(text, mark);
  };
  const onEvent = (event: AgentEvent) => {
    const line = lineFor(event, context);
    keep(plainEvent(event), line?.mark ?? "note", line?.text ?? "");
    if (!isShownLive) output.event(event, context);
    if (event.type === "link" && event.state.type === "stopped") onTurnedAway(exitCodes.turnedAway);
  };
  for (const service of options.services) note(publishes(label, service, library.name), "note");
  note("An app that trusts 127.0.0.1 sees every viewer as local: guard it where that matters.", "note");
  const agent: Agent = createAgent({
    ...{ identity, enrolment, library, onEvent },
    trust: loadTrust(options.dataFolder),
    services: options.services,
    onSigningKeys: (signingKeys) => void keepSigningKeys(options.dataFolder, [...signingKeys]),
  });
  const status = () =>
    agentStatus({ agent, enrolment, context, log, startedAt, config: options.config?.() ?? null, nowMs: Date.now() });
  ending.push(() =>
    stopAgent(agent, signal.aborted ? options.graceMs : 0, (text, mark, fields) => {
      note(text, mark);
      output.record({ type: "draining", ...fields });
    }),
  );
  const local = await openLocalServer({ dataFolder: options.dataFolder, log, status }, note);
  if (local !== undefined) ending.push(() => local.close());
  isShownLive = options.isLive;
  await agent.start();
  if (options.isLive) {
    const view = startLiveView({ status, log, palette: output.palette });
    ending.push(() => {
      isShownLive = false;
      view.stop();
    });
  }
  return {
    enrolment,
    note(text, mark) {
      note(text, mark);
      if (output.isJson) output.record({ type: "note", mark, text });
    },
    async replaceServices(services) {
      const before = context;
      context = contextOf(label, serverUrl, services);
      await agent.replaceServices(services).catch((thrown: unknown) => {
        context = before;
        throw thrown;
      });
    },
  };
}

/** An agent without its local socket still serves viewers. */
async function openLocalServer(
  options: Parameters<typeof startLocalServer>[0],
  note: (text: string, mark: Mark) => void,
): Promise<LocalServer | undefined> {
  try {
    return await startLocalServer(options);
  } catch (thrown) {
    const { message, hint } = TunnelError.from(thrown);
    note(`Commands cannot ask this agent anything: ${message}. ${hint}`, "degraded");
    return undefined;
  }
}

function contextOf(label: string, serverUrl: string, services: readonly AgentService[]): LineContext {
  const targets = new Map(services.map((service) => [service.name, targetWords(targetOf(service))]));
  const labels = new Map(services.map(({ name, labels: given = {} }) => [name, given]));
  return { label, serverUrl, targets, labels };
}

function publishes(label: string, service: AgentService, library: string): string {
  return `${label} publishes ${service.name} from ${targetWords(targetOf(service)).name} (${library} WebRTC, ${agentVersion}).`;
}
