/** Line 20: an app that names itself by its loopback address, in all that can name an address. */
import type { Line } from "./line.ts";
import { document, fixed, resultOf, types } from "./pages.ts";

const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>`;

/** The page, at an app whose port is `port`. Its policy allows its own origin alone. */
function page(port: number): string {
  const own = `http://localhost:${port}`;
  return `<script src="${own}/20/script.js"></script><img id="image" src="${own}/20/image.svg">
    <link rel="stylesheet" href="${own}/20/style.css"><iframe src="${own}/20/frame"></iframe>
    <a id="link" href="${own}/20/next">next</a>
    <form id="form" action="${own}/20/next" method="post"><input name="q" value="1"><button>send</button></form>
    <script type="module">
      import { fromModule } from "${own}/20/module.js";
      try {
        const text = await (await fetch("${own}/20/text")).text();
        const headed = await (await fetch("${own}/20/text", { method: "PUT", headers: { "x-own": "1" } })).text();
        const led = await (await fetch("${own}/20/led")).text();
        const socket = new WebSocket("ws://localhost:${port}/20/socket");
        const greeting = await new Promise((resolve, reject) => {
          socket.onmessage = ({ data }) => resolve(data); socket.onerror = () => reject(new Error("socket"));
        });
        const worker = new Worker("${own}/20/worker.js");
        const fromWorker = await new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data); });
        const events = new EventSource("${own}/20/events");
        const event = await new Promise((resolve) => { events.onmessage = ({ data }) => resolve(data); });
        events.close();
        const image = document.querySelector("#image");
        await image.decode();
        const canvas = Object.assign(document.createElement("canvas"), { width: 7, height: 7 });
        canvas.getContext("2d").drawImage(image, 0, 0);
        const read = canvas.toDataURL().length > 0;
        const frame = document.querySelector("iframe");
        while (frame.contentDocument?.querySelector("#framed") == null) {
          await new Promise((resolve) => { frame.onload = resolve; setTimeout(resolve, 50); });
        }
        window.result = { script: window.fromScript, fromModule, text, headed, led, greeting, fromWorker, event, read,
          width: image.naturalWidth, color: getComputedStyle(document.body).color };
      } catch (error) { window.result = String(error); }
    </script>`;
}

export const absolute: Line = {
  number: 20,
  behaviour: "absolute addresses of the app itself: http://localhost:port and http://127.0.0.1:port",
  serve: (target) => {
    const { port } = target;
    const policy = "default-src 'self' 'unsafe-inline'; connect-src 'self' ws:; form-action 'self'";
    target.on("/20/", document(page(port), { "content-security-policy": policy }));
    target.on("/20/script.js", fixed("window.fromScript = true;", types.script));
    target.on("/20/module.js", fixed("export const fromModule = true;", types.script));
    const inWorker = `const socket = new WebSocket("ws://localhost:${port}/20/socket");
      socket.onmessage = async ({ data }) =>
        postMessage([data, await (await fetch("http://localhost:${port}/20/text")).text()]);`;
    target.on("/20/worker.js", fixed(inWorker, types.script));
    target.on("/20/events", fixed("data: event\n\n", types.events));
    target.on("/20/style.css", fixed("body { color: rgb(1, 2, 3) }", types.style));
    target.on("/20/text", ({ request, send }) =>
      send(request.headers["x-own"] === "1" ? "headed" : "text", types.text),
    );
    target.on("/20/led", ({ send }) => send("", { location: "/20/text" }, 302));
    target.on("/20/frame", document(`<h1 id="framed">Framed</h1>`));
    target.on("/20/next", async ({ body, request, send }) => {
      const text = (await body()).toString();
      send(`<!doctype html><h1 id="next">${request.method} ${text}</h1>`, types.html);
    });
    target.on("/20/image.svg", fixed(svg, types.svg));
    target.onSocket("/20/socket", (socket) => socket.send("hello"));
  },
  observe: async ({ goto, app, context, target }) => {
    const result = await resultOf(await goto("/20/"));
    const headings: unknown[] = [];
    const arrive = async (): Promise<void> => {
      await app.waitForSelector("#next");
      headings.push(await app.evaluate(() => window.document.querySelector("#next")?.textContent));
    };
    await app.click("#link");
    await arrive();
    await goto("/20/");
    await app.click("#form button");
    await arrive();
    await goto("/20/");
    const next = `http://localhost:${target.port}/20/next?assigned`;
    await app.evaluate((to) => void setTimeout(() => location.assign(to)), next);
    await arrive();
    return { result, headings, at: new URL(app.url()).search, tabs: context.pages().length };
  },
  wanted: {
    result: {
      ...{ script: true, fromModule: true, text: "text", headed: "headed", led: "text", greeting: "hello" },
      ...{ fromWorker: ["hello", "text"], event: "event", read: true, width: 7, color: "rgb(1, 2, 3)" },
    },
    headings: ["GET ", "POST q=1", "GET "],
    at: "?assigned",
    tabs: 1,
  },
};
