/** Logged requests made again by what the agent offers now. */
import { TunnelError } from "@culvert/protocol";
import type { Clock } from "@culvert/protocol/endpoint";
import { RequestDesk } from "../desk/index.ts";
import { type LoggedRequest, type RequestLog, recordedRequest, replayedRequest, replayMs } from "../requests/index.ts";
import { answerRequest, type RunningService } from "../services/index.ts";

export interface ReplayOptions {
  readonly log: RequestLog;
  readonly clock: Clock;
  /** What is offered now. */
  services(): readonly RunningService[];
}

/** The desk's part for requests, over one log. */
export function requestDeskFor(options: ReplayOptions): RequestDesk {
  return new RequestDesk({
    requests: options.log,
    replay: (entry) => replay(entry, options),
    setTimer: (delayMs, callback) => options.clock.setTimer(delayMs, callback),
  });
}

/**
 * Makes it again, under the service's policy as it is now; resolves with the new one's id when it is answered or half a
 * minute has passed. Rejects with `not-found` where its service is gone, and as `replayedRequest` throws.
 */
async function replay(entry: LoggedRequest, { log, clock, services }: ReplayOptions): Promise<number> {
  const { serviceName } = entry.head;
  const service = services().find(({ definition }) => definition.name === serviceName);
  if (service === undefined) throw new TunnelError("not-found", `This server offers no service "${serviceName}" now.`);
  const { request, abort } = replayedRequest(entry);
  const before = log.revision;
  const recorded = recordedRequest(request, log, { serviceName, viewerId: "replay", replayOf: entry.id });
  const id = log.since(before).at(-1)?.id ?? entry.id;
  const cancel = clock.setTimer(replayMs, () => abort("timeout"));
  await answerRequest(recorded, service).catch(() => {});
  cancel();
  return id;
}
