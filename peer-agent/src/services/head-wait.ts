/** How long a viewer may take over a request: a stream without a head, or with a body that stands still, holds a place. */
import { TunnelError } from "@culvert/protocol";
import type { ByteStream, Clock } from "@culvert/protocol/endpoint";
import type { ReceivedRequest } from "@culvert/protocol/http";

/** Longer than a tunnel waits for a viewer that lost its network, so that its requests survive that. */
export const headWaitMs = 150_000;
/** Between two runs of a body; people pause uploads, and phones sleep. */
export const bodyWaitMs = 300_000;

/** What `reading` gives, or the stream is reset with `timeout` after `headWaitMs`. */
export async function withinHeadWait<T>(clock: Clock, stream: ByteStream, reading: Promise<T>): Promise<T> {
  const cancel = clock.setTimer(headWaitMs, () => stream.reset("timeout"));
  try {
    return await reading;
  } finally {
    cancel();
  }
}

/** The same request; a body that brings nothing for `bodyWaitMs` fails. */
export function withBodyWait(clock: Clock, request: ReceivedRequest): ReceivedRequest {
  return {
    ...request,
    async readBody() {
      const late = Promise.withResolvers<never>();
      const cancel = clock.setTimer(bodyWaitMs, () => {
        request.stopBody("timeout");
        late.reject(new TunnelError("timeout", "The request's body stands still.", { scope: "stream" }));
      });
      try {
        return await Promise.race([request.readBody(), late.promise]);
      } finally {
        cancel();
      }
    },
  };
}
