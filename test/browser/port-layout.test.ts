/**
 * The App View in the port layout, in a handful of lines: what depends on an app's origin being a port of the dashboard's
 * own host. All lines run there by `npm run compatibility -- --layout port`.
 */
import type { Line } from "./conformance/line.ts";
import { document as htmlDocument, types } from "./conformance/pages.ts";
import { runLines } from "./conformance/run-lines.ts";

const documents: Line = {
  number: 1,
  behaviour: "a page, its query and hash, after a reload and with its worker stopped",
  serve: (target) => target.on("/page", htmlDocument("<h1>Page</h1>")),
  observe: async ({ goto, app, stopWorker }) => {
    await goto("/page?a=1#part");
    const read = () => app.evaluate(() => [document.querySelector("h1")?.textContent, location.search, location.hash]);
    const first = await read();
    await stopWorker();
    await goto("/page?a=2#part");
    return [first, await read()];
  },
  wanted: [
    ["Page", "?a=1", "#part"],
    ["Page", "?a=2", "#part"],
  ],
};

const cookies: Line = {
  number: 36,
  behaviour:
    "cookies of the app are its own: sent, shown, kept from scripts where they are HttpOnly, and from the host",
  serve: (target) => {
    target.on("/cookies/set", ({ send }) =>
      send("", { ...types.text, "set-cookie": ["seen=1; Path=/", "hidden=2; Path=/; HttpOnly"] }),
    );
    target.on("/cookies/sent", ({ request, send }) => send(request.headers.cookie ?? "", types.text));
  },
  observe: async ({ app, context, via }) => {
    const shown = await app.evaluate(async () => {
      await fetch("/cookies/set");
      // biome-ignore lint/suspicious/noDocumentCookie: it is what is tested
      document.cookie = "own=3";
      const sent = await (await fetch("/cookies/sent")).text();
      return { sent: sent.split("; ").toSorted(), visible: document.cookie.split("; ").toSorted() };
    });
    // Cookies ignore ports: one of the app's in the browser's own jar would go to the dashboard.
    const names = (await context.cookies()).map(({ name }) => name);
    return { ...shown, onHost: via === "tunnel" && names.some((name) => ["seen", "hidden", "own"].includes(name)) };
  },
  wanted: { sent: ["hidden=2", "own=3", "seen=1"], visible: ["own=3", "seen=1"], onHost: false },
};

const streams: Line = {
  number: 52,
  behaviour: "server-sent events and a WebSocket at the app's own host",
  serve: (target) => {
    target.on("/events", ({ response }) => {
      response.writeHead(200, types.events);
      response.write("data: one\n\ndata: two\n\n");
    });
    target.onSocket("/echo", (socket) => socket.on("message", (data) => socket.send(`back: ${data}`)));
  },
  observe: ({ app }) =>
    app.evaluate(async () => {
      const told = await new Promise<string[]>((resolve) => {
        const seen: string[] = [];
        const source = new EventSource("/events");
        source.onmessage = ({ data }) => {
          if (seen.push(data) < 2) return;
          source.close();
          resolve(seen);
        };
      });
      const echoed = await new Promise((resolve, reject) => {
        const socket = new WebSocket(`ws://${location.host}/echo`);
        socket.onopen = () => socket.send("hello");
        socket.onmessage = ({ data }) => resolve(data);
        socket.onerror = reject;
      });
      return { told, echoed };
    }),
  wanted: { told: ["one", "two"], echoed: "back: hello" },
};

const headers: Line = {
  number: 32,
  behaviour: "a form's POST and its redirect; Host, Origin and Sec-Fetch-Site as at the app's own address",
  serve: (target) => {
    target.on(
      "/form",
      htmlDocument('<form method="post" action="/posted"><input name="a" value="b"><button>go</button></form>'),
    );
    target.on("/posted", async ({ body, send }) => {
      await body();
      send("", { location: "/done" }, 303);
    });
    target.on("/done", htmlDocument('<h1 id="done">Done</h1>'));
  },
  observe: async ({ goto, app, target }) => {
    await goto("/form");
    await app.click("button");
    await app.waitForSelector("#done");
    const [posted] = target.seenAt("/posted");
    const { host, origin, "sec-fetch-site": site } = posted?.headers ?? {};
    return { body: posted?.body?.toString(), host, origin, site, end: await app.evaluate(() => location.pathname) };
  },
  wanted: { body: "a=b", host: "<app-host>", origin: "<app>", site: "same-origin", end: "/done" },
};

runLines("apps at ports", [documents, cookies, streams, headers], "port");
