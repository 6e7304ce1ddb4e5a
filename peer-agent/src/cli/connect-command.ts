/** `culvert connect <port>`: publishes an app of this machine until it is told to stop. */
import { TunnelError } from "@culvert/protocol";
import type { RelayPolicy } from "@culvert/protocol/signaling";
import { createAgent } from "../agent/agent.ts";
import type { Agent } from "../agent/agent-api.ts";
import { loadTrust } from "../agent/agent-trust.ts";
import { askForEnrolment, keepSigningKeys, loadIdentity } from "../identity/index.ts";
import { createWebRtcLibrary, type LibraryChoice } from "../webrtc/index.ts";
import { enrolmentFor } from "./connect-enrolment.ts";
import type { Output } from "./console-output.ts";
import { showLink } from "./shown-link.ts";

/** What the command was given. */
export interface ConnectOptions {
  readonly port: number;
  readonly serverUrl: string | undefined;
  readonly enrolmentCode: string | undefined;
  readonly dataFolder: string;
  readonly label: string;
  readonly isLabelAsked: boolean;
  readonly serviceName: string;
  readonly webrtc: LibraryChoice;
  readonly relayPolicy: RelayPolicy;
}

/** How the command ends; a process exits with the number. */
export const exitCodes = { stopped: 0, failed: 1, turnedAway: 2 } as const;

/** Runs until `signal` aborts or the control plane turns the agent away. Resolves with the exit code; never rejects. */
export async function runConnect(options: ConnectOptions, output: Output, signal: AbortSignal): Promise<number> {
  let agent: Agent | undefined;
  try {
    const over = Promise.withResolvers<number>();
    signal.addEventListener("abort", () => over.resolve(exitCodes.stopped), { once: true });
    agent = await makeAgent(options, output, signal, () => over.resolve(exitCodes.turnedAway));
    if (!signal.aborted) await agent.start();
    return await over.promise;
  } catch (thrown) {
    const error = TunnelError.from(thrown);
    if (error.code === "canceled" && signal.aborted) return exitCodes.stopped;
    output.error(error);
    return exitCodes.failed;
  } finally {
    await agent?.stop();
  }
}

async function makeAgent(
  options: ConnectOptions,
  output: Output,
  signal: AbortSignal,
  onTurnedAway: () => void,
): Promise<Agent> {
  const { serviceName, port, webrtc, relayPolicy, dataFolder } = options;
  const identity = await loadIdentity(dataFolder);
  const enrolment = await enrolmentFor(identity, options, (serverUrl) =>
    askForEnrolment({
      ...{ serverUrl, identity, label: options.label, signal },
      onLink: ({ url }) => showLink(output, `Approve ${options.label} in the dashboard:`, url, identity.serverId),
      onApproved: (approvedBy) => output.note(`Approved by ${approvedBy}.`, "ready"),
    }),
  );
  const library = await createWebRtcLibrary(webrtc);
  const { serverUrl, label } = enrolment;
  const context = { label, serverUrl, ports: new Map([[serviceName, port]]) };
  output.note(`${label} publishes ${serviceName} from port ${port} (${library.name} WebRTC).`);
  output.note("An app that trusts 127.0.0.1 sees every viewer as local: guard it where that matters.");
  return createAgent({
    identity,
    enrolment,
    trust: loadTrust(dataFolder),
    services: [{ name: serviceName, port, relayPolicy }],
    library,
    onSigningKeys: (signingKeys) => void keepSigningKeys(dataFolder, [...signingKeys]),
    onEvent(event) {
      output.event(event, context);
      if (event.type === "link" && event.state.type === "stopped") onTurnedAway();
    },
  });
}
