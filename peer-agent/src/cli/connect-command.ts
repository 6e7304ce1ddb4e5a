/** `culvert connect <port|url>`: publishes one app of this machine until it is told to stop. */
import type { RelayPolicy } from "@culvert/protocol/signaling";
import type { ServicePlace } from "../config/written-target.ts";
import type { LibraryChoice } from "../webrtc/index.ts";
import { runAgent } from "./agent-run.ts";
import type { EnrolmentWish } from "./connect-enrolment.ts";
import type { Output } from "./output.ts";

/** What the command was given. */
export interface ConnectOptions extends EnrolmentWish {
  readonly place: ServicePlace;
  readonly serviceName: string;
  readonly webrtc: LibraryChoice;
  readonly relayPolicy: RelayPolicy;
  readonly isLive: boolean;
}

/** Runs until `signal` aborts or the control plane turns the agent away. Resolves with the exit code; never rejects. */
export function runConnect(options: ConnectOptions, output: Output, signal: AbortSignal): Promise<number> {
  const { place, serviceName, relayPolicy, ...run } = options;
  const services = [{ name: serviceName, ...place, relayPolicy }];
  return runAgent({ ...run, services }, output, signal);
}
