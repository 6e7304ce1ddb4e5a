/** One stream of a viewer, served: policy first, then the service's target. */
import { TunnelError } from "@culvert/protocol";
import type { ByteStream } from "@culvert/protocol/endpoint";
import {
  type Failure,
  failure,
  type HeaderList,
  type ReceivedRequest,
  receiveRequest,
  receiveWebSocket,
} from "@culvert/protocol/http";
import type { ServicePolicy, ShareScope } from "@culvert/protocol/signaling";
import { allowedHeaders, framedHeaders, refusalOf } from "../policy/index.ts";
import { type RequestLog, recordedRequest, recordedWebSocket } from "../requests/index.ts";
import { shareRefusalOf } from "../shares/index.ts";
import { declaredBytes } from "../targets/raw-headers.ts";
import { type AnswerWatch, watchedRequest, watchedWebSocket } from "./answered-request.ts";
import { withDeclaredBody } from "./declared-body.ts";
import { withBodyWait, withinHeadWait } from "./head-wait.ts";
import type { RunningService } from "./running-service.ts";
import { bodyRefusal, withBodyLimit } from "./service-places.ts";
import type { StreamGate } from "./stream-gate.ts";
import { timedRequest, timedWebSocket } from "./target-time.ts";
import { TurnedStream } from "./turned-stream.ts";
import type { ViewerTurns } from "./work-turns.ts";

/** What a stream is served with. */
export interface ServingOptions {
  /** A share's, which narrows the policy. */
  readonly scope?: ShareScope | undefined;
  /** Told how requests were answered. */
  readonly watch?: AnswerWatch | undefined;
  /** The viewer's places; without it none is counted. */
  readonly gate?: StreamGate | undefined;
  /** The viewer's turns; without them everything begins and fails at once. */
  readonly turns?: ViewerTurns | undefined;
  /** Where requests are written down, and whose they are. */
  readonly log?: { readonly requests: RequestLog; readonly viewerId: string } | undefined;
}

/** Serves one stream to its end. Never rejects: what goes wrong is told on the stream. */
export async function serveStream(
  stream: ByteStream,
  service: RunningService,
  options: ServingOptions = {},
): Promise<void> {
  try {
    if (!fits(stream.kind, service)) return stream.reset("unsupported");
    const { gate, turns } = options;
    let isOver = false;
    const noteOver = () => {
      isOver = true;
    };
    stream.closed.then(noteOver, noteOver);
    const serve = async () => {
      // What ended while it waited has nobody to begin for.
      if (!isOver) await turns?.take();
      if (isOver) return;
      await serveKind(turns === undefined ? stream : new TurnedStream(stream, turns), service, options);
    };
    await (gate === undefined ? serve() : gate.run(serve));
  } catch (thrown) {
    stream.reset(TunnelError.from(thrown).code);
  }
}

async function serveKind(stream: ByteStream, service: RunningService, options: ServingOptions): Promise<void> {
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
}

async function serveRequest(stream: ByteStream, service: RunningService, options: ServingOptions): Promise<void> {
  const { watch, log } = options;
  const request = timedRequest(await withinHeadWait(service.clock, stream, receiveRequest(stream)), service.clock);
  const watched = watch === undefined ? request : watchedRequest(request, watch);
  const whose = { serviceName: service.definition.name, viewerId: log?.viewerId ?? "", replayOf: null };
  await answerRequest(
    log === undefined ? watched : recordedRequest(watched, log.requests, whose),
    service,
    options.scope,
  );
}

