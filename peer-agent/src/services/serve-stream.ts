/** One stream of a viewer, served: policy first, then the service's target. */
import { TunnelError } from "@culvert/protocol";
import type { ByteStream } from "@culvert/protocol/endpoint";
import { type Failure, receiveRequest, receiveWebSocket } from "@culvert/protocol/http";
import type { ShareScope } from "@culvert/protocol/signaling";
import { allowedHeaders, framedHeaders, refusalOf } from "../policy/index.ts";
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
    if (!fits(stream.kind, service.definition.mode)) return stream.reset("unsupported");
    switch (stream.kind) {
      case "http":
        return await serveRequest(stream, service, options);
      case "websocket":
        return await serveWebSocket(stream, service, options);
      case "tcp":
        return await serveTcp(stream, service, options);
      case "control":
        return stream.reset("unsupported");
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
  const framed = framedHeaders({ ...received.head, headers: allowedHeaders(policy, headers) });
  if (framed.type === "refused") {
    await received.fail(framed.failure);
    return;
  }
  const fail = (failure: Failure) => {
    noteFailure(service, failure);
    return received.fail(failure);
  };
  await service.target.exchange({ ...received, head: { ...received.head, headers: framed.headers }, fail });
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

/** A share's scope is about paths and methods: what has none is not shared. */
async function serveTcp(stream: ByteStream, service: RunningService, { scope }: ServingOptions): Promise<void> {
  service.countRequest();
  if (scope?.readOnly || scope?.methods !== undefined || scope?.pathPrefixes !== undefined) {
    return stream.reset("policy");
  }
  await service.target.joinStream(stream);
}

function fits(kind: ByteStream["kind"], mode: "http" | "tcp"): boolean {
  return mode === "tcp" ? kind === "tcp" : kind === "http" || kind === "websocket";
}

/** A request that found nobody knows before the next probe does. */
function noteFailure(service: RunningService, { code }: Failure): void {
  if (code === "target-unreachable") void service.probe();
}
