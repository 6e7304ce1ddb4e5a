/** Child process of the page benches: the app of many files. Asked for it, it tells what it has sent since. */
import { startAssetApp } from "../../harness/asset-app.ts";

const app = await startAssetApp();
process.on("message", () => {
  const { requests, bytes } = app.takeSent();
  process.send?.({ requests: requests.length, bytes });
});
process.on("disconnect", () => process.exit(0));
process.send?.({ port: app.port });
