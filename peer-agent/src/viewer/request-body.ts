/** Request bodies on their way to the agent: pulled only as fast as the agent's window takes them. */
import type { SentRequest } from "@culvert/protocol/http";

/** What `fetch` takes as a body. */
export type BodySource = NonNullable<RequestInit["body"]>;

/** The size of a body that lies in memory, undefined for one that is produced while it is sent. */
export function bodySizeBytes(body: unknown): number | undefined {
  if (typeof body === "string") return Buffer.byteLength(body);
  if (body instanceof URLSearchParams) return Buffer.byteLength(body.toString());
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body.byteLength;
  if (body instanceof Blob) return body.size;
  return undefined;
}

/** True where the body can be sent again, for a redirect that asks for it. */
export function isRepeatable(body: unknown): boolean {
  return body === undefined || body === null || body instanceof FormData || bodySizeBytes(body) !== undefined;
}

/** A body that is being sent. */
export interface Upload {
  /** True once the whole body was handed over. */
  readonly isComplete: boolean;
  /** Rejects with the source's own fault; never settles otherwise. What the agent says is in its answer. */
  readonly faulted: Promise<never>;
  /** Nobody wants the rest. Idempotent. */
  cancel(reason: unknown): void;
}

/** Sends a body to its end. */
export function upload(sent: SentRequest, body: ReadableStream<Uint8Array>): Upload {
  const reader = body.getReader();
  const fault = Promise.withResolvers<never>();
  fault.promise.catch(() => {});
  let isComplete = false;
  const cancel = (reason: unknown) => void reader.cancel(reason).catch(() => {});
  const run = async () => {
    for (;;) {
      const next = await reader.read().catch((thrown: unknown) => {
        fault.reject(thrown);
        // Half a body must not look like a whole one.
        sent.cancel();
        throw thrown;
      });
      if (next.done) break;
      await sent.writeBody(next.value);
    }
    isComplete = true;
    await sent.endBody();
  };
  run().catch(cancel);
  return {
    get isComplete() {
      return isComplete;
    },
    faulted: fault.promise,
    cancel,
  };
}
