/** Lines 22 to 25, 31, 32 and 34: fetch and XMLHttpRequest, their aborts, redirects and headers. */
import { vi } from "vitest";
import { abortEarly } from "./early-aborts.ts";
import type { Line } from "./line.ts";
import { document, fixed, resultOf, types } from "./pages.ts";
import { runLines } from "./run-lines.ts";

const synchronous: Line = {
  number: 22,
  behaviour: "synchronous XMLHttpRequest in a document and in a worker",
  serve: (target) => {
    target.on("/22/text", fixed("text", types.text));
    const inWorker = `const request = new XMLHttpRequest(); request.open("GET", "/22/text", false); request.send();
      postMessage(request.responseText);`;
    target.on("/22/worker.js", fixed(inWorker, types.script));
    target.on(
      "/22/",
      document(`<script>
        let inDocument;
        try {
          const request = new XMLHttpRequest(); request.open("GET", "/22/text", false); request.send();
          inDocument = request.responseText;
        } catch (error) { inDocument = error.name; }
        const worker = new Worker("worker.js");
        worker.onmessage = ({ data }) => { window.result = { inDocument, inWorker: data }; };
        worker.onerror = (event) => { window.result = { inDocument, inWorker: event.message }; };
      </script>`),
    );
  },
  observe: async ({ goto }) => resultOf(await goto("/22/")),
  wanted: { inDocument: "text", inWorker: "text" },
  through: {
    type: "impossible",
    wanted: { inDocument: "NetworkError", inWorker: "text" },
    why: "A browser does not show a document's synchronous requests to its service worker; the document gets a NetworkError, and the App View says so.",
    link: "https://github.com/w3c/ServiceWorker/issues/1023",
  },
};

const abortMidBody: Line = {
  number: 24,
  behaviour: "abort while the body streams: reading ends with AbortError, the app sees it",
  serve: (target) =>
    target.on("/24/endless", ({ response }) => {
      response.writeHead(200, types.bytes);
      const write = (): void => {
        while (!response.destroyed && response.write(new Uint8Array(65_536)));
      };
      response.on("drain", write);
      write();
    }),
  observe: async ({ app, target }) => {
    const outcome = await app.evaluate(async () => {
      const controller = new AbortController();
      const { body } = await fetch("/24/endless", { signal: controller.signal });
      const reader = (body as ReadableStream<Uint8Array>).getReader();
      const { done } = await reader.read();
      controller.abort();
      const name = await reader.read().then(
        () => "read on",
        (error: Error) => error.name,
      );
      return { done, name };
    });
    await vi.waitUntil(() => target.seenAt("/24/endless")[0]?.isGivenUp, { timeout: 10_000 });
    return outcome;
  },
  wanted: { done: false, name: "AbortError" },
};

const cancelledByLeaving: Line = {
  number: 25,
  behaviour: "the app sees requests end when their page is left or their frame removed",
  serve: (target) => {
    target.on("/25/pending", () => undefined);
    target.on("/25/in-frame", () => undefined);
    target.on(
      "/25/",
      document(`<script>void fetch("/25/pending").catch(() => {});</script><iframe src="frame"></iframe>`),
    );
    target.on("/25/frame", document(`<script>void fetch("/25/in-frame").catch(() => {});</script>`));
  },
  observe: async ({ goto, target }) => {
    const app = await goto("/25/");
    await vi.waitUntil(() => target.seenAt("/25/in-frame").length === 1 && target.seenAt("/25/pending").length === 1);
    await app.evaluate(() => window.document.querySelector("iframe")?.remove());
    await vi.waitUntil(() => target.seenAt("/25/in-frame")[0]?.isGivenUp, { timeout: 15_000 });
    const pendingWhileShown = target.seenAt("/25/pending")[0]?.isGivenUp;
    await goto("/");
    await vi.waitUntil(() => target.seenAt("/25/pending")[0]?.isGivenUp, { timeout: 15_000 });
    return { pendingWhileShown };
  },
  wanted: { pendingWhileShown: false },
};

const redirects: Line = {
  number: 31,
  behaviour: "redirect modes follow, manual and error; response.url and redirected",
  serve: (target) => {
    target.on("/31/start", ({ send }) => send("", { location: "middle?x=1" }, 302));
    target.on("/31/middle", ({ send }) => send("", { location: "/31/end#hash" }, 307));
    target.on("/31/end", fixed("end", types.text));
  },
  observe: async ({ app }) =>
    app.evaluate(async () => {
      const followed = await fetch("/31/start");
      const manual = await fetch("/31/start", { redirect: "manual" });
      const error = await fetch("/31/start", { redirect: "error" }).catch((failure: Error) => failure.name);
      const request = new XMLHttpRequest();
      request.open("GET", "/31/start");
      await new Promise((resolve) => {
        request.onloadend = resolve;
        request.send();
      });
      return {
        followed: [followed.status, followed.url, followed.redirected, followed.type, await followed.text()],
        manual: [manual.status, manual.type],
        error,
        xhr: [request.status, request.responseURL, request.responseText],
      };
    }),
  wanted: {
    followed: [200, "<app>/31/end", true, "basic", "end"],
    manual: [0, "opaqueredirect"],
    error: "TypeError",
    xhr: [200, "<app>/31/end", "end"],
  },
};