/** Answers one request by policy and target. Rejects as its stream does. */
export async function answerRequest(
  received: ReceivedRequest,
  service: RunningService,
  scope?: ShareScope,
): Promise<void> {
  const { policy } = service.definition;
  const { method, path, headers } = received.head;
  service.countRequest();
  const refusal = (scope && shareRefusalOf(scope, "http", method, path)) ?? refusalOf(policy, method, path);
  if (refusal !== undefined) return received.fail(refusal);
  const framed = framedHeaders({ ...received.head, headers: allowedHeaders(narrowed(policy, scope, method), headers) });
  if (framed.type === "refused") return received.fail(framed.failure);
  const fail = (failure: Failure) => {
    noteFailure(service, failure);
    return received.fail(failure);
  };
  const head = { ...received.head, headers: framed.headers };
  const { bodyBytes = Number.POSITIVE_INFINITY } = service.definition.limits ?? {};
  const tooLarge = bodyRefusal(declaredBytes(head.headers) ?? 0, bodyBytes);
  if (tooLarge !== undefined) return fail(failure(tooLarge.code, tooLarge.message, tooLarge.hint));
  // RFC 9110 §10.1.1: the body is wanted now; our own connection to the target asks for no leave.
  if (head.hasBody && waitsForLeave(headers)) {
    await received.writeInterimHead({ status: 100, statusText: "Continue", headers: [] });
  }
  const request = withBodyLimit(withDeclaredBody({ ...received, head, fail }), bodyBytes);
  await placed(service, fail, () => service.target.exchange(withBodyWait(service.clock, request)));
}

async function serveWebSocket(
  stream: ByteStream,
  service: RunningService,
  { scope, watch, log }: ServingOptions,
): Promise<void> {
  const request = timedWebSocket(await withinHeadWait(service.clock, stream, receiveWebSocket(stream)), service.clock);
  const watched = watch === undefined ? request : watchedWebSocket(request, watch);
  const whose = { serviceName: service.definition.name, viewerId: log?.viewerId ?? "", replayOf: null };
  const received = log === undefined ? watched : recordedWebSocket(watched, log.requests, whose);
  const { policy } = service.definition;
  const { path, headers } = received.head;
  service.countRequest();
  const refusal = (scope && shareRefusalOf(scope, "websocket", "GET", path)) ?? refusalOf(policy, "GET", path);
  if (refusal !== undefined) return received.fail(refusal);
  const fail = (failure: Failure) => {
    noteFailure(service, failure);
    return received.fail(failure);
  };
  const head = { ...received.head, headers: allowedHeaders(policy, headers) };
  await placed(service, fail, () => service.target.joinWebSocket({ ...received, head, fail }));
}

/** A share that fixes methods fixes them for headers too, which might name another one. */
function narrowed(policy: ServicePolicy, scope: ShareScope | undefined, method: string): ServicePolicy {
  const isFixed = scope?.readOnly === true || scope?.methods !== undefined;
  if (!isFixed || policy.allow.methods !== undefined) return policy;
  return { ...policy, allow: { ...policy.allow, methods: [method] } };
}

/** A share's scope is about paths and methods: what has none is not shared. */
async function serveTcp(stream: ByteStream, service: RunningService, { scope, watch }: ServingOptions): Promise<void> {
  service.countRequest();
  watch?.onAnswered({ kind: "tcp", method: "TCP", path: "", status: null, code: null, durationMs: 0 });
  if (scope?.readOnly || scope?.methods !== undefined || scope?.pathPrefixes !== undefined) {
    return stream.reset("policy");
  }
  await service.places.run(() => service.target.joinStream(stream));
}

function fits(kind: ByteStream["kind"], { definition, supportedProtocols }: RunningService): boolean {
  if (definition.mode === "tcp") return kind === "tcp";
  return kind === "http" || (kind === "websocket" && supportedProtocols.includes("websocket"));
}

/** Runs it when the service has a place; says why where it has none. */
async function placed(
  service: RunningService,
  fail: (failure: Failure) => Promise<void>,
  work: () => Promise<void>,
): Promise<void> {
  let isPlaced = false;
  try {
    await service.places.run(() => {
      isPlaced = true;
      return work();
    });
  } catch (thrown) {
    if (isPlaced) throw thrown;
    const { code, message, hint } = TunnelError.from(thrown);
    await fail(failure(code, message, hint));
  }
}

function waitsForLeave(headers: HeaderList): boolean {
  return headers.some(
    ([name, value]) => name.toLowerCase() === "expect" && value.trim().toLowerCase() === "100-continue",
  );
}

/** A request that found nobody knows before the next probe does. */
function noteFailure(service: RunningService, { code }: Failure): void {
  if (code === "target-unreachable") void service.probe();
}
