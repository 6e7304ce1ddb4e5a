/** What an owner's program does: opens the one server of an installation. */
import { connectTunnel, type ServiceConnection } from "@culvert/peer-agent/viewer";
import { accessTokenSchema, remoteSessionSchema, serverListSchema } from "@culvert/protocol/signaling";
import type { Installation } from "../../signaling/test/installation.ts";

/** `label`: the server's. */
export async function openPacked(installation: Installation, label: string): Promise<ServiceConnection> {
  const made = await installation.asDashboard({ method: "POST", path: "/api/tokens", body: { label: "viewer" } });
  const { token } = accessTokenSchema.parse(made.json);
  const { servers } = serverListSchema.parse((await installation.asDashboard({ path: "/api/servers" })).json);
  const serverId = servers.find((server) => server.label === label)?.serverId;
  return connectTunnel({
    ...{ webrtc: "werift", headers: { authorization: `Bearer ${token}` } },
    async createSession(deviceKey) {
      const asking = { method: "POST", path: `/api/servers/${serverId}/sessions`, body: { deviceKey } };
      return remoteSessionSchema.parse((await installation.asDashboard(asking)).json);
    },
  });
}
