/** Line 23: requests that are given up before the answer's head, by every way that a page or its worker has. */
import { vi } from "vitest";
import type { Line } from "./line.ts";
import { document, fixed, types } from "./pages.ts";

/** Ways to give a request to `/23/<name>` up; each waits for `abort`, and tells by which name the page hears of it. */
const ways = ["fetch", "request", "timeout", "xhr", "xhr-timeout", "worker", "events"] as const;
const noticeMs = 15_000;

const inWorker = `onmessage = () => controller.abort();
  const controller = new AbortController();
  fetch("/23/worker", { signal: controller.signal }).catch((error) => postMessage(error.name));`;

const page = document(`<script>
  const controllers = [];
  const outcomes = {};
  const signal = () => { const controller = new AbortController(); controllers.push(controller); return controller.signal; };
  outcomes.fetch = fetch("/23/fetch", { signal: signal(), headers: { "x-own": "kept" } }).catch((error) => error.name);
  outcomes.request = fetch(new Request("/23/request", { method: "POST", body: "body", signal: signal() })).catch((error) => error.name);
  const xhr = new XMLHttpRequest();
  xhr.open("GET", "/23/xhr");
  outcomes.xhr = new Promise((resolve) => { xhr.onabort = () => resolve("abort"); });
  xhr.send();
  const worker = new Worker("/23/worker.js");
  outcomes.worker = new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data); });
  const events = new EventSource("/23/events");
  outcomes.events = Promise.resolve("closed");
  function abort() {
    for (const controller of controllers) controller.abort();
    xhr.abort();
    worker.postMessage("abort");
    events.close();
    const slow = new XMLHttpRequest();
    slow.open("GET", "/23/xhr-timeout");
    slow.timeout = 3000;
    outcomes["xhr-timeout"] = new Promise((resolve) => { slow.ontimeout = () => resolve("timeout"); });
    slow.send();
    outcomes.timeout = fetch("/23/timeout", { signal: AbortSignal.timeout(3000) }).catch((error) => error.name);
    return Promise.all(Object.entries(outcomes).map(async ([name, outcome]) => [name, await outcome]))
      .then(Object.fromEntries);
  }
</script>`);

export const abortEarly: Line = {
  number: 23,
  behaviour: "abort before the answer's head: the page gets AbortError, the app sees the request end",
  serve: (target) => {
    for (const way of ways) target.on(`/23/${way}`, () => undefined);
    target.on("/23/", page);
    target.on("/23/worker.js", fixed(inWorker, types.script));
    const foreign = `http://foreign.localhost:${target.port}/23/foreign`;
    target.on("/23/away", ({ send }) => send("", { location: foreign }, 302));
    target.on("/23/foreign", fixed("foreign", { ...types.text, "access-control-allow-origin": "*" }));
  },
  observe: async ({ goto, target }) => {
    const app = await goto("/23/");
    const atOnce = ["fetch", "request", "xhr", "worker", "events"];
    await vi.waitUntil(() => atOnce.every((way) => target.seenAt(`/23/${way}`).length === 1), { timeout: noticeMs });
    const outcomes = await app.evaluate(() => (window as unknown as { abort(): Promise<object> }).abort());
    await vi.waitUntil(() => ways.every((way) => target.seenAt(`/23/${way}`)[0]?.isGivenUp), { timeout: noticeMs });
    // A redirect that leads away asks nobody for leave, and nobody sees a header that the page did not set.
    const away = await app.evaluate(async () =>
      (await fetch("/23/away", { signal: new AbortController().signal })).text(),
    );
    const names = target.seen.flatMap(({ headers }) => Object.keys(headers));
    return {
      outcomes,
      away,
      foreign: target.seenAt("/23/foreign").map(({ method }) => method),
      own: target.seenAt("/23/fetch")[0]?.headers["x-own"],
      ours: names.filter((name) => name.includes("culvert")),
    };
  },
  wanted: {
    outcomes: {
      ...{ fetch: "AbortError", request: "AbortError", timeout: "TimeoutError", worker: "AbortError" },
      ...{ xhr: "abort", "xhr-timeout": "timeout", events: "closed" },
    },
    away: "foreign",
    foreign: ["GET"],
    own: "kept",
    ours: [],
  },
};
