/** Lines 50 to 52: server-sent events. */
import { vi } from "vitest";
import type { Line } from "./line.ts";
import { document, resultOf, types } from "./pages.ts";
import { runLines } from "./run-lines.ts";

const reconnects: Line = {
  number: 50,
  behaviour: "a stream that ends is asked for again with Last-Event-ID; retry, event names and multi-line data",
  serve: (target) => {
    let times = 0;
    target.on("/50/events", ({ request, response }) => {
      times += 1;
      const id = request.headers["last-event-id"] ?? "none";
      response.writeHead(200, types.events);
      response.end(
        `retry: 50\nid: ünï-${times}\nevent: named\ndata: after ${Buffer.from(String(id), "latin1").toString()}\ndata: line two\n\n`,
      );
    });
    target.on("/50/reset", ({ send }) => {
      times = 0;
      send("", types.text);
    });
  },
  observe: async ({ app }) =>
    app.evaluate(async () => {
      await fetch("/50/reset");
      return new Promise<string[]>((resolve) => {
        const seen: string[] = [];
        const source = new EventSource("/50/events");
        source.addEventListener("named", (event) => {
          seen.push(`${event.lastEventId}: ${event.data}`);
          if (seen.length < 3) return;
          source.close();
          resolve(seen);
        });
      });
    }),
  wanted: ["ünï-1: after none\nline two", "ünï-2: after ünï-1\nline two", "ünï-3: after ünï-2\nline two"],
};

const stops: Line = {
  number: 51,
  behaviour: "a stream that breaks off reconnects by itself; 204, another status or another type stops it for good",
  serve: (target) => {
    let broken = 0;
    target.on("/51/broken", ({ response }) => {
      broken += 1;
      if (broken > 1) {
        response.writeHead(204).end();
        broken = 0;
        return;
      }
      response.writeHead(200, types.events);
      response.write("retry: 50\ndata: one\n\n");
      setTimeout(() => response.destroy(), 100);
    });
    target.on("/51/500", ({ send }) => send("no", types.events, 500));
    target.on("/51/plain", ({ send }) => send("data: no\n\n", types.text));
  },
  observe: async ({ app, target }) => {
    const outcomes = await app.evaluate(async () => {
      const follow = (path: string): Promise<string[]> =>
        new Promise((resolve) => {
          const seen: string[] = [];
          const source = new EventSource(path);
          source.onopen = () => seen.push("open");
          source.onmessage = (event) => seen.push(event.data);
          source.onerror = () => {
            seen.push(`error ${source.readyState}`);
            if (source.readyState === EventSource.CLOSED) resolve(seen);
          };
        });
      return { broken: await follow("/51/broken"), failed: await follow("/51/500"), plain: await follow("/51/plain") };
    });
    return { outcomes, requests: ["broken", "500", "plain"].map((name) => target.seenAt(`/51/${name}`).length) };
  },
  wanted: {
    outcomes: { broken: ["open", "one", "error 0", "error 2"], failed: ["error 2"], plain: ["error 2"] },
    requests: [2, 1, 1],
  },
};

const closes: Line = {
  number: 52,
  behaviour: "the app sees a stream end when its page is left and when it is closed",
  serve: (target) => {
    target.on("/52/events", ({ response }) => void response.writeHead(200, types.events).write("data: x\n\n"));
    target.on(
      "/52/",
      document(`<script>
        const kept = new EventSource("events?kept"); const closed = new EventSource("events?closed");
        Promise.all([kept, closed].map((source) => new Promise((resolve) => { source.onmessage = resolve; })))
          .then(() => { closed.close(); window.result = kept.readyState; });
      </script>`),
    );
  },
  observe: async ({ goto, target }) => {
    const state = await resultOf(await goto("/52/"));
    const isGivenUp = (query: string) =>
      target.seen.find(({ path }) => path === `/52/events?${query}`)?.isGivenUp === true;
    await vi.waitUntil(() => isGivenUp("closed"), { timeout: 15_000 });
    const keptMeanwhile = isGivenUp("kept");
    await goto("/");
    await vi.waitUntil(() => isGivenUp("kept"), { timeout: 15_000 });
    return { state, keptMeanwhile };
  },
  wanted: { state: 1, keptMeanwhile: false },
};

runLines("events", [reconnects, stops, closes]);
