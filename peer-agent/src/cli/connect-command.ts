/** `culvert connect <port|url>`: publishes an app of this machine, its terminals, or both, until it is told to stop. */
import { userInfo } from "node:os";
import { TunnelError } from "@culvert/protocol";
import type { RelayPolicy } from "@culvert/protocol/signaling";
import type { ServicePlace } from "../config/written-target.ts";
import type { AgentService } from "../services/index.ts";
import { openTerminalTarget, type TerminalTarget } from "../terminal/index.ts";
import type { LibraryChoice } from "../webrtc/index.ts";
import { runAgent } from "./agent-run.ts";
import type { EnrolmentWish } from "./connect-enrolment.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";

/** What the command was given. */
export interface ConnectOptions extends EnrolmentWish {
  /** The app; undefined where only terminals are published. */
  readonly place: ServicePlace | undefined;
  /** Terminals are published where this is given, and only then. */
  readonly terminal: { readonly tmuxSocket?: string | null | undefined } | undefined;
  readonly serviceName: string;
  readonly webrtc: LibraryChoice;
  readonly relayPolicy: RelayPolicy;
  readonly isLive: boolean;
  readonly graceMs: number;
}

/** What the dashboard calls the service of terminals. */
const terminalName = "terminal";

/** Runs until `signal` aborts or the control plane turns the agent away. Resolves with the exit code; never rejects. */
export async function runConnect(options: ConnectOptions, output: Output, signal: AbortSignal): Promise<number> {
  const { place, serviceName, relayPolicy, terminal: wish, ...run } = options;
  let terminal: TerminalTarget | undefined;
  try {
    if (wish !== undefined) {
      terminal = await openTerminalTarget({ ...wish, dataFolder: run.dataFolder, startFolder: process.cwd() });
      tellOfTerminals(terminal, output);
    }
  } catch (thrown) {
    output.error(TunnelError.from(thrown));
    return exitCodes.failed;
  }
  const services: AgentService[] = [];
  if (place !== undefined) services.push({ name: serviceName, ...place, relayPolicy });
  if (terminal !== undefined) services.push({ name: terminalName, target: terminal.target, relayPolicy });
  try {
    return await runAgent({ ...run, services }, output, signal);
  } finally {
    await terminal?.close();
  }
}

/** Nobody should publish a shell without having been told. */
function tellOfTerminals({ lost }: TerminalTarget, output: Output): void {
  const { username } = userInfo();
  const words = `Terminals are published: whoever may open "${terminalName}" types on this machine as ${username}, with everything ${username} may do.`;
  output.note(`${words} A read-only share shows them and takes no keys.`, "degraded");
  if (lost !== null) output.note(`No tmux here. ${lost.replace(/^This machine has no tmux\. /, "")}`, "degraded");
}
