/** Lines 75 and 76: windows, print, clipboard and fullscreen; and what a foreign page can do to an app. */
import type { ConsoleMessage, Page } from "playwright-core";
import type { Line } from "./line.ts";
import { document, fixed, types } from "./pages.ts";
import type { Place } from "./place.ts";
import { runLines } from "./run-lines.ts";
import type { Target } from "./target.ts";

/** Clicks something and gives the tab that it opens, loaded. */
async function tabBy({ app, context }: Place, selector: string): Promise<Page> {
  const opening = context.waitForEvent("page");
  await app.click(selector);
  const tab = await opening;
  await tab.waitForLoadState("load");
  return tab;
}

const windows: Line = {
  number: 75,
  behaviour: "window.open, target=_blank, print, clipboard, fullscreen",
  serve: (target) => {
    const { port } = target;
    target.on(
      "/75/",
      document(`<button id="open" onclick="opened = window.open('/75/popup', 'popup')">open</button>
        <button id="named" onclick="window.open('http://localhost:${port}/75/named')">open by name</button>
        <button id="write" onclick="written = window.open(); written.document.write('<title>written</title>')">write</button>
        <a id="blank" href="blank" target="_blank">blank</a><a id="opener" href="blank" target="_blank" rel="opener">opener</a>
        <button id="print" onclick="window.print()">print</button><input id="paste">
        <button id="copy" onclick="copied = navigator.clipboard.writeText('copied text').then(() => 'ok', (e) => e.name)">copy</button>
        <div id="full"><button id="fullscreen" onclick="entered = full.requestFullscreen().then(() => document.fullscreenElement.id, (e) => e.message)">full</button></div>
        <script>
          window.told = []; addEventListener("message", ({ data, origin }) => told.push([data, origin === location.origin]));
        </script>`),
    );
    target.on(
      "/75/popup",
      document(`<h1>Popup</h1><script>
        opener.postMessage("hello", location.origin);
        addEventListener("message", ({ data }) => { if (data === "close") close(); });
      </script>`),
    );
    target.on("/75/blank", document(`<script>window.hasOpener = opener !== null</script>`));
    target.on("/75/named", fixed("named", types.text));
  },
  observe: async (place) => {
    const { app, page } = place;
    await place.goto("/75/");
    const popup = await tabBy(place, "#open");
    await app.waitForFunction(() => (window as unknown as { told: unknown[] }).told.length === 1);
    const closing = popup.waitForEvent("close");
    await app.evaluate(() => (window as unknown as { opened: Window }).opened.postMessage("close", location.origin));
    await closing;
    await app.waitForFunction(() => (window as unknown as { opened: Window }).opened.closed);
    const named = await tabBy(place, "#named");
    const namedText = await named.innerText("body");
    await named.close();
    const written = await tabBy(place, "#write");
    const writtenTitle = await written.title();
    await written.close();
    const openers: boolean[] = [];
    for (const link of ["#blank", "#opener"]) {
      const tab = await tabBy(place, link);
      openers.push(await tab.evaluate(() => (window as unknown as { hasOpener: boolean }).hasOpener));
      await tab.close();
    }
    await page.bringToFront();
    await app.click("#copy");
    const copied = await app.evaluate(() => (window as unknown as { copied: Promise<string> }).copied);
    await app.focus("#paste");
    await page.keyboard.press("Control+V");
    const pasted = await app.inputValue("#paste");
    await app.click("#fullscreen");
    const entered = await app.evaluate(async () => {
      const full = await (window as unknown as { entered: Promise<string> }).entered;
      await window.document.exitFullscreen();
      return full;
    });
    // Without a screen nothing is printed; a frame that may not print says so in the console.
    const complaints: string[] = [];
    const listen = (message: ConsoleMessage): void => void complaints.push(message.text());
    page.on("console", listen);
    await app.click("#print");
    const marked = page.waitForEvent("console", (message) => message.text() === "printed");
    await app.evaluate(() => console.log("printed"));
    await marked;
    page.off("console", listen);
    const told = await app.evaluate(() => (window as unknown as { told: unknown[] }).told);
    return { told, namedText, writtenTitle, openers, copied, pasted, entered, complaints };
  },
  wanted: {
    told: [["hello", true]],
    complaints: ["printed"],
    namedText: "named",
    writtenTitle: "written",
    openers: [false, true],
    copied: "ok",
    pasted: "copied text",
    entered: "full",
  },
};

