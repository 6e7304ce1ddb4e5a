/** Asks a target for one path, to see whether it is well. */
import type { HeaderList } from "@culvert/protocol/http";
import type { Dispatcher } from "undici";
import { requestOver } from "../network/undici-parts.ts";
import { flatOf } from "./raw-headers.ts";

export interface ProbeRequest {
  readonly path: string;
  readonly headers: HeaderList;
  readonly timeoutMs: number;
}

/** True for an answer below 500 in time; its body is not read. */
export async function probeHealth(
  dispatcher: Dispatcher,
  { path, headers, timeoutMs }: ProbeRequest,
): Promise<boolean> {
  try {
    const answer = await requestOver(dispatcher, {
      path,
      method: "GET",
      headers: flatOf(headers),
      headersTimeout: timeoutMs,
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.body.dump({ limit: 16 * 1024 });
    return answer.statusCode < 500;
  } catch {
    return false;
  }
}
