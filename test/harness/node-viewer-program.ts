/**
 * A program whose only work is one viewer: asks its parent for a session, fetches once, closes, and must then end by
 * itself, since nothing is left that would keep it.
 */
import { once } from "node:events";
import { connectTunnel, errorKind } from "@culvert/peer-agent/viewer";
import { remoteSessionSchema } from "@culvert/protocol/signaling";

const service = await connectTunnel({
  headers: JSON.parse(process.env.OWNER_HEADERS ?? "{}"),
  createSession: async (deviceKey) => {
    const answered = once(process, "message");
    process.send?.({ deviceKey });
    const [session] = await answered;
    return remoteSessionSchema.parse(session);
  },
});
const direct = Promise.withResolvers<void>();
service.onEvent((event) => {
  if (event.type === "path-up" && event.path.kind === "direct") direct.resolve();
});
await direct.promise;
const { status } = await service.fetch("/cookie");
const unfinished = await service.fetch("/endless");
const reading = unfinished.arrayBuffer();
await service.close();
const kind = await reading.then(
  () => "no error",
  (thrown: unknown) => errorKind(thrown),
);
process.send?.({ status, kind }, () => process.disconnect());
