/** Lines 1 to 6 and 11: how documents come, again and again. */
import { vi } from "vitest";
import type { Line } from "./line.ts";
import { document, fixed, types } from "./pages.ts";
import { runLines } from "./run-lines.ts";

const heading = () => window.document.querySelector("h1")?.textContent ?? "";

/** Of a document that came after the mark. */
const headingAnew = () => ("isOld" in window ? "" : (window.document.querySelector("h1")?.textContent ?? ""));
const mark = () => void Object.assign(window, { isOld: true });

const firstLoad: Line = {
  number: 1,
  behaviour: "the first load of an address that no worker controls yet shows the app",
  serve: (target) => target.on("/1/deep", document("<h1>First</h1>")),
  observe: async ({ openTab }) => {
    const tab = await openTab("/1/deep?x=1#part");
    const facts = await tab.app.evaluate(() => [
      window.document.querySelector("h1")?.textContent,
      location.pathname + location.search + location.hash,
      window.document.readyState,
    ]);
    await tab.page.close();
    return facts;
  },
  wanted: ["First", "/1/deep?x=1#part", "complete"],
};

const shiftReload: Line = {
  number: 2,
  behaviour: "a reload past the cache (shift-reload) shows the same page again",
  serve: (target) => target.on("/2/page", document("<h1>Again</h1>")),
  observe: async ({ openTab }) => {
    const tab = await openTab("/2/page");
    const session = await tab.context.newCDPSession(tab.page);
    // The document that stands there already is none that was loaded again.
    await Promise.all(tab.page.frames().map((frame) => frame.evaluate(mark)));
    await session.send("Page.reload", { ignoreCache: true });
    await vi.waitUntil(
      async () => {
        const frames = tab.page.frames().map((frame) => frame.evaluate(headingAnew).catch(() => ""));
        return (await Promise.all(frames)).includes("Again");
      },
      { timeout: 30_000 },
    );
    await tab.page.close();
    return "Again";
  },
  wanted: "Again",
};

const idleWorker: Line = {
  number: 3,
  behaviour: "a navigation after the worker was stopped",
  serve: (target) => target.on("/3/page", document("<h1>Three</h1>")),
  observe: async ({ goto, stopWorker }) => {
    const outcomes: string[] = [];
    for (const path of ["/3/page?1", "/3/page?2"]) {
      await stopWorker();
      outcomes.push(await (await goto(path)).evaluate(heading));
    }
    return outcomes;
  },
  wanted: ["Three", "Three"],
};

const cutStream: Line = {
  number: 4,
  behaviour: "a body that is cut in the middle is an error and never a short success",
  serve: (target) => {
    target.on("/4/cut", ({ response }) => {
      response.writeHead(200, { ...types.bytes, "content-length": 1_000_000 });
      response.write(new Uint8Array(100_000));
      setTimeout(() => response.destroy(), 200);
    });
    target.on("/4/chunked", ({ response }) => {
      response.writeHead(200, types.bytes);
      response.write(new Uint8Array(100_000));
      setTimeout(() => response.destroy(), 200);
    });
    target.on("/4/endless", ({ response }) => {
      response.writeHead(200, types.bytes);
      response.write(new Uint8Array(100_000));
    });
  },
  observe: async ({ app, via, stopWorker, context, target }) => {
    const outcomeOf = (path: string) =>
      app.evaluate(async (address) => {
        const response = await fetch(address);
        return response.arrayBuffer().then(
          (bytes) => `whole ${bytes.byteLength}`,
          (error: Error) => error.name,
        );
      }, path);
    const cut = [await outcomeOf("/4/cut"), await outcomeOf("/4/chunked")];
    const endless = outcomeOf("/4/endless");
    await vi.waitUntil(() => target.seenAt("/4/endless").length === 1);
    // The worker dies under the stream; directly the connection does.
    if (via === "tunnel") await stopWorker();
    else {
      await context.setOffline(true);
      await context.setOffline(false);
      target.cut("/4/endless");
    }
    return [...cut, await endless];
  },
  wanted: ["TypeError", "TypeError", "TypeError"],
};

