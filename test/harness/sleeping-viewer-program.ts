/** A Node viewer for a test that puts it to sleep: downloads once over a direct path and tells its parent what came. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { connectTunnel } from "@culvert/peer-agent/viewer";
import { remoteSessionSchema } from "@culvert/protocol/signaling";

const service = await connectTunnel({
  webrtc: process.env.WEBRTC === "werift" ? "werift" : "native",
  headers: JSON.parse(process.env.OWNER_HEADERS ?? "{}"),
  createSession: async (deviceKey) => {
    const answered = once(process, "message");
    process.send?.({ type: "need-session", deviceKey });
    const [session] = await answered;
    return remoteSessionSchema.parse(session);
  },
});
const { body } = await service.fetch("/");
const hash = createHash("sha256");
let isBegun = false;
for await (const bytes of body ?? []) {
  hash.update(bytes);
  if (!isBegun) process.send?.({ type: "begun" });
  isBegun = true;
}
process.send?.({ type: "downloaded", hash: hash.digest("hex") });
await service.close();
process.disconnect();
