/** One stream of a viewer, served: policy first, then the service's target. */
import { TunnelError } from "@culvert/protocol";
import type { ByteStream } from "@culvert/protocol/endpoint";
import { type Failure, receiveRequest, receiveWebSocket } from "@culvert/protocol/http";
import type { ShareScope } from "@culvert/protocol/signaling";
import { allowedHeaders, refusalOf } from "../policy/index.ts";
import { shareRefusalOf } from "../shares/index.ts";
import { type AnswerWatch, watchedRequest, watchedWebSocket } from "./answered-request.ts";
import type { RunningService } from "./running-service.ts";

/** What a stream is served with. */
export interface ServingOptions {
  /** A share's, which narrows the policy. */
  readonly scope?: ShareScope | undefined;
  /** Told how requests were answered. */
  readonly watch?: AnswerWatch | undefined;
}

/** Serves one stream to its end. Never rejects: what goes wrong is told on the stream. */
export async function serveStream(
  stream: ByteStream,
  service: RunningService,
  options: ServingOptions = {},
): Promise<void> {
  try {
    switch (stream.kind) {
      case "http":
        await serveRequest(stream, service, options);
        break;
      case "websocket":
        await serveWebSocket(stream, service, options);
        break;
      case "tcp":
      case "control":
        stream.reset("unsupported");
        break;
      default:
        stream.kind satisfies never;
    }
  } catch (thrown) {
    stream.reset(TunnelError.from(thrown).code);
  }
}

async function serveRequest(
  stream: ByteStream,
  service: RunningService,
  { scope, watch }: ServingOptions,
): Promise<void> {
  const request = await receiveRequest(stream);
  const received = watch === undefined ? request : watchedRequest(request, watch);
  const { policy } = service.definition;
  const { method, path, headers } = received.head;
  service.countRequest();
  const refusal = (scope && shareRefusalOf(scope, "http", method, path)) ?? refusalOf(policy, method, path);
  if (refusal !== undefined) {
    await received.fail(refusal);
    return;
  }
  const fail = (failure: Failure) => {
    noteFailure(service, failure);
    return received.fail(failure);
  };
  await service.target.exchange({
    ...received,
    head: { ...received.head, headers: allowedHeaders(policy, headers) },
    fail,
  });
}

async function serveWebSocket(
  stream: ByteStream,
  service: RunningService,
  { scope, watch }: ServingOptions,
): Promise<void> {
  const request = await receiveWebSocket(stream);
  const received = watch === undefined ? request : watchedWebSocket(request, watch);
  const { policy } = service.definition;
  const { path, headers } = received.head;
  service.countRequest();
  const refusal = (scope && shareRefusalOf(scope, "websocket", "GET", path)) ?? refusalOf(policy, "GET", path);
  if (refusal !== undefined) {
    await received.fail(refusal);
    return;
  }
  const fail = (failure: Failure) => {
    noteFailure(service, failure);
    return received.fail(failure);
  };
  await service.target.joinWebSocket({
    ...received,
    head: { ...received.head, headers: allowedHeaders(policy, headers) },
    fail,
  });
}

/** A request that found nobody knows before the next probe does. */
function noteFailure(service: RunningService, { code }: Failure): void {
  if (code === "target-unreachable") void service.probe();
}
