/** What a share lets through, beside the service's own policy. Pure. */
import { type Failure, failure } from "@culvert/protocol/http";
import type { ShareScope } from "@culvert/protocol/signaling";
import { refusalOf } from "../policy/index.ts";

/** Methods that are safe by their definition (RFC 9110 §9.2.1) and read something. */
const readMethods: readonly string[] = ["GET", "HEAD"];

/** The failure in place of an answer, or undefined where the share allows the request. */
export function shareRefusalOf(
  scope: ShareScope,
  kind: "http" | "websocket",
  method: string,
  path: string,
): Failure | undefined {
  const { readOnly, methods, pathPrefixes } = scope;
  if (readOnly && kind === "websocket") {
    return failure("policy", "This share is for reading, and a WebSocket could change things.");
  }
  if (readOnly && !readMethods.includes(method)) {
    return failure("policy", `This share is for reading: ${method.slice(0, 32)} is not allowed.`);
  }
  const allow = {
    ...(methods === undefined ? {} : { methods }),
    ...(pathPrefixes === undefined ? {} : { pathPrefixes }),
  };
  const refusal = refusalOf({ allow }, method, path);
  return refusal && { ...refusal, message: refusal.message.replace("This service", "This share") };
}
