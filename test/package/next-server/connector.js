/** The connector beside Next's own server. It ends with the process; Next answers SIGTERM itself. */
import { createEmbeddedServerConnector, redeemServerEnrollment } from "@culvert/peer-agent";

const { CULVERT_SERVER: serverUrl = "", CULVERT_CODE: code = "", CULVERT_FOLDER: dataFolder = "", PORT } = process.env;
await redeemServerEnrollment({ serverUrl, code, dataFolder, label: "next" });
const connector = createEmbeddedServerConnector({
  dataFolder,
  primaryTarget: { type: "loopback", port: Number(PORT) },
  primaryService: { serviceName: "next", relayPolicy: "full" },
  capabilities: { remoteAccessEnabled: true },
});
process.once("SIGTERM", () => connector.stop().then(() => console.log("Remote access: stopped")));
await connector.start();
console.log("Remote access: online");
