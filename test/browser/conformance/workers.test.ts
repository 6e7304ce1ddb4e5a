/** Lines 65 to 70: workers, storage, and service workers of the app itself. */
import { vi } from "vitest";
import type { Line } from "./line.ts";
import { document, fixed, resultOf, types } from "./pages.ts";
import { runLines } from "./run-lines.ts";

const workerText: Line = {
  number: 65,
  behaviour: "a worker's script keeps its strictness, its address and its line numbers",
  serve: (target) => {
    const strict = `"use strict";\nlet isStrict = false;\ntry { undeclared = 1; } catch { isStrict = true; }\npostMessage({ isStrict, url: location.href, name: self.name });\nthrow new Error("line five");`;
    target.on("/65/strict.js", fixed(strict, types.script));
    target.on(
      "/65/sloppy.js",
      fixed(
        `undeclared = 1; importScripts("imported.js"); postMessage({ value: undeclared, imported });`,
        types.script,
      ),
    );
    target.on("/65/imported.js", fixed("var imported = 'yes';", types.script));
    target.on(
      "/65/",
      document(`<script>
        const results = {};
        const told = (name, value) => { results[name] = value; if (Object.keys(results).length === 3) window.result = results; };
        const strict = new Worker("strict.js", { name: "own name" });
        strict.onmessage = ({ data }) => told("strict", data);
        strict.onerror = (event) => { event.preventDefault(); told("error", [event.message, event.lineno, new URL(event.filename).pathname]); };
        new Worker("sloppy.js").onmessage = ({ data }) => told("sloppy", data);
      </script>`),
    );
  },
  observe: async ({ goto }) => resultOf(await goto("/65/")),
  wanted: {
    strict: { isStrict: true, url: "<app>/65/strict.js", name: "own name" },
    error: ["Uncaught Error: line five", 5, "/65/strict.js"],
    sloppy: { value: 1, imported: "yes" },
  },
};

const audioWorklet: Line = {
  number: 66,
  behaviour: "AudioWorklet modules",
  serve: (target) => {
    const processor = `class Tone extends AudioWorkletProcessor { process([], [[channel]]) { channel.fill(0.5); return false; } }
      registerProcessor("tone", Tone);`;
    target.on("/66/tone.js", fixed(processor, types.script));
    target.on(
      "/66/",
      document(`<script>(async () => {
        const context = new OfflineAudioContext(1, 128, 8000);
        await context.audioWorklet.addModule("tone.js");
        new AudioWorkletNode(context, "tone").connect(context.destination);
        const buffer = await context.startRendering();
        window.result = buffer.getChannelData(0)[5];
      })().catch((error) => { window.result = String(error); });</script>`),
    );
  },
  observe: async ({ goto }) => resultOf(await goto("/66/")),
  wanted: 0.5,
};

const storage: Line = {
  number: 67,
  behaviour: "localStorage, sessionStorage, IndexedDB, caches and BroadcastChannel, shared by an app's tabs",
  serve: (target) => target.on("/67/", document("<h1>Storage</h1>")),
  observe: async ({ goto, openTab }) => {
    const app = await goto("/67/");
    await app.evaluate(async () => {
      localStorage.setItem("k67", "local");
      sessionStorage.setItem("k67", "session");
      await (await caches.open("c67")).put("/67/cached", new Response("cached"));
      await new Promise<void>((resolve, reject) => {
        const request = indexedDB.open("d67", 1);
        request.onupgradeneeded = () => request.result.createObjectStore("s").put("indexed", "k");
        request.onerror = () => reject(request.error);
        request.onsuccess = () => {
          request.result.close();
          resolve();
        };
      });
      const channel = new BroadcastChannel("b67");
      channel.onmessage = ({ data }) => Object.assign(window, { heard: data });
    });
    const tab = await openTab("/67/");
    const inTab = await tab.app.evaluate(async () => {
      new BroadcastChannel("b67").postMessage("hello");
      return {
        local: localStorage.getItem("k67"),
        session: sessionStorage.getItem("k67"),
        cached: await (await caches.match("/67/cached"))?.text(),
        names: (await caches.keys()).filter((name) => name === "c67"),
        databases: (await indexedDB.databases()).map(({ name }) => name).filter((name) => name === "d67"),
      };
    });
    await vi.waitUntil(() => app.evaluate(() => "heard" in window));
    const heard = await app.evaluate(() => (window as unknown as { heard: string }).heard);
    const reloaded = await (await goto("/67/")).evaluate(() => sessionStorage.getItem("k67"));
    await tab.page.close();
    return { inTab, heard, reloaded };
  },
  wanted: {
    inTab: { local: "local", session: null, cached: "cached", names: ["c67"], databases: ["d67"] },
    heard: "hello",
    reloaded: "session",
  },
};