/** What the app saw of a request that a foreign page caused. */
function seenOf(target: Target, path: string): unknown {
  const { headers, method } = target.seenAt(path)[0] ?? { headers: {} as Record<string, string>, method: "none" };
  const cookies = (headers.cookie ?? "").split("; ").filter((cookie) => /76=/.test(cookie));
  const { origin, referer, "sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": destination } = headers;
  return { method, cookies, origin, referer, site, mode, destination };
}

const foreign: Line = {
  number: 76,
  behaviour:
    "a foreign page navigates to, posts to and frames an app: no Strict cookies, cross-site Sec-Fetch, no framing",
  serve: (target) => {
    target.on("/76/set", ({ send }) =>
      send("set", {
        ...types.text,
        "set-cookie": ["strict76=1; Path=/; SameSite=Strict", "lax76=1; Path=/; SameSite=Lax"],
      }),
    );
    target.on("/76/foreign", document("<h1>Foreign</h1>"));
    target.on("/76/linked", document("<h1>Linked</h1>"));
    target.on("/76/posted", document("<h1>Posted</h1>"));
    target.on("/76/framed", document("<h1>Framed</h1>", { "x-frame-options": "SAMEORIGIN" }));
  },
  observe: async ({ app, context, origin, target, via }) => {
    await app.evaluate(async () => (await fetch("/76/set")).text());
    const strange = await context.newPage();
    const goForeign = () => strange.goto(`http://foreign.localhost:${target.port}/76/foreign`);
    await goForeign();
    await strange.evaluate((to) => {
      const link = Object.assign(window.document.createElement("a"), { href: to, textContent: "to the app" });
      window.document.body.append(link);
      link.click();
    }, `${origin}/76/linked`);
    await strange.getByRole("heading", { name: "Linked" }).waitFor();
    const shown = await strange.evaluate(() => window.document.cookie.includes("lax76=1"));
    await goForeign();
    await strange.evaluate((to) => {
      const form = Object.assign(window.document.createElement("form"), { method: "POST", action: to });
      form.innerHTML = '<input name="label" value="stolen">';
      window.document.body.append(form);
      form.submit();
    }, `${origin}/76/posted`);
    await strange.getByRole("heading", { name: "Posted" }).waitFor();
    await goForeign();
    // No worker of the app's origin stands below a foreign page, so a frame comes no further than our own document.
    const framed = via === "direct" ? "/76/framed" : "/.culvert/boot#/76/framed";
    await strange.evaluate((to) => {
      const frame = Object.assign(window.document.createElement("iframe"), { src: to });
      window.document.body.append(frame);
      return new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
    }, origin + framed);
    const isFramed = await strange.frames()[1]?.getByRole("heading", { name: "Framed" }).isVisible();
    await strange.close();
    return { linked: seenOf(target, "/76/linked"), posted: seenOf(target, "/76/posted"), shown, isFramed };
  },
  wanted: {
    linked: {
      ...{ method: "GET", cookies: ["lax76=1"], referer: "http://foreign.<app-host>/" },
      ...{ site: "cross-site", mode: "navigate", destination: "document" },
    },
    posted: {
      ...{ method: "POST", cookies: [], origin: "http://foreign.<app-host>", referer: "http://foreign.<app-host>/" },
      ...{ site: "cross-site", mode: "navigate", destination: "document" },
    },
    shown: true,
    isFramed: false,
  },
};

runLines("windows", [windows, foreign]);
