/**
 * One request to Culvert's API in the name of who is signed in: with a proof of this browser's key where one is asked for.
 * Invariant: as plain-request.ts; a request that came too late with its proof is sent once more with a new one.
 */
import { TunnelError } from "@culvert/protocol";
import { pageProof } from "../proof/page-proof.ts";
import { type ApiRequestOptions, plainRequest } from "./plain-request.ts";

export type { ApiRequestOptions } from "./plain-request.ts";
export { faultOf } from "./plain-request.ts";

/** Sends a request to this origin's API and gives the checked answer. */
export async function apiRequest<Answer>(path: string, options: ApiRequestOptions<Answer>): Promise<Answer> {
  if (pageProof === undefined) return plainRequest(path, options);
  const headers = await pageProof.headersFor(path);
  try {
    return await plainRequest(path, { ...options, headers });
  } catch (thrown) {
    // Nothing was done by a request that was not let in.
    if (!(thrown instanceof TunnelError) || thrown.code !== "unauthenticated") throw thrown;
    const newer = await pageProof.headersAfter(headers);
    if (newer === undefined) throw thrown;
    return plainRequest(path, { ...options, headers: newer });
  }
}