const emptyWorker: Line = {
  number: 68,
  behaviour: "an app's service worker without a fetch handler registers, becomes active and takes messages",
  serve: (target) => {
    const worker = `self.addEventListener("install", () => self.skipWaiting());
      self.addEventListener("activate", (event) => event.waitUntil(clients.claim()));
      self.addEventListener("message", (event) => event.source.postMessage("heard " + event.data));`;
    target.on("/68/sw.js", fixed(worker, types.script));
    target.on("/68/", document("<h1>Own worker</h1>"));
    target.on("/68/text", fixed("from the app", types.text));
  },
  observe: async ({ goto }) => {
    const app = await goto("/68/");
    return app.evaluate(async () => {
      const registration = await navigator.serviceWorker.register("/68/sw.js");
      const scope = new URL(registration.scope).pathname;
      const ready = await navigator.serviceWorker.ready;
      const reply = new Promise((resolve) => {
        navigator.serviceWorker.onmessage = ({ data }) => resolve(data);
        navigator.serviceWorker.startMessages();
      });
      // It is ready as soon as it activates.
      const { active } = ready;
      if (active !== null && active.state !== "activated") {
        await new Promise((resolve) => active.addEventListener("statechange", resolve, { once: true }));
      }
      ready.active?.postMessage("you");
      const outcome = {
        scope,
        script: new URL(ready.active?.scriptURL ?? "about:blank").pathname,
        state: ready.active?.state,
        reply: await reply,
        text: await (await fetch("/68/text")).text(),
        count: (await navigator.serviceWorker.getRegistrations()).length,
      };
      return { ...outcome, gone: await registration.unregister() };
    });
  },
  wanted: {
    scope: "/68/",
    script: "/68/sw.js",
    state: "activated",
    reply: "heard you",
    text: "from the app",
    count: 1,
    gone: true,
  },
};

const fetchingWorker: Line = {
  number: 69,
  behaviour: "an app's service worker with a fetch handler answers its pages, and what it lets pass comes from the app",
  serve: (target) => {
    const worker = `self.addEventListener("install", (event) => event.waitUntil((async () => {
        await (await caches.open("c69")).addAll(["/69/precached"]); await self.skipWaiting(); })()));
      self.addEventListener("activate", (event) => event.waitUntil(clients.claim()));
      self.addEventListener("fetch", (event) => {
        const { pathname, hostname } = new URL(event.request.url);
        if (hostname === "elsewhere.invalid") event.respondWith(new Response("made for elsewhere", { headers: { "access-control-allow-origin": "*" } }));
        if (pathname === "/69/made") event.respondWith(new Response("made by the worker", { headers: { "x-from": "worker" } }));
        if (pathname === "/69/precached") event.respondWith(caches.match(event.request));
        if (pathname === "/69/changed") event.respondWith(fetch("/69/text").then(async (answer) => new Response((await answer.text()).toUpperCase())));
      });`;
    target.on("/69/sw.js", fixed(worker, types.script));
    // A policy that lets the page itself ask for nothing.
    const policy = "default-src 'none'; script-src 'self'";
    target.on("/69/strict", document("<h1>Strict</h1>", { "content-security-policy": policy }));
    target.on("/69/", document("<h1>Own worker</h1>"));
    target.on("/69/text", fixed("text", types.text));
    target.on("/69/precached", fixed("precached", types.text));
  },
  observe: async ({ goto, target }) => {
    await (await goto("/69/strict")).evaluate(async () => {
      await navigator.serviceWorker.register("/69/sw.js");
      if (
        navigator.serviceWorker.controller === null ||
        !navigator.serviceWorker.controller.scriptURL.includes("/69/")
      ) {
        await new Promise((resolve) => {
          navigator.serviceWorker.oncontrollerchange = resolve;
        });
      }
    });
    const app = await goto("/69/");
    target.forget();
    const outcomes = await app.evaluate(async () => {
      const texts: Record<string, string> = {};
      for (const name of ["made", "precached", "changed", "text"])
        texts[name] = await (await fetch(`/69/${name}`)).text();
      texts.elsewhere = await (await fetch("https://elsewhere.invalid/")).text();
      return texts;
    });
    const asked = target.seen.map(({ path }) => path);
    await app.evaluate(async () => {
      for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
    });
    return { outcomes, asked };
  },
  wanted: {
    outcomes: {
      ...{ made: "made by the worker", precached: "precached", changed: "TEXT", text: "text" },
      elsewhere: "made for elsewhere",
    },
    asked: ["/69/text", "/69/text"],
  },
};

const clearing: Line = {
  number: 70,
  behaviour: "Clear-Site-Data clears cookies, storage and cache of the app, and the app goes on",
  serve: (target) => {
    target.on("/70/", document("<h1>Clear</h1>"));
    target.on("/70/clear", fixed("cleared", { ...types.text, "clear-site-data": '"cookies", "storage", "cache"' }));
    target.on("/70/set", fixed("", { ...types.text, "set-cookie": ["a70=1; Path=/", "b70=1; HttpOnly; Path=/"] }));
    target.on("/70/sent", ({ send, request }) => send(request.headers.cookie ?? "", types.text));
  },
  observe: async ({ goto }) => {
    const app = await goto("/70/");
    return app.evaluate(async () => {
      await fetch("/70/set");
      localStorage.setItem("k70", "1");
      const before = [await (await fetch("/70/sent")).text(), localStorage.getItem("k70")].map(String);
      const text = await (await fetch("/70/clear")).text();
      const after = [await (await fetch("/70/sent")).text(), window.document.cookie, localStorage.getItem("k70")];
      return { had: before.map((one) => one !== "" && one !== "null"), text, after };
    });
  },
  wanted: { had: [true, true], text: "cleared", after: ["", "", null] },
};

runLines("workers and storage", [workerText, audioWorklet, storage, emptyWorker, fetchingWorker, clearing]);