const shownHeaders = [
  "host",
  "origin",
  "referer",
  "sec-fetch-site",
  "sec-fetch-mode",
  "sec-fetch-dest",
  "accept",
  "accept-language",
  "content-type",
  "x-own",
  "upgrade-insecure-requests",
] as const;
const everywhere = { "accept-language": "en-GB", host: "<app-host>", "sec-fetch-site": "same-origin" };
const fetched = { ...everywhere, accept: "*/*", referer: "<app>/32/", "sec-fetch-mode": "no-cors" };
const navigation = {
  ...everywhere,
  accept:
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/jxl,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
  "sec-fetch-mode": "navigate",
  "upgrade-insecure-requests": "1",
};
const seenHeaders = {
  "": { ...navigation, referer: "<app>/", "sec-fetch-dest": "document" },
  get: { ...fetched, "sec-fetch-dest": "empty", "sec-fetch-mode": "cors", "x-own": "yes" },
  post: {
    ...fetched,
    "content-type": "text/plain;charset=UTF-8",
    origin: "<app>",
    "sec-fetch-dest": "empty",
    "sec-fetch-mode": "cors",
  },
  "style.css": { ...fetched, accept: "text/css,*/*;q=0.1", "sec-fetch-dest": "style" },
  "image.svg": {
    ...fetched,
    accept: "image/jxl,image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
    "sec-fetch-dest": "image",
  },
  "script.js": { ...fetched, "sec-fetch-dest": "script" },
  frame: { ...navigation, referer: "<app>/32/", "sec-fetch-dest": "iframe" },
} as const;
const requestHeaders: Line = {
  number: 32,
  behaviour: "Sec-Fetch-*, Origin, Referer, Host and Accept-Language as the app would see them",
  serve: (target) => {
    for (const name of ["get", "post", "style.css", "image.svg", "script.js", "frame"]) {
      target.on(`/32/${name}`, fixed("", name.includes(".css") ? types.style : types.text));
    }
    target.on(
      "/32/",
      document(`<link rel="stylesheet" href="style.css"><script src="script.js"></script><img src="image.svg">
        <iframe src="frame"></iframe><script>(async () => {
          await fetch("get", { headers: { "x-own": "yes" } });
          await fetch("post", { method: "POST", body: "text" });
          window.result = true;
        })();</script>`),
    );
  },
  observe: async ({ goto, target }) => {
    await resultOf(await goto("/32/"));
    const names = ["", "get", "post", "style.css", "image.svg", "script.js", "frame"];
    await vi.waitUntil(() => names.every((name) => target.seenAt(`/32/${name}`).length > 0));
    return Object.fromEntries(
      names.map((name) => {
        const { headers } = target.seenAt(`/32/${name}`)[0] ?? { headers: {} as Record<string, string> };
        const present = shownHeaders.filter((header) => headers[header] !== undefined);
        return [name, Object.fromEntries(present.map((header) => [header, headers[header]]))];
      }),
    );
  },
  wanted: seenHeaders,
  through: {
    type: "by-design",
    wanted: { ...seenHeaders, frame: { ...seenHeaders.frame, "sec-fetch-dest": "document" } },
    why: "Every page of the app is in a frame of the App View, where a browser says `iframe`; the app is told `document`, as apps that refuse frames need it. A frame inside the app cannot be told apart, and is `document` too.",
  },
};

const onlyIfCached: Line = {
  number: 34,
  behaviour: "cache: only-if-cached gives what the cache holds, or fails without a request",
  serve: (target) => {
    target.on("/34/kept", fixed("kept", { ...types.text, "cache-control": "max-age=60" }));
    target.on("/34/never", fixed("never", types.text));
  },
  observe: async ({ app, target }) => {
    const outcomes = await app.evaluate(async () => {
      const options = { cache: "only-if-cached", mode: "same-origin" } as const;
      await (await fetch("/34/kept")).text();
      const kept = await fetch("/34/kept", options).then(
        (response) => response.text(),
        (error: Error) => error.name,
      );
      const never = await fetch("/34/never", options).then(
        (response) => response.status,
        (error: Error) => error.name,
      );
      return { kept, never };
    });
    return { ...outcomes, asked: [target.seenAt("/34/kept").length, target.seenAt("/34/never").length] };
  },
  wanted: { kept: "kept", never: "TypeError", asked: [1, 0] },
};

runLines("fetch", [synchronous, abortEarly, abortMidBody, cancelledByLeaving, redirects, requestHeaders, onlyIfCached]);
