/** A request's body held to the length that its head declares, before a target hears of another one. Pure but for the reading. */
import { TunnelError } from "@culvert/protocol";
import type { ReceivedRequest } from "@culvert/protocol/http";
import { declaredBytes } from "../targets/raw-headers.ts";

/**
 * The same request; a body that ends before its length, or goes on beyond it, fails instead. The HTTP client would write the head
 * of an empty body as one of length 0, and a target might act on it before the connection is cut.
 */
export function withDeclaredBody(request: ReceivedRequest): ReceivedRequest {
  const declared = request.head.hasBody ? declaredBytes(request.head.headers) : undefined;
  if (declared === undefined) return request;
  let readBytes = 0;
  return {
    ...request,
    async readBody() {
      const bytes = await request.readBody();
      readBytes += bytes?.byteLength ?? 0;
      if (bytes === null ? readBytes === declared : readBytes <= declared) return bytes;
      request.stopBody("invalid-request");
      throw new TunnelError("invalid-request", "The request's body is not as long as it said.", { scope: "stream" });
    },
  };
}