const backAndForth: Line = {
  number: 5,
  behaviour: "back, forward, hash changes, and a reload of an address made by pushState",
  serve: (target) =>
    target.on("/5/*", ({ send, url }) => send(`<!doctype html><h1>${url.pathname}${url.search}</h1>`, types.html)),
  observe: async ({ app, goto }) => {
    await goto("/5/a");
    await goto("/5/b?x=1");
    const went = async (action: () => void, expected: string): Promise<string> => {
      await app.evaluate(action);
      await vi.waitUntil(
        () =>
          app.evaluate(heading).then(
            (text) => text === expected,
            () => false,
          ),
        { timeout: 15_000 },
      );
      return app.evaluate(() => location.pathname + location.search + location.hash);
    };
    const back = await went(() => setTimeout(() => history.back()), "/5/a");
    const forward = await went(() => setTimeout(() => history.forward()), "/5/b?x=1");
    const hash = await app.evaluate(
      () =>
        new Promise((resolve) => {
          window.addEventListener(
            "hashchange",
            ({ oldURL, newURL }) => resolve([new URL(oldURL).hash, new URL(newURL).hash]),
            { once: true },
          );
          location.hash = "part";
        }),
    );
    await app.evaluate(() => history.pushState({ deep: 1 }, "", "/5/made/by/script?y=2"));
    const reloaded = await went(() => setTimeout(() => location.reload()), "/5/made/by/script?y=2");
    const state = await app.evaluate(() => history.state as unknown);
    return { back, forward, hash, reloaded, state };
  },
  wanted: {
    back: "/5/a",
    forward: "/5/b?x=1",
    hash: ["", "#part"],
    reloaded: "/5/made/by/script?y=2",
    state: { deep: 1 },
  },
};

const streamed: Line = {
  number: 6,
  behaviour: "a document that comes in parts is shown as it comes",
  serve: (target) =>
    target.on("/6/slow", ({ response }) => {
      response.writeHead(200, types.html);
      response.write("<!doctype html><title>slow</title><h1>Early</h1><script>window.ran = 'early'</script>");
      release = () => response.end("<h2>Late</h2>");
    }),
  observe: async ({ app }) => {
    await app.evaluate(() => void setTimeout(() => location.assign("/6/slow")));
    await vi.waitUntil(
      () =>
        app.evaluate(heading).then(
          (text) => text === "Early",
          () => false,
        ),
      { timeout: 15_000 },
    );
    const early = await app.evaluate(() => [
      (window as unknown as { ran: string }).ran,
      window.document.readyState,
      window.document.querySelector("h2") === null,
    ]);
    release();
    await app.waitForFunction(() => window.document.readyState === "complete");
    return { early, late: await app.evaluate(() => window.document.querySelector("h2")?.textContent) };
  },
  wanted: { early: ["early", "loading", true], late: "Late" },
};
let release = (): void => undefined;

const statuses: Line = {
  number: 11,
  behaviour: "navigations answered with 404, 500 and 204; an empty 404 and an unreachable address do not hang",
  serve: (target) => {
    target.on("/11/404", document("<h1>not found here</h1>", {}));
    target.on("/11/gone", fixed("<!doctype html><h1>own 404 page</h1>", types.html, 404));
    target.on("/11/500", fixed("<!doctype html><h1>own 500 page</h1>", types.html, 500));
    target.on("/11/204", ({ response }) => void response.writeHead(204).end());
  },
  observe: async ({ app, goto, target }) => {
    const gone = await (await goto("/11/gone")).evaluate(heading);
    const failed = await (await goto("/11/500")).evaluate(heading);
    await app.evaluate(() => void setTimeout(() => location.assign("/11/204")));
    await vi.waitUntil(() => target.seenAt("/11/204").length === 1);
    const statusOf = await app.evaluate(async () => (await fetch("/11/gone")).status);
    return { gone, failed, stays: await app.evaluate(heading), statusOf };
  },
  wanted: { gone: "own 404 page", failed: "own 500 page", stays: "own 500 page", statusOf: 404 },
};

runLines("documents", [firstLoad, shiftReload, idleWorker, cutStream, backAndForth, streamed, statuses]);
