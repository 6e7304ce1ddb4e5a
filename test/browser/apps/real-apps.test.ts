/** Apps of strangers, unmodified: each does through the tunnel what it does at its own address, in a tab and in the App View. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../../architecture/sources.ts";
import { keepOnFailure, launchBrowser } from "../../harness/browser.ts";
import { type Culvert, startCulvert } from "../../harness/culvert.ts";
import { countedLeaks, wireLeaks } from "../../harness/leaks.ts";
import { signIn } from "../../harness/visit.ts";
import type { AppResult } from "./apps-table.ts";
import { realApps } from "./catalogue.ts";
import { followContext } from "./context-log.ts";
import { installedApp } from "./installed-app.ts";
import { type RealApp, ways } from "./real-app.ts";
import { type RunningApp, runApp } from "./running-app.ts";
import { writePicture } from "./screenshot.ts";
import { type OpenVisit, openVisit, type SignedIn } from "./visits.ts";

declare module "vitest" {
  interface TaskMeta {
    /** What the table shows of an app in one way. */
    realApp?: AppResult;
  }
}

const installMs = 20 * 60_000;
const checkMs = 15 * 60_000;
const asked = (process.env.CULVERT_APPS ?? "").split(",").filter((name) => name !== "");

for (const app of realApps.filter(({ name }) => asked.length === 0 || asked.includes(name))) describeApp(app);

function describeApp(app: RealApp): void {
  describe(app.name, () => {
    let running: RunningApp;
    let culvert: Culvert;
    let signedIn: SignedIn;
    /** The last one; it stays open until its failure has been kept. */
    let visit: OpenVisit | undefined;

    beforeAll(async () => {
      const folder = installedApp(app.name, (line) => console.info(line));
      running = await runApp(app, folder);
      culvert = await startCulvert({ appPort: running.port, webrtc: "native", recording: "bytes" });
      signedIn = await signInOnce(culvert.signInLink);
    }, installMs);
    afterAll(async () => {
      await visit?.close();
      await culvert?.stop();
      await running?.stop();
    });

    test.for(ways)("%s", { timeout: checkMs }, async (way, { task }) => {
      await visit?.close();
      const log: string[] = [];
      const result = {
        name: app.name,
        title: app.title,
        drives: app.drives,
        version: app.version(running.folder),
        way,
      };
      task.meta.realApp = { ...result, isPassed: false };
      visit = await openVisit(way, {
        ...{ running, culvert, signedIn },
        onContext: (context) => followContext(context, log),
      });
      keepOnFailure(`apps-${app.name}-${way}`, visit.page, {
        console: () => log,
        app: () => running.lines,
        ...culvert.logs,
      });
      await app.check(visit);
      const { dashboard } = visit;
      if (dashboard !== undefined) {
        expect(await countedLeaks(dashboard)).toMatchObject({ total: 0 });
        expect(wireLeaks(culvert.recorder, culvert.dashboardHost)).toEqual([]);
      }
      if (way === "app-view") await writePicture(visit.page, join(root, "docs", "compatibility", `${app.name}.webp`));
      task.meta.realApp = { ...result, isPassed: true };
    });
  });
}

/** Cookies of the owner: the link lets in once, and every way starts with a browser that knows nothing else. */
async function signInOnce(link: string): Promise<SignedIn> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await signIn(page, link);
    return await page.context().storageState();
  } finally {
    await browser.close();
  }
}
