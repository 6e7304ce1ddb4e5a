/**
 * What ends streams for good: the agent begins anew, or the page that held the tunnel is loaded again. Each stream ends with
 * one clear error in the page and is gone at the app; nothing hangs, and everything can be had again at once.
 */
import type { Browser, Page } from "playwright-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepOnFailure, launchBrowser, logPage } from "../harness/browser.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
import { type EndlessApp, startEndlessApp } from "../harness/endless-app.ts";
import { eventually } from "../harness/eventually.ts";
import { appFrame, openApp, signIn, waitForState } from "../harness/visit.ts";

/** Less than silence takes to tell: a page takes its core for gone after 75 s, an agent its viewer after two minutes. */
const goodbyeMs = 60_000;

let app: EndlessApp;
let culvert: Culvert;
let browser: Browser;
let page: Page;
let tab: Page;

beforeEach(async ({ task }) => {
  app = await startEndlessApp();
  culvert = await startCulvert({ appPort: app.port, webrtc: "native", recording: "count" });
  browser = await launchBrowser();
  page = await (await browser.newContext()).newPage();
  const log = logPage(page);
  keepOnFailure(`stream-ends-${task.name}`, page, { console: () => log.lines, ...culvert.logs });
  await signIn(page, culvert.signInLink);
  const frame = await openApp(page, culvert.serverLabel);
  await waitForState(page, /^Direct/);
  // A tab of its own uses the tunnel of the App View beside it.
  tab = await page.context().newPage();
  await tab.goto(`${new URL(frame.url()).origin}/`);
  await tab.getByRole("heading", { name: "Endless" }).waitFor();
  await frame.evaluate(startStreams, "frame");
  await tab.evaluate(startStreams, "tab");
  expect(app.live()).toEqual(streamsOf("frame", "tab"));
});
afterEach(async () => {
  await browser?.close();
  await culvert?.stop();
  app.close();
});

/** An event source comes back by itself, as browsers do; the others are for the app to open again. */
const endedOnce = { body: ["TypeError"], socket: ["error", "close 1006"], events: ["open", "error 0", "open"] };

test.each(["SIGKILL", "SIGTERM"] as const)("an agent that is ended by %s and started again", async (signal) => {
  const frame = await appFrame(page);
  await culvert.endAgent(signal);
  await eventually(app.live).toEqual([]);
  await culvert.startAgent();
  await waitForState(page, /^Direct/, 60_000);
  for (const place of [frame, tab]) {
    await eventually(() => place.evaluate(streamLog), 60_000).toEqual(endedOnce);
  }
  expect(app.live()).toEqual(["events frame", "events tab"]);
  await frame.evaluate(startStreams, "frame-again");
  await tab.evaluate(startStreams, "tab-again");
  expect(app.live()).toEqual(["events frame", "events tab", ...streamsOf("frame-again", "tab-again")].toSorted());
});

test("an App View that is loaded again: a tab beside it loses its streams too, and has them again by the new one", async () => {
  await page.reload();
  await waitForState(page, /^Direct/);
  await eventually(() => tab.evaluate(streamLog), goodbyeMs).toEqual(endedOnce);
  await eventually(app.live, goodbyeMs).toEqual(["events tab"]);
  const frame = await appFrame(page);
  await frame.evaluate(startStreams, "frame-again");
  await tab.evaluate(startStreams, "tab-again");
  await eventually(app.live).toEqual(["events tab", ...streamsOf("frame-again", "tab-again")].toSorted());
  expect(await tab.evaluate(streamLog)).toEqual({ body: [], socket: [], events: ["open"] });
});

test("an App View that goes without a last word of its core: the agent and a tab beside it know all the same", async () => {
  await page.evaluate(() => {
    const { postMessage } = Worker.prototype;
    Worker.prototype.postMessage = function (...given: [message: unknown, options?: unknown]) {
      if ((given[0] as { type: string }).type !== "close") Reflect.apply(postMessage, this, given);
    };
  });
  await page.goto(new URL("/", page.url()).href);
  await eventually(app.live, goodbyeMs).toEqual([]);
  await eventually(() => tab.evaluate(streamLog), goodbyeMs).toMatchObject({
    ...{ body: endedOnce.body, socket: endedOnce.socket },
    events: expect.arrayContaining(["error 0"]),
  });
});

function streamsOf(...names: string[]): string[] {
  return names.flatMap((name) => ["body", "events", "socket"].map((kind) => `${kind} ${name}`)).toSorted();
}

/** What each stream of a page told of itself beside what it brought. */
interface StreamLog {
  readonly body: readonly string[];
  readonly socket: readonly string[];
  readonly events: readonly string[];
}

/** In the app's page: opens one stream of each kind; resolves when each has brought something. */
async function startStreams(name: string): Promise<void> {
  const log = { body: [] as string[], socket: [] as string[], events: [] as string[] };
  Object.assign(window, { streamLog: log });
  const response = await fetch(`/body/${name}`);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const read = async (): Promise<void> => {
    for (let part = await reader.read(); !part.done; part = await reader.read());
    log.body.push("end");
  };
  await reader.read();
  read().catch((error: Error) => log.body.push(error.name));
  const source = new EventSource(`/events/${name}`);
  source.onopen = () => log.events.push("open");
  source.onerror = () => log.events.push(`error ${source.readyState}`);
  await new Promise((resolve) => {
    source.onmessage = resolve;
  });
  const socket = new WebSocket(`${location.origin.replace("http", "ws")}/socket/${name}`);
  socket.onerror = () => log.socket.push("error");
  socket.onclose = ({ code }) => log.socket.push(`close ${code}`);
  await new Promise((resolve) => {
    socket.onmessage = resolve;
  });
}

function streamLog(): StreamLog {
  return Reflect.get(window, "streamLog");
}
