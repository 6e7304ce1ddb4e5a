/** The desk on a stream: JSON in, JSON out, faults as `{error: {code, message, hint}}`. */
import { codes, TunnelError } from "@culvert/protocol";
import type { ByteStream } from "@culvert/protocol/endpoint";
import { type ReceivedRequest, receiveRequest } from "@culvert/protocol/http";
import type { Desk } from "./desk.ts";

/** A larger body is none of the dashboard's. */
const bodyBytesMax = 64 * 1024;

/** Serves one stream to its end. Never rejects. */
export async function serveDesk(stream: ByteStream, desk: Desk, deviceKey: Uint8Array): Promise<void> {
  try {
    if (stream.kind !== "http") return stream.reset("unsupported");
    const received = await receiveRequest(stream);
    const { status, body } = await answered(received, desk, Buffer.from(deviceKey).toString("base64url"));
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    const headers: [string, string][] = [
      ["content-type", "application/json"],
      ["content-length", String(bytes.length)],
    ];
    await received.writeHead({ status, statusText: "", headers });
    await received.writeBody(bytes);
    await received.endBody();
  } catch (thrown) {
    stream.reset(TunnelError.from(thrown).code);
  }
}

async function answered(received: ReceivedRequest, desk: Desk, deviceKey: string) {
  try {
    const { method, path, hasBody } = received.head;
    const body = hasBody ? await readJson(received) : undefined;
    return { status: 200, body: await desk.answer({ method, path, body, deviceKey }) };
  } catch (thrown) {
    // What is not ours says nothing about its inside.
    const fault = thrown instanceof TunnelError ? thrown : new TunnelError("internal", "The agent failed to answer.");
    const { code, message, hint } = fault;
    return { status: codes[code].httpStatus, body: { error: { code, message, hint } } };
  }
}

async function readJson(received: ReceivedRequest): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for (;;) {
    const part = await received.readBody();
    if (part === null) break;
    sizeBytes += part.length;
    if (sizeBytes > bodyBytesMax) {
      received.stopBody();
      throw new TunnelError("invalid-request", `The request is larger than ${bodyBytesMax} bytes.`);
    }
    parts.push(part.slice());
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch (cause) {
    throw new TunnelError("invalid-request", "The request is no JSON.", { cause });
  }
}
