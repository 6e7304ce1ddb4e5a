/** A viewer that keeps to no rule: heads that its own side would refuse, straight into an agent's service. */
import { TunnelError } from "@culvert/protocol";
import type { ByteStream } from "@culvert/protocol/endpoint";
import { failureSchema, RecordReader, RecordWriter, responseHeadSchema } from "@culvert/protocol/http";
import { decodeObject } from "@culvert/protocol/wire";
import type { RunningService } from "../../services/running-service.ts";
import { serveStream } from "../../services/serve-stream.ts";
import { streamPair } from "../stream-pair.ts";

/** What is sent, whatever it is. */
export interface HostileRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly hasBody?: boolean;
  readonly body?: readonly Uint8Array[];
}

/** What came of it. `reset`: no words, the stream is gone. */
export type HostileOutcome =
  | { readonly type: "answered"; readonly status: number; readonly text: string }
  | { readonly type: "failed"; readonly code: string; readonly message: string }
  | { readonly type: "reset"; readonly code: string };

/** One request on an http stream, to its end. */
export async function hostileRequest(service: RunningService, request: HostileRequest): Promise<HostileOutcome> {
  const { viewer, agent } = streamPair("http");
  const served = serveStream(agent, service);
  const { method = "GET", path, headers = [], body = [], hasBody = body.length > 0 } = request;
  const writer = new RecordWriter(viewer);
  const sending = (async () => {
    await writer.writeObject("head", { method, path, headers, hasBody });
    for (const bytes of body) await writer.write("data", bytes);
    viewer.end();
  })();
  sending.catch(() => {});
  const outcome = await outcomeOf(viewer);
  await served;
  return outcome;
}

/** One opening of a WebSocket; it is dropped where the target takes it. */
export async function hostileWebSocket(
  service: RunningService,
  { path, headers = [] }: HostileRequest,
): Promise<HostileOutcome> {
  const { viewer, agent } = streamPair("websocket");
  const served = serveStream(agent, service);
  const sending = new RecordWriter(viewer).writeObject("head", { path, headers, protocols: [] });
  sending.catch(() => {});
  const outcome = await outcomeOf(viewer);
  viewer.reset("canceled");
  await served;
  return outcome;
}

async function outcomeOf(viewer: ByteStream): Promise<HostileOutcome> {
  const records = new RecordReader(viewer, ["head", "interimHead", "data", "trailers", "failure"]);
  let status = 0;
  let text = "";
  try {
    for (;;) {
      const part = await records.next();
      if (part === null) return { type: "answered", status, text };
      if (part.type === "data") {
        text += Buffer.from(part.bytes).toString("latin1");
      } else if (part.name === "failure") {
        const { code, message } = decodeObject(failureSchema, part.bytes, 65_536, "the failure");
        return { type: "failed", code, message };
      } else if (part.name === "head") {
        const head = decodeObject(responseHeadSchema.partial().loose(), part.bytes, 131_072, "the head");
        if (head.status === undefined) return { type: "answered", status: 101, text };
        status = head.status;
      }
    }
  } catch (thrown) {
    return { type: "reset", code: TunnelError.from(thrown).code };
  }
}
