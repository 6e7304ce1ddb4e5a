/**
 * The desk's part for requests: the log, bodies on demand, and requests made again. Invariant: what it answers holds masks
 * where secrets were, and a replay passes the service's policy like any request.
 */
import { TunnelError } from "@culvert/protocol";
import { maskedBody, maskedHeaders, maskedPath } from "@culvert/protocol/http";
import {
  type DeskBody,
  type DeskRequest,
  type DeskRequestDetail,
  type DeskRequests,
  keepBodiesSchema,
} from "@culvert/protocol/signaling";
import type { LoggedRequest, RequestLog } from "../requests/index.ts";
import type { KeptBody } from "../requests/kept-body.ts";

/** Below what pages and proxies wait for an answer. */
const longestWaitMs = 25_000;

export interface RequestDeskOptions {
  readonly requests: RequestLog;
  /** Makes a logged request again; resolves with the new one's id when it is answered. */
  replay(entry: LoggedRequest): Promise<number>;
  /** Calls back once after so long; returns what cancels it. */
  setTimer(delayMs: number, callback: () => void): () => void;
}

/** Answers what the desk is asked below `/requests`. Throws TunnelError in words. */
export class RequestDesk {
  readonly #options: RequestDeskOptions;

  constructor(options: RequestDeskOptions) {
    this.#options = options;
  }

  /** What changed after a revision; waits for a change where there is none and `waitMs` says so. */
  async list(query: URLSearchParams): Promise<DeskRequests> {
    const after = numberFrom(query, "after");
    const waitMs = Math.min(numberFrom(query, "wait"), longestWaitMs);
    const { requests } = this.#options;
    if (waitMs > 0 && requests.revision <= after) await this.#change(waitMs);
    return {
      revision: requests.revision,
      bodiesUntil: requests.bodiesUntilMs || null,
      requests: requests.since(after).map(seen),
    };
  }

  /** One request with heads and what is kept of its bodies. */
  detail(id: string): DeskRequestDetail {
    const entry = this.#find(id);
    const { head, answer, requestBody, answerBody } = entry;
    const answerHeaders = answer?.headers ?? [];
    return {
      ...seen(entry),
      requestHeaders: maskedHeaders(head.headers),
      answerHeaders: maskedHeaders(answerHeaders),
      requestBody: bodySeen(requestBody, typeOf(head.headers)),
      answerBody: bodySeen(answerBody, typeOf(answerHeaders)),
    };
  }

  keepBodies(body: unknown): { bodiesUntil: number | null } {
    const fits = keepBodiesSchema.safeParse(body);
    if (!fits.success) throw new TunnelError("invalid-request", "`forMs` is a number of ms, an hour at most.");
    const { requests } = this.#options;
    requests.keepBodiesUntil(fits.data.forMs === 0 ? 0 : Date.now() + fits.data.forMs);
    return { bodiesUntil: requests.bodiesUntilMs || null };
  }

  async replay(id: string): Promise<{ id: number }> {
    return { id: await this.#options.replay(this.#find(id)) };
  }

  #find(id: string): LoggedRequest {
    const entry = /^[0-9]{1,15}$/.test(id) ? this.#options.requests.find(Number(id)) : undefined;
    if (entry !== undefined) return entry;
    throw new TunnelError("not-found", "This request is not in the log any more.");
  }

  #change(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        stop();
        resolve();
      };
      const cancel = this.#options.setTimer(waitMs, done);
      const stop = this.#options.requests.onChange(done);
    });
  }
}

function seen({
  id,
  revision,
  head,
  atMs,
  answer,
  headMs,
  totalMs,
  requestBody,
  answerBody,
}: LoggedRequest): DeskRequest {
  const { kind, serviceName, viewerId, method, path, replayOf } = head;
  return {
    ...{ id, revision, at: Math.round(atMs), kind, serviceName, viewerId, method, path: maskedPath(path), replayOf },
    ...{ status: answer?.status ?? null, code: answer?.code ?? null, message: answer?.message ?? "" },
    ...{ headMs, totalMs, requestBytes: requestBody.sizeBytes, answerBytes: answerBody.sizeBytes },
  };
}

/** Null where nothing of a body was kept. */
function bodySeen(body: KeptBody, contentType: string): DeskBody | null {
  if (body.keptBytes === 0 && body.sizeBytes > 0) return null;
  const bytes = body.bytes();
  const text = textOf(bytes, body.isWhole);
  const sizes = { keptBytes: body.keptBytes, sizeBytes: body.sizeBytes };
  if (text === null) return { ...sizes, text: null, base64: Buffer.from(bytes).toString("base64") };
  return { ...sizes, text: maskedBody(text, contentType), base64: null };
}

/** Text where the bytes are UTF-8 without controls; a cut at the end may have torn a character. */
function textOf(bytes: Uint8Array, isWhole: boolean): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: !isWhole });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they tell binary bodies from text
    return /[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

function typeOf(headers: readonly (readonly [string, string])[]): string {
  return headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
}

function numberFrom(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? "0";
  if (/^[0-9]{1,15}$/.test(text)) return Number(text);
  throw new TunnelError("invalid-request", `"${name}" is a whole number.`);
}
