import { setFirefoxStage } from "./browser/conformance/firefox-stage.ts";

const t = performance.now();
setTimeout(() => {
  console.log("late");
  process.exit(1);
}, 100000);
try {
  const stage = await setFirefoxStage("subdomain");
  console.log("ok", performance.now() - t, stage.tunnel.origin);
  await stage.close();
} catch (e) {
  console.log(e);
}
process.exit(0);
