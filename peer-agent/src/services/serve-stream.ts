/** One stream of a viewer, served: policy first, then the service's target. */
import { TunnelError } from "@culvert/protocol";
import type { ByteStream } from "@culvert/protocol/endpoint";
import { type Failure, receiveRequest, receiveWebSocket } from "@culvert/protocol/http";
import type { ShareScope } from "@culvert/protocol/signaling";
import { allowedHeaders, refusalOf } from "../policy/index.ts";
import { shareRefusalOf } from "../shares/index.ts";
import type { RunningService } from "./running-service.ts";

/** Serves one stream to its end, within a share's scope where one is given. Never rejects: what goes wrong is told on the stream. */
export async function serveStream(stream: ByteStream, service: RunningService, scope?: ShareScope): Promise<void> {
  try {
    switch (stream.kind) {
      case "http":
        await serveRequest(stream, service, scope);
        break;
      case "websocket":
        await serveWebSocket(stream, service, scope);
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

async function serveRequest(stream: ByteStream, service: RunningService, scope: ShareScope | undefined): Promise<void> {
  const received = await receiveRequest(stream);
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
  scope: ShareScope | undefined,
): Promise<void> {
  const received = await receiveWebSocket(stream);
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
