/**
 * How soon the list says what happened to a real agent and its app, without a reload: a target that dies and comes back, a
 * viewer's way, an agent that says goodbye, and one that is killed.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { type Culvert, startCulvert } from "../../harness/culvert.ts";
import { openApp, signIn } from "../../harness/visit.ts";
import { type BenchRow, rowOf } from "../row.ts";

const runs = 3;
const waitMs = 60_000;

/** Rows `dashboard`, in seconds. */
export async function measureLiveNews(browser: Browser): Promise<BenchRow[]> {
  let app = await listening(0);
  const { port } = app.address() as AddressInfo;
  const culvert = await startCulvert({ appPort: port, webrtc: "native", recording: "count" });
  const context = await browser.newContext();
  const seconds = new Map<string, number[]>();
  try {
    const page = await context.newPage();
    await signIn(page, culvert.signInLink);
    const timed = async (name: string, words: string | RegExp, act: () => Promise<unknown>): Promise<void> => {
      const startedMs = performance.now();
      await act();
      await rowOfServer(page, culvert).getByText(words).first().waitFor({ timeout: waitMs });
      seconds.set(name, [...(seconds.get(name) ?? []), (performance.now() - startedMs) / 1_000]);
    };
    for (let run = 0; run < runs; run += 1) {
      await timed("a target that dies", "unavailable", () => closed(app));
      await timed("a target that comes back", "ready", async () => {
        app = await listening(port);
      });
      const viewer = await context.newPage();
      await viewer.goto(culvert.dashboardOrigin);
      await openApp(viewer, culvert.serverLabel);
      await timed("a viewer and its way", /direct .*, 1 viewer/, async () => undefined);
      await viewer.close();
      await timed("an agent that says goodbye", "offline", () => culvert.endAgent("SIGTERM"));
      await culvert.startAgent();
      await rowOfServer(page, culvert).getByText("ready").first().waitFor({ timeout: waitMs });
      await timed("an agent that is killed", "offline", () => culvert.endAgent("SIGKILL"));
      await culvert.startAgent();
      await rowOfServer(page, culvert).getByText("ready").first().waitFor({ timeout: waitMs });
    }
  } finally {
    await context.close();
    await culvert.stop();
    await closed(app);
  }
  return [...seconds].map(([name, samples]) =>
    rowOf({ bench: "dashboard", case: `${name}, shown after`, unit: "s", goal: "≤ 10" }, samples),
  );
}

function rowOfServer(page: Page, { serverLabel }: Culvert) {
  return page.getByRole("listitem").filter({ hasText: serverLabel }).first();
}

async function listening(port: number): Promise<Server> {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html").end("<!doctype html><title>app</title>");
  });
  await new Promise<void>((opened) => server.listen(port, "127.0.0.1", opened));
  return server;
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}
